/** Which devices of an account somebody wants to hear about, made from the topics of its subscribers. Asks nobody. */

import { EVERY } from '../home/subscriptions';
import type { CloudRecord } from './account-types';
import type { DeviceBook } from './device-book';

const none: readonly string[] = [];

export class DevicesInUse {
  #dids: ReadonlySet<string> = new Set();
  /** Other spellings of a did, as somebody typed them. */
  #aliases: ReadonlyMap<string, readonly string[]> = new Map();

  get dids(): ReadonlySet<string> {
    return this.#dids;
  }

  /** Topics under which a device is listened to beside its did. */
  aliases(did: string): readonly string[] {
    return this.#aliases.get(did) ?? none;
  }

  /** Looks anew, at devices that can be heard. Gives those that were not in use before. */
  update(topics: Iterable<string>, book: DeviceBook, isHeard: (record: CloudRecord) => boolean = () => true): readonly string[] {
    const before = this.#dids;
    const dids = new Set<string>();
    const aliases = new Map<string, string[]>();
    for (const topic of topics) {
      if (topic === EVERY) for (const device of book.devices.values()) if (isHeard(device)) dids.add(device.did);
      const record = topic === EVERY ? undefined : book.find(topic);
      if (record === undefined || !isHeard(record)) continue;
      dids.add(record.did);
      if (record.did !== topic) aliases.set(record.did, [...(aliases.get(record.did) ?? []), topic]);
    }
    this.#dids = dids;
    this.#aliases = aliases;
    return [...dids].filter((did) => !before.has(did));
  }
}
