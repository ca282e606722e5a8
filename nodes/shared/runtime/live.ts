/** Live values for the editor: pushed at most once a second, and only while a browser holds the lease it renews every half minute. */

import type { NodeAPI } from 'node-red';
import type { Timer } from '../../../lib/home/clock';
import { network } from './environment';
import { type LiveSource, liveSources } from './live-sources';

const TOPIC = 'lumiot/devices';
/** How long one request keeps the values flowing. */
export const LEASE_S = 30;
const PUSH_EVERY_MS = 1_000;

/** One gateway or account that is being watched. */
interface Watched {
  readonly source: LiveSource;
  /** Ids of devices that have spoken since the last push. */
  readonly news: Set<string>;
  /** Whether each device was there at the last push: falling silent is news without a word. */
  readonly online: Map<string, boolean | null | undefined>;
  /** What was pushed last of the gateway or account itself. */
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
    for (const watched of this.#watched.values()) this.#pushOne(watched);
    this.#timer = clock.setTimeout(this.#push, PUSH_EVERY_MS);
  };

  /** Gateways and accounts come and go with every deploy. */
  #follow(): void {
    const sources = liveSources();
    for (const [id, { source }] of [...this.#watched]) if (sources.get(id)?.owner !== source.owner) this.#forget(id);
    for (const [id, source] of sources) {
      source.keep();
      if (this.#watched.has(id)) continue;
      const news = new Set(source.ids());
      this.#watched.set(id, { source, news, online: new Map(), shown: '' });
      source.follow((device) => news.add(device));
    }
  }

  #pushOne(watched: Watched): void {
    const { source, news, online } = watched;
    for (const id of source.ids()) {
      const isOnline = source.online(id);
      if (online.get(id) !== isOnline) news.add(id);
      online.set(id, isOnline);
    }
    const view = source.view();
    const text = JSON.stringify(view);
    const devices = [...news].flatMap((id) => source.device(id) ?? []);
    if (devices.length === 0 && text === watched.shown) return;
    watched.shown = text;
    news.clear();
    this.#RED.comms.publish(TOPIC, source.told(view, devices), false);
  }

  #forget(id: string): void {
    this.#watched.get(id)?.source.forget();
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
