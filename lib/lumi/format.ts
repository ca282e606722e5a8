/** Frames → bytes: the requests we send, and every other command of the protocol for those who speak the gateway's side. */

import type { Dialect, Fields } from '../devices/definition';

/** Values on the wire: dialect 1 wants texts, dialect 2 typed values; `rgb` and `mid` are numbers in both. */
export type WireValues = Readonly<Record<string, string | number | boolean>>;

const encode = (message: Record<string, unknown>): Buffer => Buffer.from(JSON.stringify(message));

/** lumi-lan.md §2.2 */
export function formatWhois(): Buffer {
  return encode({ cmd: 'whois' });
}

/** lumi-lan.md §2.3: dialect 1 asks `get_id_list`, dialect 2 `discovery`. */
export function formatListRequest(dialect: Dialect): Buffer {
  return encode({ cmd: dialect === 1 ? 'get_id_list' : 'discovery' });
}

/** lumi-lan.md §2.4. `wireSid` in the gateway's own spelling. */
export function formatReadRequest(wireSid: string): Buffer {
  return encode({ cmd: 'read', sid: wireSid });
}

export interface WriteRequest {
  readonly dialect: Dialect;
  /** In the gateway's own spelling. */
  readonly wireSid: string;
  /** '' where unknown: then left out. */
  readonly model: string;
  /** 32 hex digits (see key.ts). */
  readonly key: string;
  readonly values: WireValues;
}

/** lumi-lan.md §2.5: dialect 1 carries the key inside `data`, dialect 2 beside `params`, one key an element. */
export function formatWriteRequest(request: WriteRequest): Buffer {
  const message: Record<string, unknown> = { cmd: 'write' };
  if (request.model !== '') message.model = request.model;
  message.sid = request.wireSid;
  if (request.dialect === 1) message.data = JSON.stringify({ ...request.values, key: request.key });
  else {
    message.key = request.key;
    message.params = asParams(request.values);
  }
  return encode(message);
}

export interface Envelope {
  readonly cmd: string;
  readonly sid?: string;
  readonly model?: string;
  readonly shortId?: string | number;
  readonly token?: string;
  readonly fields?: Fields;
  /** For lists. */
  readonly devices?: readonly { readonly sid: string; readonly model?: string }[];
  /** Fields that stand beside the others: `ip`, `port`, `proto_version` of `iam`, `key` of a write in dialect 2. */
  readonly extra?: Readonly<Record<string, string | number>>;
}

/** Any command of lumi-lan.md §2 in either dialect; `parseFrame` reads back what this writes. */
export function formatFrame(dialect: Dialect, envelope: Envelope): Buffer {
  const message: Record<string, unknown> = { cmd: envelope.cmd };
  if (envelope.model !== undefined) message.model = envelope.model;
  if (envelope.sid !== undefined) message.sid = envelope.sid;
  if (envelope.shortId !== undefined) message.short_id = envelope.shortId;
  if (envelope.token !== undefined) message.token = envelope.token;
  Object.assign(message, envelope.extra);
  if (envelope.devices !== undefined) {
    if (dialect === 1) message.data = JSON.stringify(envelope.devices.map((device) => device.sid));
    else message.dev_list = envelope.devices;
  } else if (envelope.fields !== undefined) {
    if (dialect === 1) message.data = JSON.stringify(envelope.fields);
    else message.params = asParams(envelope.fields);
  }
  return encode(message);
}

function asParams(values: Fields): Record<string, unknown>[] {
  return Object.entries(values).map(([field, value]) => ({ [field]: value }));
}
