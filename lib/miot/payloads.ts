/** What the broker sends, from bytes to events (miot-cloud.md §3.3). The border: nothing here throws, whatever comes. */

import { type Fields, isCloudValue, listOf, parseExactly } from './cloud-answer';
import type { PushEvent } from './push-events';
import { recordOf } from './spec-json';
import { iid, type PushTopic, parseTopic } from './topics';

/** Nothing in it to tell; `reason` never quotes the payload. */
export interface Ignored {
  readonly ignored: string;
}

type Argument = Extract<PushEvent, { kind: 'event' }>['arguments'][number];

const MOST_BYTES = 256 * 1024;
/** A payload nested deeper would overflow whoever copies or prints `raw` later. */
const MOST_DEPTH = 32;

/** Reads one message. What it tells of another device than its topic is refused: the broker checks who may read the topic only. */
export function parsePush(topic: string, payload: Buffer): PushEvent[] | Ignored {
  const about = parseTopic(topic);
  if (about === undefined) return { ignored: 'a topic of another kind' };
  if (payload.length > MOST_BYTES) return { ignored: `a payload of more than ${MOST_BYTES} bytes` };
  const raw = recordOf(parseExactly(payload.toString('utf8')));
  if (raw === undefined || isTooDeep(raw)) return { ignored: 'a payload that is no JSON object' };

  if (about.kind === 'state') return online(about, raw);
  const events = contentsOf(raw).map((content) => (about.kind === 'property' ? property(about, content, raw) : event(about, content, raw)));
  const read = events.filter((one): one is PushEvent => !('ignored' in one));
  return read.length > 0 ? read : (events.find((one): one is Ignored => 'ignored' in one) ?? { ignored: 'a payload without content' });
}

export function isIgnored(result: PushEvent[] | Ignored): result is Ignored {
  return 'ignored' in result;
}

/** `params` as an object, or as a list the way gateways send it. Without `params` the payload itself is the content. */
function contentsOf(raw: Fields): readonly Fields[] {
  const { params } = raw;
  if (Array.isArray(params)) return listOf(params);
  return [recordOf(params) ?? unwrapped(raw)];
}

/** Bluetooth gateways' messages reach the broker in the envelope of an inner bus: `{attr: 'event.2.1018', did, status: […]}`. */
function unwrapped(raw: Fields): Fields {
  const [, kind, siid, number] = /^(prop|event)\.(\d+)\.(\d+)$/.exec(typeof raw.attr === 'string' ? raw.attr : '') ?? [];
  if (kind === 'event') return { did: raw.did, siid, eiid: number, arguments: raw.status };
  // Not seen yet; by analogy with events.
  if (kind === 'prop') return { did: raw.did, siid, piid: number, value: raw.value ?? raw.status };
  return raw;
}

function property(about: Extract<PushTopic, { kind: 'property' | 'event' }>, content: Fields, raw: Fields): PushEvent | Ignored {
  if (!isAbout(about.did, content.did)) return otherDevice;
  const siid = iid(content.siid) ?? about.siid;
  const piid = iid(content.piid) ?? about.iid;
  if (siid === undefined || piid === undefined) return { ignored: 'a property without its numbers' };
  const { value } = content;
  if (!isCloudValue(value)) return { ignored: 'a property whose value is no boolean, number or text' };
  return { kind: 'property', did: about.did, siid, piid, value, raw };
}

function event(about: Extract<PushTopic, { kind: 'property' | 'event' }>, content: Fields, raw: Fields): PushEvent | Ignored {
  if (!isAbout(about.did, content.did)) return otherDevice;
  const siid = iid(content.siid) ?? about.siid;
  const eiid = iid(content.eiid) ?? about.iid;
  if (siid === undefined || eiid === undefined) return { ignored: 'an event without its numbers' };
  return { kind: 'event', did: about.did, siid, eiid, arguments: argumentsOf(content.arguments), raw };
}

function online(about: Extract<PushTopic, { kind: 'state' }>, raw: Fields): PushEvent[] | Ignored {
  if (!isAbout(about.did, raw.device_id)) return otherDevice;
  const word = typeof raw.event === 'string' ? raw.event : about.leaf;
  // Where the device does not say it, only the two topics we know do.
  if (raw.event !== word && word !== 'online' && word !== 'offline') return { ignored: 'a state that is neither online nor offline' };
  return [{ kind: 'online', did: about.did, isOnline: word === 'online', raw }];
}

/** `{piid, value}` or bare values in the order of the description; some devices send none. */
function argumentsOf(sent: unknown): Argument[] {
  if (!Array.isArray(sent)) return [];
  const read: Argument[] = [];
  for (const one of sent as readonly unknown[]) {
    const named = recordOf(one);
    const piid = iid(named?.piid);
    const value = named === undefined ? one : named.value;
    if (isCloudValue(value)) read.push({ piid, value });
    // A named argument can be left out; after a bare one the order of the rest would be wrong.
    else if (piid === undefined) break;
  }
  return read;
}

const otherDevice: Ignored = { ignored: 'a payload about another device than its topic' };

/** A device that is not named is the topic's. Ids may be numbers (miot-cloud.md §2.3). */
function isAbout(did: string, named: unknown): boolean {
  return named === undefined || named === null || String(isCloudValue(named) ? named : '') === did;
}

function isTooDeep(value: unknown): boolean {
  let level: readonly unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > MOST_DEPTH) return true;
    level = level.flatMap((one) => (typeof one === 'object' && one !== null ? Object.values(one) : []));
  }
  return false;
}
