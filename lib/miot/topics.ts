/** Topics of the cloud's broker: which filters a device needs, and what a topic is about (miot-cloud.md §3.2). */

export type PushTopic =
  | { readonly kind: 'property' | 'event'; readonly did: string; readonly siid: number | undefined; readonly iid: number | undefined }
  | { readonly kind: 'state'; readonly did: string; readonly leaf: string };

/** `property` and `event` say what changed, `state` whether the device is online. */
export type FilterKind = PushTopic['kind'];

export interface TopicFilter {
  readonly filter: string;
  readonly did: string;
  readonly kind: FilterKind;
  /** Ends in `#`: the broker may allow the exact topics only. */
  readonly isWildcard: boolean;
}

/** The cloud spells it with one r. */
const EVENT = 'event_occured';
const PROPERTY = 'properties_changed';

/** Ids the cloud publishes no state for: Bluetooth and proxied devices. Their properties and events do come, even while "offline". */
const stateless = /^(?:blt|proxy)\./;

/** Whether the cloud says online or offline for the device in its lists alone, and means little by it. */
export function isStateless(did: string): boolean {
  return stateless.test(did);
}

// A wildcard, a separator or a control character in an id would subscribe to something else than this device.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what it must find.
const unsafe = /[+#/\u0000-\u001f\u007f]/;
const MOST_CHARACTERS = 256;

/** Whether a device id can stand in a topic. */
export function isTopicSafe(did: string): boolean {
  return did !== '' && did.length <= MOST_CHARACTERS && !unsafe.test(did);
}

/** Everything to subscribe to for a device. With `stateByLeaf` no wildcard is used for its state, for brokers that refuse it. */
export function filtersOf(did: string, stateByLeaf = false): TopicFilter[] {
  const filters: TopicFilter[] = [
    { filter: `device/${did}/up/${PROPERTY}/#`, did, kind: 'property', isWildcard: true },
    { filter: `device/${did}/up/${EVENT}/#`, did, kind: 'event', isWildcard: true },
  ];
  if (isStateless(did)) return filters;
  if (stateByLeaf) return [...filters, ...stateLeaves(did)];
  return [...filters, { filter: `device/${did}/state/#`, did, kind: 'state', isWildcard: true }];
}

/** The exact topics that `device/<did>/state/#` stands for. */
export function stateLeaves(did: string): TopicFilter[] {
  return ['online', 'offline'].map((leaf) => ({ filter: `device/${did}/state/${leaf}`, did, kind: 'state', isWildcard: false }));
}

/** Undefined for a topic that is none of ours. */
export function parseTopic(topic: string): PushTopic | undefined {
  const [root, did, branch, what, ...rest] = topic.split('/');
  if (root !== 'device' || did === undefined || did === '' || what === undefined) return undefined;
  if (branch === 'state') return rest.length === 0 ? { kind: 'state', did, leaf: what } : undefined;
  if (branch !== 'up' || (what !== PROPERTY && what !== EVENT) || rest.length > 2) return undefined;
  return { kind: what === PROPERTY ? 'property' : 'event', did, siid: iid(rest[0]), iid: iid(rest[1]) };
}

const MOST_IID = 0xff_ff_ff_ff;

/** A service, property or event number as a number or as digits; undefined for anything else. */
export function iid(value: unknown): number | undefined {
  if (typeof value === 'string' ? !/^\d{1,10}$/.test(value) : typeof value !== 'number') return undefined;
  const number = Number(value);
  return Number.isInteger(number) && number >= 1 && number <= MOST_IID ? number : undefined;
}
