/** The two kinds of homes that a node can bring to MQTT, each with the status that its gateway or account gives the node. */

import type { Node, NodeAPI } from 'node-red';
import { EVERY } from '../../lib/home/subscriptions';
import type { Account } from '../../lib/miot';
import type { Home, MqttSettings } from '../../lib/mqtt';
import { LumiHome } from '../../lib/mqtt/lumi-home';
import { MiotHome } from '../../lib/mqtt/miot-home';
import type { GatewayNode } from '../lumi-gateway/lumi-gateway';
import { AccountUser } from '../shared/runtime/account-user';
import { GatewayUser } from '../shared/runtime/gateway-user';
import type { NodeStatus } from '../shared/runtime/status';
import { Mapped } from './mapped';
import type { Outlet } from './outlet';

export interface Side {
  readonly status: NodeStatus;
  /** It has a home to tell of. */
  readonly isMapped: boolean;
  /** Throws `NOT_CONFIGURED` where nothing is chosen, or what was chosen is not there. */
  mapped(): Mapped<Home>;
  /** Flows have started. */
  look(): void;
  close(isGone: boolean): Promise<void>;
}

export interface SideOptions {
  readonly RED: NodeAPI;
  readonly node: Node;
  /** Node id of the config node; '' = none chosen. */
  readonly config: string;
  readonly settings: MqttSettings;
  readonly outlet: Outlet;
}

export function gatewaySide({ RED, node, config, settings, outlet }: SideOptions): Side {
  // Typed as never null, and null all the same where the config node is missing or disabled.
  const miio = () => (RED.nodes.getNode(config) as GatewayNode | null)?.miio;
  let mapped: Mapped<LumiHome> | undefined;
  const mappedNow = (): Mapped<LumiHome> => {
    if (mapped !== undefined) return mapped;
    const home = new LumiHome(user.gateway, { subscriber: node.id, miio });
    mapped = new Mapped({ RED, nodeId: node.id, home, settings, outlet, onHeard: showing(user.status) });
    return mapped;
  };
  const user: GatewayUser = new GatewayUser(
    RED,
    node,
    { gateway: config, device: EVERY, quiet: 'online' },
    { hear: (event) => mappedNow().home.hear(event) },
  );
  if (user.hasGateway) mappedNow();
  return {
    status: user.status,
    get isMapped() {
      return mapped !== undefined;
    },
    mapped: mappedNow,
    look: () => mapped?.look(),
    close: (isGone) => mapped?.close(isGone) ?? Promise.resolve(),
  };
}

export function accountSide({ RED, node, config, settings, outlet }: SideOptions): Side {
  let current: { readonly account: Account; readonly mapped: Mapped<MiotHome> } | undefined;
  let closing: Promise<void> | undefined;
  const leave = (): void => {
    if (current !== undefined) closing = current.mapped.close(false);
    current = undefined;
  };
  /** A deploy may put another account in the place of the first and leave this node alone. */
  const mappedNow = (): Mapped<MiotHome> => {
    const { account } = user;
    if (current?.account === account) return current.mapped;
    leave();
    const home = new MiotHome(account, { id: config });
    const about = { RED, nodeId: node.id, home, settings, outlet, onHeard: showing(user.status) };
    const mapped = new Mapped({ ...about, ...(closing === undefined ? {} : { after: closing }) });
    current = { account, mapped };
    return mapped;
  };
  const user: AccountUser = new AccountUser(RED, node, {
    account: config,
    topics: [EVERY],
    needsPush: true,
    quiet: 'online',
    onEvent: (event) => mappedNow().home.hear(event),
    onReady: () => {
      mappedNow();
    },
  });
  if (user.hasAccount) mappedNow();
  return {
    status: user.status,
    get isMapped() {
      return current !== undefined;
    },
    mapped: mappedNow,
    look: () => (user.hasAccount ? current?.mapped.look() : leave()),
    close: async (isGone) => {
      await Promise.all([current?.mapped.close(isGone), closing]);
    },
  };
}

/** A node that nobody hears must not look as if all were well. */
function showing(status: NodeStatus): (isHeard: boolean) => void {
  return (isHeard) => {
    if (isHeard) status.recovered();
    else status.failing('status.unheard');
  };
}
