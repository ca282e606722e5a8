/** Commands as they come from a broker: what the payloads under `…/set` and `…/get` ask for. Nothing is carried out here. */

import { LumiotError } from '../home/errors';
import { type Data, dataOf, isRecord } from './payloads';
import type { MqttReceived } from './types';

export type RequestId = string | number;

export type Command = { readonly requestId: RequestId | undefined } & (
  | { readonly command: 'set'; readonly payload: Data }
  /** `properties`: empty = all. */
  | { readonly command: 'get'; readonly properties: readonly string[] }
);

/** A command that cannot be carried out: what is wrong, and whose it was, as far as that could be read. */
export interface Refusal {
  readonly error: LumiotError;
  readonly requestId: RequestId | undefined;
}

const LONGEST_NAME = 200;
const LONGEST_REQUEST_ID = 1_000;

/** Reads a message on `…/set` or `…/get`. Undefined for one that asks for nothing. Never throws. */
export function parseCommand(command: 'set' | 'get', received: MqttReceived): Command | Refusal | undefined {
  let requestId: RequestId | undefined;
  try {
    const data = dataOf(received.payload);
    // Nothing on `…/set` is how a retained command is taken back: not a command, and no mistake.
    if (data === undefined && (command === 'set' || received.retain)) return undefined;
    const [id, payload] = withoutRequestId(data);
    requestId = id;
    if (received.retain) throw retained();
    if (command === 'get') return { command, requestId, properties: propertiesOf(payload) };
    return { command, requestId, payload: settable(payload) };
  } catch (error) {
    if (!(error instanceof LumiotError)) throw error;
    return { error, requestId };
  }
}

function withoutRequestId(data: Data | undefined): [RequestId | undefined, Data | undefined] {
  if (!isRecord(data) || !Object.hasOwn(data, 'requestId')) return [undefined, data];
  const { requestId, ...rest } = data;
  const isId = typeof requestId === 'number' || (typeof requestId === 'string' && requestId.length <= LONGEST_REQUEST_ID);
  if (!isId) throw new LumiotError('BAD_INPUT', `A requestId must be a number, or text of at most ${LONGEST_REQUEST_ID} characters.`);
  return [requestId, rest];
}

function settable(payload: Data | undefined): Data {
  if (payload === undefined || payload === null || Array.isArray(payload)) {
    throw new LumiotError('BAD_INPUT', 'Nothing can be set to that payload. Send an object, a number, true, false or text.');
  }
  return payload;
}

/** Nothing, `{}` and `{"read": true}` ask for everything. */
function propertiesOf(payload: Data | undefined): readonly string[] {
  if (payload === undefined) return [];
  if (Array.isArray(payload)) return namesIn(payload);
  if (isRecord(payload)) {
    const { properties, read, ...rest } = payload;
    const isPlain = Object.keys(rest).length === 0 && (read === undefined || read === true);
    if (isPlain && properties === undefined) return [];
    if (isPlain && Array.isArray(properties)) return namesIn(properties);
  }
  throw unreadable();
}

function namesIn(list: readonly Data[]): readonly string[] {
  const names = new Set<string>();
  for (const name of list) {
    if (typeof name !== 'string' || name === '' || name.length > LONGEST_NAME) throw unreadable();
    names.add(name);
  }
  return [...names];
}

function unreadable(): LumiotError {
  return new LumiotError(
    'BAD_INPUT',
    'That payload does not say what to read. Send nothing for everything, or a JSON list of names, or {"properties": [names]}.',
  );
}

/** A broker gives it again at every connection: a light would go on in the middle of a night. */
function retained(): LumiotError {
  return new LumiotError(
    'BAD_INPUT',
    'The command was retained by the broker, so that it is old, and is not carried out. Publish commands without retain, and take this one back with an empty retained payload.',
  );
}
