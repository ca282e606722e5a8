/** What the editor knows of several homes of one kind, gateways or accounts: the devices of each, kept fresh by the live feed. */

import { ApiError } from './api.mts';
import type { LiveFeed } from './live-feed.mts';

/** Somebody who looks at live values. Values flow while at least one of them is alive and the page can be seen. */
export interface Watcher<Device> {
  readonly isAlive: () => boolean;
  /** A home and those of its devices that changed; without devices, all of them may have. */
  readonly hear: (id: string, devices?: readonly Device[]) => void;
}

interface Entry<Home> {
  home?: Home;
  error?: ApiError;
  pending?: Promise<void>;
}

interface Identified {
  readonly id: string;
}

export interface HomeKind<Home, Device extends Identified> {
  readonly get: (id: string) => Promise<Home>;
  readonly devicesOf: (home: Home) => readonly Device[];
  /** What a message of the live feed says of a home of this kind; undefined where it is about another kind. */
  readonly newsIn: (message: unknown) => { readonly id: string; readonly home: Home } | undefined;
  readonly merge: (news: Home, devices: readonly Device[]) => Home;
}

const NOT_FOUND = 404;

export class LiveHomes<Home, Device extends Identified> {
  readonly entries = new Map<string, Entry<Home>>();
  readonly #kind: HomeKind<Home, Device>;
  readonly #feed: LiveFeed;
  readonly #watchers = new Set<Watcher<Device>>();

  constructor(feed: LiveFeed, kind: HomeKind<Home, Device>) {
    this.#feed = feed;
    this.#kind = kind;
    feed.add(this);
  }

  /** Asks the server for the devices of a home. Never rejects. */
  load(id: string): Promise<void> {
    const entry = this.entries.get(id) ?? {};
    this.entries.set(id, entry);
    entry.pending ??= this.#kind
      .get(id)
      .then(
        (home) => {
          entry.home = home;
          delete entry.error;
        },
        (error: unknown) => {
          entry.error = error instanceof ApiError ? error : new ApiError({ code: 'OTHER', message: String(error) }, 0);
          // A server that is away for a moment does not change who lives here; a home that is not deployed does.
          if (entry.error.status === NOT_FOUND) delete entry.home;
        },
      )
      .finally(() => {
        delete entry.pending;
        this.#tell(id);
      });
    return entry.pending;
  }

  watch(watcher: Watcher<Device>): void {
    this.#watchers.add(watcher);
    this.#feed.look();
  }

  unwatch(watcher: Watcher<Device>): void {
    this.#watchers.delete(watcher);
    this.#feed.look();
  }

  isWatched(): boolean {
    for (const watcher of this.#watchers) if (!watcher.isAlive()) this.#watchers.delete(watcher);
    return this.#watchers.size > 0;
  }

  hear(message: unknown): void {
    const news = this.#kind.newsIn(message);
    if (news === undefined) return;
    const entry = this.entries.get(news.id);
    if (entry?.home === undefined) {
      if (entry !== undefined) void this.load(news.id);
      return;
    }
    const devices = this.#kind.devicesOf(news.home);
    const changed = new Map(devices.map((device) => [device.id, device]));
    const known = this.#kind.devicesOf(entry.home).map((device) => {
      const fresh = changed.get(device.id);
      changed.delete(device.id);
      return fresh ?? device;
    });
    entry.home = this.#kind.merge(news.home, [...known, ...changed.values()]);
    this.#tell(news.id, devices);
  }

  reload(): void {
    for (const id of this.entries.keys()) void this.load(id);
  }

  forget(): void {
    this.entries.clear();
  }

  #tell(id: string, devices?: readonly Device[]): void {
    for (const watcher of this.#watchers) {
      if (watcher.isAlive()) watcher.hear(id, devices);
      else this.#watchers.delete(watcher);
    }
  }
}
