/** A node that uses a gateway: finds it, shares its status, and leaves it in good order. Both node shapes begin here. */

import type { Node, NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import type { DeviceEvent, DeviceRecord, Gateway } from '../../../lib/lumi';
import { network } from './environment';
import { wheneverFlowsStarted, wheneverFlowsStop, whenFlowsStarted } from './flows-started';
import type { GatewayHost } from './gateway-host';
import { NodeStatus, type Quiet } from './status';

export interface GatewayUserOptions {
  /** Node id of the config node; '' = none chosen. */
  readonly gateway: string;
  /** The device to hear about: a sid, '' = every device, undefined = none. */
  readonly device: string | undefined;
  /** What stands under the node before there is a value. */
  readonly quiet: Quiet;
  readonly onEvent: (event: DeviceEvent) => void;
  /** The flows are up and nothing is held any more. */
  readonly onReady?: () => void;
}

export class GatewayUser {
  readonly status: NodeStatus;
  readonly #host: GatewayHost | undefined;
  readonly #name: string;

  constructor(RED: NodeAPI, node: Node, options: GatewayUserOptions) {
    const { clock } = network(RED).environment;
    this.status = new NodeStatus(node, clock, options.quiet);
    this.#name = node.name || node.id;
    // Typed as never null, and null all the same where the config node is missing or disabled.
    const config = RED.nodes.getNode(options.gateway) as { host?: GatewayHost } | null | undefined;
    this.#host = config?.host;
    if (this.#host === undefined) {
      this.status.unconfigured();
      node.on('close', () => this.status.close());
      return;
    }
    const host = this.#host;
    const { gateway } = host;
    if (options.device !== undefined) gateway.subscriptions.subscribe(node.id, options.device, options.onEvent);
    host.join(node.id);
    const unwatch = gateway.watch((state) => this.status.connection(state));
    const cancelStart = whenFlowsStarted(RED, () => {
      gateway.subscriptions.open(node.id);
      options.onReady?.();
    });
    // A deploy may leave this node alone and replace those behind it: what is heard meanwhile must wait for them.
    const cancelPause = wheneverFlowsStop(RED, () => gateway.subscriptions.pause(node.id));
    const cancelResume = wheneverFlowsStarted(RED, () => gateway.subscriptions.open(node.id));
    node.on('close', (isGone: boolean, done: () => void) => {
      cancelStart();
      cancelPause();
      cancelResume();
      unwatch();
      this.status.close();
      if (isGone) gateway.subscriptions.cancel(node.id);
      else gateway.subscriptions.hold(node.id);
      host.leave(node.id, isGone);
      done();
    });
  }

  get hasGateway(): boolean {
    return this.#host !== undefined;
  }

  /** Throws `NOT_CONFIGURED` where no gateway is chosen. */
  get gateway(): Gateway {
    if (this.#host !== undefined) return this.#host.gateway;
    throw new LumiotError('NOT_CONFIGURED', `The node "${this.#name}" has no gateway. Open it, choose a gateway and deploy.`);
  }

  /** The device of a setting, once the gateway knows it. Rejects with `NOT_CONFIGURED`, `NO_DEVICE` or what keeps the gateway. */
  async device(id: string): Promise<DeviceRecord> {
    const { gateway } = this;
    if (id === '') throw new LumiotError('NOT_CONFIGURED', `The node "${this.#name}" has no device. Open it, choose a device and deploy.`);
    return gateway.find(id);
  }
}
