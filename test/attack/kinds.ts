/** The datagrams of a liar on the network, by the kind of attack: a pool made beforehand, so that sending costs nothing but sending. */

export const PLUG = '158d0001a2b3c1';
export const HALL = '34ce00fb61a9';
/** What no real report says: seen in a flow, a lie got through. */
export const LIE = '9999.00';

const TOKEN = 'Liar0Liar0Liar00';
const POOL = 4_096;
const LARGEST = 65_507;
const LONGEST_LIST = 3_300;

export type Kind =
  | 'spoofed reports'
  | 'foreign heartbeats'
  | 'iam flood'
  | 'large datagrams'
  | 'long lists'
  | 'nonsense'
  | 'unknown devices'
  | 'everything'
  | 'many senders';

/** A kind that is not made of the others. */
type SimpleKind = Exclude<Kind, 'everything' | 'many senders'>;

export interface Datagram {
  readonly bytes: Buffer;
  /** To the sockets that ask, or to the group. */
  readonly to: 'group' | 'askers';
}

const json = (message: object): Buffer => Buffer.from(JSON.stringify(message));
const sid = (index: number): string => `158d00${(0xa0_00_00_00 + index * 7_919).toString(16).padStart(8, '0')}`;
const gatewaySid = (index: number): string => `7811dc${(0x10_00_00 + index).toString(16).padStart(6, '0')}`;

const MAKERS: Readonly<Record<SimpleKind, (index: number) => Datagram>> = {
  // Of a real device, from an address that is not its gateway's.
  'spoofed reports': (index) => ({
    to: 'group',
    bytes: json({ cmd: 'report', model: 'plug', sid: PLUG, short_id: index, data: JSON.stringify({ load_power: LIE }) }),
  }),
  // Half of them in the name of the real gateway, half of gateways that nobody has.
  'foreign heartbeats': (index) => ({
    to: 'group',
    bytes: json({
      ...{ cmd: 'heartbeat', model: 'gateway', sid: index % 2 === 0 ? HALL : gatewaySid(index), short_id: String(index), token: TOKEN },
      data: JSON.stringify({ ip: '127.0.66.1' }),
    }),
  }),
  'iam flood': (index) => ({
    to: 'askers',
    bytes: json({
      cmd: 'iam',
      port: '9898',
      sid: index % 4 === 0 ? HALL : gatewaySid(index),
      model: 'gateway',
      ip: '127.0.66.1',
      short_id: index,
    }),
  }),
  'large datagrams': (index) => {
    const head = { cmd: 'report', model: 'plug', sid: sid(index), short_id: index, data: '' };
    const room = LARGEST - Buffer.byteLength(JSON.stringify(head));
    return { to: index % 2 === 0 ? 'group' : 'askers', bytes: json({ ...head, data: 'x'.repeat(room) }) };
  },
  // Of devices nobody has, in the name of the real gateway: as many as a datagram holds, and others each time.
  'long lists': (index) => ({
    to: 'askers',
    bytes: json({
      ...{ cmd: 'get_id_list_ack', sid: HALL, token: TOKEN },
      data: JSON.stringify(Array.from({ length: LONGEST_LIST }, (_, entry) => sid(index * LONGEST_LIST + entry))),
    }),
  }),
  nonsense: (index) => ({
    to: 'group',
    bytes: Buffer.from(index % 2 === 0 ? `{"cmd":"report","sid":"${sid(index)}",` : `\u0000\u00ff${index}`),
  }),
  'unknown devices': (index) => ({
    to: 'group',
    bytes: json({ cmd: 'report', model: 'plug', sid: sid(index), short_id: index, data: JSON.stringify({ status: 'on' }) }),
  }),
};

const simple = Object.keys(MAKERS) as SimpleKind[];
export const kinds: readonly Kind[] = [...simple, 'everything', 'many senders'];

/** Datagrams of this kind have 64 kB, or nearly so. */
export function isLarge(kind: Kind): boolean {
  return kind === 'large datagrams' || kind === 'long lists';
}

/** So many datagrams of one kind, or of all but the large ones in turn. */
export function poolOf(kind: Kind): Datagram[] {
  const small = simple.filter((one) => !isLarge(one));
  const count = isLarge(kind) ? 512 : POOL;
  return Array.from({ length: count }, (_, index) => {
    const one = kind === 'everything' || kind === 'many senders' ? small[index % small.length] : kind;
    return MAKERS[one ?? 'nonsense'](index);
  });
}
