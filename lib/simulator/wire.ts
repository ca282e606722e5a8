/** Both dialects as a gateway writes and reads them: datagrams to text, bytes to requests (lumi-lan.md §2, §7, §8.5). */

export type Protocol = 1 | 2;
export type Fields = Readonly<Record<string, unknown>>;

/** Who a datagram speaks of. */
export interface Speaker {
  readonly sid: string;
  readonly model: string;
  readonly shortId: number;
}

export type Request =
  | { readonly kind: 'list' }
  | { readonly kind: 'foreign-list' }
  | { readonly kind: 'read'; readonly sid: string }
  | { readonly kind: 'write'; readonly sid: string; readonly key: string | undefined; readonly fields: Fields }
  | { readonly kind: 'unsupported'; readonly cmd: string }
  | { readonly kind: 'invalid' };

/** Reads what came in on a gateway's port. Never throws. */
export function parseRequest(protocol: Protocol, bytes: Buffer): Request {
  const request = parseObject(bytes.toString('utf8'));
  if (request === undefined) return { kind: 'invalid' };
  const cmd = typeof request.cmd === 'string' ? request.cmd : '';
  const sid = typeof request.sid === 'string' ? request.sid : '';
  if (cmd === (protocol === 1 ? 'get_id_list' : 'discovery')) return { kind: 'list' };
  if (cmd === 'get_id_list') return { kind: 'foreign-list' };
  if (cmd === 'read') return { kind: 'read', sid };
  if (cmd === 'write') return protocol === 1 ? parseWriteData(sid, request.data) : parseWriteParams(sid, request.key, request.params);
  return { kind: 'unsupported', cmd };
}

/** v1: values and key lie inside `data`, which is JSON text or an object (lumi-lan.md §2.5). */
function parseWriteData(sid: string, data: unknown): Request {
  const values = typeof data === 'string' ? parseObject(data) : isObject(data) ? data : undefined;
  if (values === undefined) return { kind: 'invalid' };
  const { key, ...fields } = values;
  return { kind: 'write', sid, key: typeof key === 'string' ? key : undefined, fields };
}

/** v2: `key` at the top level, values in `params`, one object per value or one object for all. */
function parseWriteParams(sid: string, key: unknown, params: unknown): Request {
  const parts = Array.isArray(params) ? params : [params];
  // A key among the values stands in the wrong place: it counts for nothing, and nobody gets to see it.
  const { key: misplaced, ...fields } = Object.fromEntries(parts.filter(isObject).flatMap((part) => Object.entries(part)));
  return { kind: 'write', sid, key: typeof key === 'string' ? key : undefined, fields };
}

function payload(protocol: Protocol, fields: Fields): Record<string, unknown> {
  if (protocol === 1) return { data: JSON.stringify(fields) };
  return { params: Object.entries(fields).map(([name, value]) => ({ [name]: value })) };
}

export interface Identity {
  readonly sid: string;
  readonly model: string;
  readonly address: string;
  readonly port: number;
  /** Undefined on firmware that does not say. */
  readonly version: unknown;
}

/** `ip` and `port` are text; "protocal" is the vendor's own spelling (lumi-lan.md §2.2). */
export function iam(protocol: Protocol, { sid, model, address, port, version }: Identity): string {
  if (protocol === 1) return JSON.stringify({ cmd: 'iam', port: String(port), sid, model, proto_version: version, ip: address });
  return JSON.stringify({ cmd: 'iam', ip: address, protocal: 'UDP', port: String(port), sid, model, proto_version: version });
}

/** The gateway itself is never part of its list; only v2 says the models (lumi-lan.md §2.3). */
export function listAnswer(protocol: Protocol, sid: string, token: string, devices: readonly Speaker[]): string {
  if (protocol === 1)
    return JSON.stringify({ cmd: 'get_id_list_ack', sid, token, data: JSON.stringify(devices.map((device) => device.sid)) });
  const devList = devices.map((device) => ({ sid: device.sid, model: device.model }));
  return JSON.stringify({ cmd: 'discovery_rsp', sid, token, dev_list: devList });
}

function answerCmd(protocol: Protocol, verb: 'read' | 'write'): string {
  return `${verb}_${protocol === 1 ? 'ack' : 'rsp'}`;
}

function head(protocol: Protocol, cmd: string, { sid, model, shortId }: Speaker): Record<string, unknown> {
  return protocol === 1 ? { cmd, model, sid, short_id: shortId } : { cmd, model, sid };
}

export function answer(protocol: Protocol, verb: 'read' | 'write', speaker: Speaker, fields: Fields): string {
  return JSON.stringify({ ...head(protocol, answerCmd(protocol, verb), speaker), ...payload(protocol, fields) });
}

/** Refusals carry neither model nor short_id (lumi-lan.md §7). */
export function refusal(protocol: Protocol, verb: 'read' | 'write', sid: string, error: string): string {
  return JSON.stringify({ cmd: answerCmd(protocol, verb), sid, ...payload(protocol, { error }) });
}

export const invalidJson = JSON.stringify({ cmd: 'server_ack', data: JSON.stringify({ error: 'Invalid json msg' }) });

export function unsupportedCmd(sid: string): string {
  return JSON.stringify({ cmd: 'server_ack', sid, data: JSON.stringify({ error: 'Unsupported cmd' }) });
}

/** What a v2 gateway says to the list request of v1 (lumi-lan.md §7). */
export const foreignList = JSON.stringify({ cmd: 'get_id_list_rsp', params: [{ error: 'No sid' }] });

export function report(protocol: Protocol, speaker: Speaker, fields: Fields): string {
  return JSON.stringify({ ...head(protocol, 'report', speaker), ...payload(protocol, fields) });
}

export function deviceHeartbeat(protocol: Protocol, speaker: Speaker, fields: Fields): string {
  return JSON.stringify({ ...head(protocol, 'heartbeat', speaker), ...payload(protocol, fields) });
}

/** The short_id of a v1 gateway is text here and a number everywhere else, as captured (lumi-lan.md §2.6). */
export function gatewayHeartbeat(protocol: Protocol, { sid, model }: Speaker, token: string, address: string): string {
  const envelope = protocol === 1 ? { cmd: 'heartbeat', model, sid, short_id: '0', token } : { cmd: 'heartbeat', model, sid, token };
  return JSON.stringify({ ...envelope, ...payload(protocol, { ip: address }) });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
