/** What the network knows under each sid: whose it is, what was said of it last, and what its owner keeps of it. One look-up finds all. */

import { LastWords } from './copies';
import type { DeviceRecord } from './device-record';
import type { Member } from './lan';

const NOBODY: readonly Member[] = [];
/** A flood of made-up sids must not fill the memory: past this many that nobody owns, these are forgotten. */
const MOST_STRANGERS = 20_000;

/** What is known of one sid. Its last words are part of it and no object of their own: one less to reach for each datagram. */
export class Known extends LastWords {
  /** The owner, where there is exactly one, as nearly always. */
  owner: Member | undefined;
  /** The owners, where several claim it. */
  several: readonly Member[] | undefined;
  /** What `owner` keeps of it, put here by its owner, who finds it again without a look-up. */
  device: DeviceRecord | undefined;

  get owners(): readonly Member[] {
    return this.several ?? (this.owner === undefined ? NOBODY : [this.owner]);
  }

  get isOwned(): boolean {
    return this.owner !== undefined || this.several !== undefined;
  }
}

export class Sids {
  readonly #all = new Map<string, Known>();
  #owned = 0;

  /** How many sids somebody owns. */
  get owned(): number {
    return this.#owned;
  }

  /** Made on the first mention. */
  of(sid: string): Known {
    const known = this.#all.get(sid);
    if (known !== undefined) return known;
    if (this.#all.size - this.#owned >= MOST_STRANGERS) this.#forgetStrangers();
    const made = new Known();
    this.#all.set(sid, made);
    return made;
  }

  ownersOf(sid: string): readonly Member[] {
    return this.#all.get(sid)?.owners ?? NOBODY;
  }

  own(sid: string, owners: readonly Member[]): void {
    const known = this.of(sid);
    if (known.isOwned) this.#owned--;
    known.owner = owners.length === 1 ? owners[0] : undefined;
    known.several = owners.length > 1 ? owners : undefined;
    if (known.isOwned) this.#owned++;
    known.device = undefined;
  }

  /** Everything a member owns. */
  ownedBy(member: Member): string[] {
    const sids: string[] = [];
    for (const [sid, { owners }] of this.#all) if (owners.includes(member)) sids.push(sid);
    return sids;
  }

  #forgetStrangers(): void {
    for (const [sid, { isOwned }] of this.#all) if (!isOwned) this.#all.delete(sid);
  }
}
