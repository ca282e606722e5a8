/** Live values for the editor: pushed at most once a second, and only while a browser holds the lease it renews every half minute. */

import type { NodeAPI } from 'node-red';
import type { Timer } from '../../../lib/home/clock';
import { EVERY } from '../../../lib/home/subscriptions';
import { deviceView, gatewayView } from './device-view';
import { network } from './environment';
import { allHosts, type GatewayHost } from './gateway-host';

const TOPIC = 'lumiot/devices';
const SUBSCRIBER = 'lumiot-live';
/** How long one request keeps the values flowing. */
export const LEASE_S = 30;
const PUSH_EVERY_MS = 1_000;

/** One gateway that is being watched. */
interface Watched {
  readonly host: GatewayHost;
  readonly gateway: GatewayHost['gateway'];
  /** Sids that have spoken since the last push. */
  readonly news: Set<string>;
  /** Whether each device was there at the last push: falling silent is news without a word. */
  readonly online: Map<string, boolean | null>;
  /** What was pushed last of the gateway itself. */
  shown: string;
}

class LiveFeed {
  readonly #RED: NodeAPI;
  readonly #watched = new Map<string, Watched>();
  #leaseUntil = Number.NEGATIVE_INFINITY;
  #timer: Timer | undefined;

  constructor(RED: NodeAPI) {
    this.#RED = RED;
  }

  /** A browser is looking. */
  renew(): void {
    const { clock } = network(this.#RED).environment;
    this.#leaseUntil = clock.monotonic() + LEASE_S * 1_000;
    this.#timer ??= clock.setTimeout(this.#push, 0);
  }

  readonly #push = (): void => {
    const { clock } = network(this.#RED).environment;
    this.#timer = undefined;
    if (clock.monotonic() >= this.#leaseUntil) {
      for (const id of [...this.#watched.keys()]) this.#forget(id);
      return;
    }
    this.#follow();
    for (const [id, watched] of this.#watched) this.#pushOne(id, watched);
    this.#timer = clock.setTimeout(this.#push, PUSH_EVERY_MS);
  };

  /** Gateways come and go with every deploy. */
  #follow(): void {
    for (const [id, { gateway }] of [...this.#watched]) if (allHosts().get(id)?.gateway !== gateway) this.#forget(id);
    for (const [id, host] of allHosts()) {
      host.borrow(SUBSCRIBER);
      if (this.#watched.has(id)) continue;
      const { gateway } = host;
      const news = new Set([...gateway.inventory.devices].map((device) => device.sid));
      this.#watched.set(id, { host, gateway, news, online: new Map(), shown: '' });
      gateway.subscriptions.subscribe(SUBSCRIBER, EVERY, ({ device }) => news.add(device.sid));
      gateway.subscriptions.open(SUBSCRIBER);
    }
  }

  #pushOne(id: string, watched: Watched): void {
    for (const device of watched.gateway.inventory.devices) {
      const { online } = watched.gateway.info(device);
      if (watched.online.get(device.sid) !== online) watched.news.add(device.sid);
      watched.online.set(device.sid, online);
    }
    const view = gatewayView(id, watched.host);
    const shown = JSON.stringify(view);
    const devices = [...watched.news].flatMap((sid) => {
      const device = watched.gateway.device(sid);
      return device === undefined ? [] : [deviceView(watched.gateway, device)];
    });
    if (devices.length === 0 && shown === watched.shown) return;
    watched.shown = shown;
    watched.news.clear();
    this.#RED.comms.publish(TOPIC, { id, gateway: view, devices }, false);
  }

  #forget(id: string): void {
    this.#watched.get(id)?.gateway.subscriptions.cancel(SUBSCRIBER);
    this.#watched.delete(id);
  }
}

const feeds = new WeakMap<object, LiveFeed>();

/** Begins, or goes on, to push live values. */
export function renewLease(RED: NodeAPI): void {
  const lan = network(RED);
  const feed = feeds.get(lan) ?? new LiveFeed(RED);
  feeds.set(lan, feed);
  feed.renew();
}
