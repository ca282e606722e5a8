/** One device as it stands in the book of an account: what the account lists, what the user has set, what was learned of it, one over the other. */

import type { Values } from '../home/device';
import type { CloudRecord } from './account-types';
import type { CloudDevice } from './cloud-device';
import { type Learned, listingOf } from './local-listing';
import type { LocalRow } from './settings';
import type { DeviceSpec } from './spec-types';

export class DeviceEntry implements CloudRecord {
  readonly did: string;
  listed: CloudDevice;
  /** What the cloud said last. */
  isOnlineInCloud = false;
  /** The way that was taken last. */
  way: CloudRecord['transport'] | undefined;
  readonly values: Values;
  isOnline: boolean;
  /** It was asked on the LAN, and answered or not. */
  wasAsked = false;
  lastSeen: number | undefined;
  spec: DeviceSpec | undefined;
  isFresh = true;
  /** Properties that were heard of in this process. */
  readonly heard = new Set<string>();
  #cloud: CloudDevice | undefined;
  #row: LocalRow | undefined;
  #learned: Learned = { model: '', urn: '' };

  constructor(did: string, values: Values, lastSeen: number | undefined) {
    this.did = did;
    this.listed = listingOf(did, undefined, undefined, this.#learned);
    this.values = values;
    this.isOnline = false;
    this.lastSeen = lastSeen;
  }

  get isListed(): boolean {
    return this.#cloud !== undefined;
  }

  get isTried(): boolean {
    return this.wasAsked || this.isListed;
  }

  get isPlaced(): boolean {
    return this.#row !== undefined;
  }

  get transport(): CloudRecord['transport'] {
    return this.#cloud === undefined ? 'miio' : (this.way ?? 'miot');
  }

  /** As the account lists it; undefined where it does not. */
  list(cloud: CloudDevice | undefined): void {
    this.#keepLearned();
    this.#cloud = cloud;
    this.isOnlineInCloud = cloud?.isOnline === true;
    this.#merge();
  }

  /** As the user knows it; undefined where he does not. */
  place(row: LocalRow | undefined): void {
    if (row?.model !== this.#row?.model) this.#learned = { model: '', urn: '' };
    this.#row = row;
    this.#merge();
  }

  learn(learned: Partial<Learned>): void {
    this.#learned = { ...this.#learned, ...learned };
    this.#merge();
  }

  /** It is known from nowhere any more. */
  leave(): void {
    this.#keepLearned();
    this.#cloud = undefined;
    this.#row = undefined;
    this.#merge();
  }

  /** What it is outlives the list: that is no secret, and no place. */
  #keepLearned(): void {
    if (this.#cloud !== undefined) this.#learned = { model: this.#cloud.model, urn: this.#cloud.urn };
  }

  #merge(): void {
    const { urn } = this.listed;
    this.listed = listingOf(this.did, this.#cloud, this.#row, this.#learned);
    if (this.listed.urn !== urn) this.spec = undefined;
  }
}
