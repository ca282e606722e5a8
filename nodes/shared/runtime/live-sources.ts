/** What live values come from: the gateways and accounts that are deployed, each in the form the editor knows. */

import { EVERY } from '../../../lib/home/subscriptions';
import { WATCH_TOPIC } from '../../../lib/miot';
import { type AccountHost, allAccounts } from './account-host';
import { accountView, cloudDeviceView } from './account-view';
import { deviceView, gatewayView } from './device-view';
import { allHosts, type GatewayHost } from './gateway-host';

const SUBSCRIBER = 'lumiot-live';

export interface LiveSource {
  /** The gateway or account itself: another one may take its place under the same node. */
  readonly owner: object;
  /** Ids of its devices. */
  ids(): Iterable<string>;
  /** Undefined where the device is gone. */
  online(id: string): boolean | null | undefined;
  /** It is wanted for some more seconds. */
  keep(): void;
  /** Calls with the id of every device that says something. */
  follow(news: (id: string) => void): void;
  forget(): void;
  /** As it is now, without devices. */
  view(): object;
  device(id: string): object | undefined;
  /** What the editor is sent. */
  told(view: object, devices: readonly object[]): object;
}

/** By node id. */
export function liveSources(): Map<string, LiveSource> {
  return new Map([
    ...[...allHosts()].map(([id, host]) => [id, gatewaySource(id, host)] as const),
    ...[...allAccounts()].map(([id, host]) => [id, accountSource(id, host)] as const),
  ]);
}

function gatewaySource(id: string, host: GatewayHost): LiveSource {
  const { gateway } = host;
  return {
    owner: gateway,
    ids: () => [...gateway.inventory.devices].map(({ sid }) => sid),
    online: (sid) => {
      const device = gateway.device(sid);
      return device === undefined ? undefined : gateway.info(device).online;
    },
    keep: () => host.borrow(SUBSCRIBER),
    follow: (news) => {
      gateway.subscriptions.subscribe(SUBSCRIBER, EVERY, ({ device }) => news(device.sid));
      gateway.subscriptions.open(SUBSCRIBER);
    },
    forget: () => gateway.subscriptions.cancel(SUBSCRIBER),
    view: () => gatewayView(id, host),
    device: (sid) => {
      const device = gateway.device(sid);
      return device === undefined ? undefined : deviceView(gateway, device);
    },
    told: (view, devices) => ({ id, gateway: view, devices }),
  };
}

function accountSource(id: string, host: AccountHost): LiveSource {
  const { account } = host;
  return {
    owner: account,
    ids: () => account.devices.keys(),
    online: (did) => {
      const device = account.device(did);
      return device === undefined ? undefined : account.info(device).online;
    },
    // An account lives as long as its node.
    keep: () => {},
    follow: (news) => {
      account.subscriptions.subscribe(SUBSCRIBER, WATCH_TOPIC, (event) => {
        if (event.kind !== 'account') news(event.device.did);
      });
      account.subscriptions.open(SUBSCRIBER);
    },
    forget: () => account.subscriptions.cancel(SUBSCRIBER),
    view: () => accountView(id, host),
    device: (did) => {
      const device = account.device(did);
      return device === undefined ? undefined : cloudDeviceView(host, device);
    },
    told: (view, devices) => ({ id, account: view, devices }),
  };
}
