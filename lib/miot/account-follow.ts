/** Follows the devices that somebody uses: subscribes to their pushes, and has them read once as they come into use. */

import type { Clock, Timer } from '../home/clock';
import type { CloudRecord } from './account-types';
import type { DeviceBook } from './device-book';
import { DevicesInUse } from './devices-in-use';
import type { PushState } from './push-options';

export interface FollowOptions {
  readonly clock: Clock;
  readonly book: DeviceBook;
  /** What anybody listens to. */
  readonly topics: () => Iterable<string>;
  /** There is a way to it now. */
  readonly isHeard?: (record: CloudRecord) => boolean;
  /** The cloud can push what it says. */
  readonly isPushable?: (did: string) => boolean;
  readonly push: { readonly state: PushState; follow(dids: ReadonlySet<string>): void };
  readonly read: (dids: readonly string[]) => void;
  /** These are in use now. */
  readonly onFollow?: (dids: ReadonlySet<string>) => void;
}

/** Once push is connected everything in use is read: one that connects by then saves reading it twice. */
const EARLY_MS = 2_000;

export class AccountFollow {
  readonly #options: FollowOptions;
  readonly #inUse = new DevicesInUse();
  /** Came into use while push was connecting, and were not read yet. */
  readonly #early = new Set<string>();
  #planned: Timer | undefined;
  #earlyTimer: Timer | undefined;
  #isClosed = false;

  constructor(options: FollowOptions) {
    this.#options = options;
  }

  get dids(): ReadonlySet<string> {
    return this.#inUse.dids;
  }

  /** Topics under which a device is listened to beside its did. */
  aliases(did: string): readonly string[] {
    return this.#inUse.aliases(did);
  }

  /** Nodes come one by one at a deploy: what they want is looked at once. */
  plan(): void {
    if (this.#isClosed) return;
    this.#planned ??= this.#options.clock.setTimeout(() => {
      this.#planned = undefined;
      this.update();
    }, 0);
  }

  update(): void {
    if (this.#isClosed) return;
    const { book, topics, isHeard, isPushable = () => true, push, read, onFollow } = this.#options;
    const news = this.#inUse.update(topics(), book, isHeard);
    push.follow(new Set([...this.#inUse.dids].filter(isPushable)));
    onFollow?.(this.#inUse.dids);
    const unpushed = news.filter((did) => !isPushable(did));
    if (unpushed.length > 0) read(unpushed);
    const added = news.filter(isPushable);
    // Where pushes arrive, what is new is read once it is subscribed to, so that nothing happens in between.
    if (added.length === 0 || push.state === 'connected') return;
    for (const did of added) this.#early.add(did);
    if (push.state !== 'connecting') this.#readEarly();
    else this.#earlyTimer ??= this.#options.clock.setTimeout(() => this.#readEarly(), EARLY_MS);
  }

  /** Push went from one state to another. */
  pushMoved(): void {
    const { state } = this.#options.push;
    if (state === 'waiting' || state === 'refused') this.#readEarly();
  }

  /** Push is connected and everything in use is about to be read. */
  connected(): void {
    this.#options.clock.clearTimeout(this.#earlyTimer);
    this.#earlyTimer = undefined;
    this.#early.clear();
  }

  close(): void {
    this.#isClosed = true;
    this.#options.clock.clearTimeout(this.#planned);
    this.#planned = undefined;
    this.connected();
  }

  #readEarly(): void {
    const dids = [...this.#early].filter((did) => this.#inUse.dids.has(did));
    this.connected();
    if (dids.length > 0) this.#options.read(dids);
  }
}
