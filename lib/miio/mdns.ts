/** How Wi-Fi devices announce themselves by multicast DNS: the question for them, and what an answer says (miio-lan.md §5). Bytes only. */

import { isIPv4 } from 'node:net';
import { isNumericDid } from './packet';

export const MDNS_GROUP = '224.0.0.251';
export const MDNS_PORT = 5353;

/** What one device told of itself. */
export interface Announcement {
  readonly did: string;
  readonly model: string;
  /** '' where the answer does not say it: then it is its sender's. */
  readonly address: string;
  /** 0 where the answer does not say it. */
  readonly port: number;
}

/** The language of DNS messages; loaded when the first search needs it. */
export interface Mdns {
  readonly question: Buffer;
  /** Undefined for what is no DNS message; empty for one of other things. Never throws. */
  read(bytes: Buffer): readonly Announcement[] | undefined;
}

const SERVICE = '_miio._udp.local';
/** `yeelink-light-color1_miio68332340`: model with dashes, did in digits. */
const INSTANCE = /^([^_]+)_miio(\d{1,20})\b/i;
const MODEL = /^[\w.]{1,64}$/;

/** A packet tells of one device, or of the few that another one remembers. */
const MOST_INSTANCES = 64;

/** A record as far as anybody looks at it: what comes from the network is narrowed here and nowhere else. */
interface LooseRecord {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly data?: unknown;
}

export async function loadMdns(): Promise<Mdns> {
  const { decode, encode } = await import('dns-packet');
  const question = encode({ type: 'query', id: 0, questions: [{ name: SERVICE, type: 'PTR', class: 'IN' }] });
  return {
    question,
    read: (bytes) => {
      try {
        const { answers = [], additionals = [] } = decode(bytes);
        return announcements([...answers, ...additionals]);
      } catch {
        return undefined;
      }
    },
  };
}

function announcements(records: readonly LooseRecord[]): Announcement[] {
  const instances = new Set(
    records.flatMap(({ type, name, data }) => {
      if (type === 'PTR' && lower(name) === SERVICE && typeof data === 'string') return [data];
      return type === 'SRV' && typeof name === 'string' ? [name] : [];
    }),
  );
  return [...instances].slice(0, MOST_INSTANCES).flatMap((instance) => {
    if (!instance.toLowerCase().endsWith(`.${SERVICE}`)) return [];
    const [, dashed = '', did = ''] = INSTANCE.exec(instance) ?? [];
    const model = dashed.replaceAll('-', '.');
    return isNumericDid(did) && MODEL.test(model) ? [{ did: String(BigInt(did)), model, ...placeOf(instance, records) }] : [];
  });
}

function placeOf(instance: string, records: readonly LooseRecord[]): Pick<Announcement, 'address' | 'port'> {
  const srv = records.find(({ type, name }) => type === 'SRV' && lower(name) === instance.toLowerCase())?.data;
  const { port, target } = (typeof srv === 'object' && srv !== null ? srv : {}) as { readonly port?: unknown; readonly target?: unknown };
  const address = records.find(({ type, name }) => type === 'A' && lower(name) === lower(target))?.data;
  return {
    address: typeof address === 'string' && isIPv4(address) ? address : '',
    port: typeof port === 'number' && port > 0 ? port : 0,
  };
}

function lower(name: unknown): string | undefined {
  return typeof name === 'string' ? name.toLowerCase() : undefined;
}
