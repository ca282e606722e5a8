/**
 * One datagram of the gateway protocol as a typed value. Tolerant of everything a gateway was seen to send (lumi-lan.md §8.2);
 * a datagram that makes no sense is a value too, never an exception. What the fields mean is not known here: see lib/devices.
 */

import type { Dialect, Fields } from '../devices/definition';
import { emptyRecord } from '../home/device';
import { normalizeSid } from '../home/ids';

export type FrameKind = Frame['kind'];

/** What every frame has. */
export interface Header {
  /** As on the wire. */
  readonly cmd: string;
  /** Normalised; '' where the datagram names none. */
  readonly sid: string;
  /** As the gateway spells it: what goes back on the wire. */
  readonly wireSid: string;
  /** Without blanks and `lumi.`; '' where absent or empty. */
  readonly model: string;
  /** `data` or `params` as one flat object that inherits nothing; keys and texts trimmed. */
  readonly fields: Fields;
  /** Told by the shape; undefined where both dialects look alike. */
  readonly dialect: Dialect | undefined;
  readonly token: string | undefined;
  /** Text of an `error` field, for answers. */
  readonly error: string | undefined;
  readonly shortId: string | number | undefined;
  /** The datagram as received, parsed. Data from the network: read it, never merge it. */
  readonly raw: Readonly<Record<string, unknown>>;
}

export interface ListedDevice {
  readonly sid: string;
  readonly wireSid: string;
  readonly model: string;
}

export interface Iam extends Header {
  readonly kind: 'iam';
  /** Address the gateway claims; the datagram's source is the better one (lumi-lan.md §2.2). */
  readonly ip: string;
  readonly port: number;
  readonly protoVersion: string | undefined;
}

export interface List extends Header {
  readonly kind: 'list';
  /** False where the list arrived truncated and `devices` is what could still be read. */
  readonly isWhole: boolean;
  readonly devices: readonly ListedDevice[];
}

type Plain<K extends string> = Header & { readonly kind: K };

export type Report = Plain<'report'>;
export type Heartbeat = Plain<'heartbeat'>;
export type ReadAnswer = Plain<'read-answer'>;
export type WriteAnswer = Plain<'write-answer'>;

export type Frame =
  | Iam
  | List
  | Report
  | Heartbeat
  | ReadAnswer
  | WriteAnswer
  /** `server_ack`, `server_rsp`: the gateway did not understand a request. */
  | Plain<'server-error'>
  | Plain<'whois'>
  | Plain<'list-request'>
  | Plain<'read-request'>
  | Plain<'write-request'>
  /** A command nobody has described: passed through, never an error. */
  | Plain<'unknown'>;

export type ParseResult =
  | { readonly ok: true; readonly frame: Frame }
  /** `reason` is for a log line; `bytes` tells how long the datagram was. */
  | { readonly ok: false; readonly reason: string; readonly bytes: number };

const kinds: Readonly<Record<string, FrameKind>> = {
  __proto__: null as never,
  whois: 'whois',
  iam: 'iam',
  get_id_list: 'list-request',
  discovery: 'list-request',
  get_id_list_ack: 'list',
  get_id_list_rsp: 'list',
  discovery_rsp: 'list',
  discovery_ack: 'list',
  read: 'read-request',
  read_ack: 'read-answer',
  read_rsp: 'read-answer',
  write: 'write-request',
  write_ack: 'write-answer',
  write_rsp: 'write-answer',
  report: 'report',
  heartbeat: 'heartbeat',
  server_ack: 'server-error',
  server_rsp: 'server-error',
};

const DEFAULT_PORT = 9898;
export const TOKEN_LENGTH = 16;
const BYTE_ORDER_MARK = 0xfeff;
const SMALL_L = 108;
/** What can still be read out of a list that arrived truncated (lumi-lan.md §8.2): sids that end before the cut. */
const SID_IN_TEXT = /(?<![0-9a-f])[0-9a-f]{10,16}(?=[^0-9a-f])/gi;

/** Bytes of one datagram → frame. Never throws. Source of the shapes: lumi-lan.md §2, §8.2. */
export function parseFrame(bytes: Uint8Array): ParseResult {
  return parseText(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
}

/** The same for text already decoded, so that a caller that compared the text need not decode it twice. */
export function parseText(text: string): ParseResult {
  const body = text.charCodeAt(0) === BYTE_ORDER_MARK ? text.slice(1) : text;
  const raw = parseJson(body);
  if (!isRecord(raw)) return { ok: false, reason: 'not a JSON object', bytes: text.length };
  const message = withTrimmedKeys(raw);
  if (typeof message.cmd !== 'string') return { ok: false, reason: 'no cmd', bytes: text.length };
  return { ok: true, frame: toFrame(message, raw) };
}

/** True for a token that can be encrypted: 16 characters. OFF1 shows meaningless short ones in reports (lumi-lan.md §2.6). */
export function isToken(token: string | undefined): token is string {
  return token !== undefined && token.length === TOKEN_LENGTH;
}

function toFrame(message: Record<string, unknown>, raw: Record<string, unknown>): Frame {
  const cmd = trimmed(message.cmd as string);
  const kind = kindOf(cmd);
  if (kind === 'iam') {
    const { ip, port: told } = message;
    return { ...header(cmd, kind, flatten(message), message, raw), ip: text(ip), port: port(told), protoVersion: protoVersion(message) };
  }
  if (kind === 'list') {
    const fields = isRecord(parsedData(message)) ? flatten(message) : listFields(message);
    return { ...header(cmd, kind, fields, message, raw), ...listedDevices(message) };
  }
  return header(cmd, kind, flatten(message), message, raw);
}

/** What arrives all the time is not looked up. */
function kindOf(cmd: string): FrameKind {
  if (cmd === 'report') return 'report';
  if (cmd === 'heartbeat') return 'heartbeat';
  return kinds[cmd] ?? 'unknown';
}

/** Made in one piece: this is what every datagram costs. */
function header<Kind extends FrameKind>(
  cmd: string,
  kind: Kind,
  fields: Fields,
  message: Record<string, unknown>,
  raw: Record<string, unknown>,
): Plain<Kind> {
  const wireSid = text(message.sid);
  const { token, short_id: shortId } = message;
  return {
    kind,
    cmd,
    sid: wireSid === '' ? '' : normalizeSid(wireSid),
    wireSid,
    model: bareModel(message.model),
    fields,
    dialect: dialectOf(kind, cmd, message),
    token: typeof token === 'string' ? token.trim() : undefined,
    error: typeof fields.error === 'string' ? fields.error : undefined,
    shortId: typeof shortId === 'string' || typeof shortId === 'number' ? shortId : undefined,
    raw,
  };
}

function protoVersion(message: Record<string, unknown>): string | undefined {
  // `protocol_version` was never seen; accepted as an alias all the same (lumi-lan.md §2.2).
  return text(message.proto_version) || text(message.protocol_version) || undefined;
}

function dialectOf(kind: FrameKind, cmd: string, message: Record<string, unknown>): Dialect | undefined {
  if (message.params !== undefined || message.dev_list !== undefined) return 2;
  if (kind !== 'report' && cmd.endsWith('_rsp')) return 2;
  if (message.data !== undefined) return 1;
  const version = protoVersion(message);
  return version === undefined ? undefined : dialectOfVersion(version);
}

/** '1.0.9' → 1, '2.0.2' → 2; anything else undefined. */
export function dialectOfVersion(version: string): Dialect | undefined {
  const major = Number.parseInt(version, 10);
  if (!(major >= 1)) return undefined;
  return major === 1 ? 1 : 2;
}

/** `data` or `params` in any of their shapes → one flat object. */
function flatten(message: Record<string, unknown>): Fields {
  const fields = emptyRecord();
  addFields(fields, parsedData(message));
  addFields(fields, message.params);
  return fields;
}

function addFields(fields: Record<string, unknown>, part: unknown): void {
  if (Array.isArray(part)) {
    for (const element of part) if (isRecord(element)) addFields(fields, element);
    return;
  }
  if (!isRecord(part)) return;
  for (const key of Object.keys(part)) {
    fields[trimmed(key)] = clean(part[key]);
  }
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return trimmed(value);
  // 1e999 is JSON, and no number: no reading.
  return typeof value === 'number' && !Number.isFinite(value) ? null : value;
}

function listFields(message: Record<string, unknown>): Fields {
  const fields = emptyRecord();
  addFields(fields, message.params);
  return fields;
}

/** `data` is text that holds JSON, or already the value (lumi-lan.md §2.6). */
function parsedData(message: Record<string, unknown>): unknown {
  return typeof message.data === 'string' ? parseJson(message.data) : message.data;
}

function listedDevices(message: Record<string, unknown>): Pick<List, 'devices' | 'isWhole'> {
  const devices = new Map<string, ListedDevice>();
  const add = (sid: unknown, model: unknown): void => {
    const wireSid = text(sid);
    const normal = wireSid === '' ? '' : normalizeSid(wireSid);
    if (normal !== '' && !devices.has(normal)) devices.set(normal, { sid: normal, wireSid, model: bareModel(model) });
  };
  const data = parsedData(message);
  for (const part of [data, message.dev_list, message.params]) {
    if (!Array.isArray(part)) continue;
    for (const element of part) {
      if (isRecord(element)) add(element.sid, element.model);
      else if (part === data) add(element, undefined);
    }
  }
  const isWhole = typeof message.data !== 'string' || data !== undefined;
  if (!isWhole) for (const match of String(message.data).matchAll(SID_IN_TEXT)) add(match[0], undefined);
  return { devices: [...devices.values()], isWhole };
}

/** A model name as compared: no blanks, no `lumi.` prefix. '' when the gateway's firmware does not know it (lumi-lan.md §3.1). */
export function bareModel(model: unknown): string {
  const name = text(model);
  return name.charCodeAt(0) === SMALL_L && name.startsWith('lumi.') ? name.slice('lumi.'.length) : name;
}

function port(value: unknown): number {
  const number = typeof value === 'string' ? Number.parseInt(value, 10) : value;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 65_536 ? number : DEFAULT_PORT;
}

function text(value: unknown): string {
  if (typeof value === 'string') return trimmed(value);
  return typeof value === 'number' ? String(value) : '';
}

function trimmed(value: string): string {
  return hasBlanks(value) ? value.trim() : value;
}

/** Nearly every text is clean: a look before making a new one. */
function hasBlanks(value: string): boolean {
  const last = value.length - 1;
  return last >= 0 && (value.charCodeAt(0) <= 32 || value.charCodeAt(last) <= 32);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The same object where all keys are clean, which is nearly always. */
function withTrimmedKeys(raw: Record<string, unknown>): Record<string, unknown> {
  let hasStrayBlanks = false;
  for (const key in raw) if (hasBlanks(key)) hasStrayBlanks = true;
  if (!hasStrayBlanks) return raw;
  const clean = Object.create(null) as Record<string, unknown>;
  for (const key of Object.keys(raw)) clean[trimmed(key)] = raw[key];
  return clean;
}
