/** The few messages of multicast DNS by which a Wi-Fi device announces itself (miio-lan.md §5): a question read, an answer written. Bytes only. */

export const SERVICE = '_miio._udp.local';
export const MDNS_GROUP = '224.0.0.251';

const HEADER_BYTES = 12;
const IS_ANSWER = 0x8000;
const AUTHORITATIVE = 0x8400;
const IN = 1;
/** In a question: answer me alone. In an answer: nobody else has this record. */
const TOP_BIT = 0x8000;
const types = { a: 1, ptr: 12, txt: 16, srv: 33, any: 255 } as const;
const TTL_S = 120;
// One-shot resolvers must not keep what they hear (RFC 6762 §6.7).
const ONE_SHOT_TTL_S = 10;

export interface Question {
  readonly id: number;
  /** Wants the answer for itself. */
  readonly isUnicast: boolean;
}

/** What is announced: instance `<model with dashes>_miio<did>` (miio-lan.md §5). */
export interface Announced {
  readonly did: string;
  readonly model: string;
  readonly address: string;
  readonly port: number;
}

/** Undefined where nobody asks for these devices. Only the first question is looked at: nothing compressed can stand before it. */
export function parseQuestion(bytes: Buffer): Question | undefined {
  if (bytes.length < HEADER_BYTES || (bytes.readUInt16BE(2) & IS_ANSWER) !== 0 || bytes.readUInt16BE(4) === 0) return undefined;
  const labels: string[] = [];
  let at = HEADER_BYTES;
  for (let length = bytes[at]; length !== undefined && length > 0 && length < 64; length = bytes[at]) {
    labels.push(bytes.toString('utf8', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (bytes[at] !== 0 || at + 5 > bytes.length || labels.join('.').toLowerCase() !== SERVICE) return undefined;
  const type = bytes.readUInt16BE(at + 1);
  if (type !== types.ptr && type !== types.any) return undefined;
  return { id: bytes.readUInt16BE(0), isUnicast: (bytes.readUInt16BE(at + 3) & TOP_BIT) !== 0 };
}

/** `oneShot`: to somebody who asked from another port than that of mDNS, and knows the answer by its id and question. */
export function announce({ did, model, address, port }: Announced, oneShot?: Question): Buffer {
  const label = `${model.replaceAll('.', '-')}_miio${did}`;
  const instance = `${label}.${SERVICE}`;
  const host = `${label}.local`;
  const ttl = oneShot === undefined ? TTL_S : ONE_SHOT_TTL_S;
  const unique = oneShot === undefined ? IN | TOP_BIT : IN;
  const place = Buffer.alloc(6);
  place.writeUInt16BE(port, 4);
  const records = [
    record(SERVICE, types.ptr, IN, ttl, nameOf(instance)),
    record(instance, types.srv, unique, ttl, Buffer.concat([place, nameOf(host)])),
    record(instance, types.txt, unique, ttl, Buffer.concat(['epoch=1', `mac=${did}`].map(text))),
    record(host, types.a, unique, ttl, Buffer.from(address.split('.').map(Number))),
  ];
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(oneShot?.id ?? 0, 0);
  header.writeUInt16BE(AUTHORITATIVE, 2);
  header.writeUInt16BE(oneShot === undefined ? 0 : 1, 4);
  // One answer; what goes with it stands in the additional records.
  header.writeUInt16BE(1, 6);
  header.writeUInt16BE(records.length - 1, 10);
  const question = oneShot === undefined ? [] : [nameOf(SERVICE), numbers(types.ptr, IN)];
  return Buffer.concat([header, ...question, ...records]);
}

function record(name: string, type: number, kind: number, ttl: number, data: Buffer): Buffer {
  const life = Buffer.alloc(6);
  life.writeUInt32BE(ttl, 0);
  life.writeUInt16BE(data.length, 4);
  return Buffer.concat([nameOf(name), numbers(type, kind), life, data]);
}

function numbers(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

function nameOf(name: string): Buffer {
  return Buffer.concat([...name.split('.').map(text), Buffer.alloc(1)]);
}

/** With its length in front. */
function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([Buffer.from([bytes.length]), bytes]);
}
