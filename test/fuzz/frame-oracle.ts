/**
 * What a datagram says, worked out a second time from lumi-lan.md §2 and §8.2 alone and without a glance at lib/lumi/frame. Slow and
 * plain on purpose: it judges what the parser makes of a random datagram.
 */

type Json = null | boolean | number | string | Json[] | { [name: string]: Json };

export interface Expected {
  readonly kind: string;
  readonly cmd: string;
  readonly sid: string;
  readonly wireSid: string;
  readonly model: string;
  readonly fields: readonly (readonly [string, unknown])[];
  readonly dialect: 1 | 2 | undefined;
  readonly token: string | undefined;
  readonly error: string | undefined;
  readonly shortId: string | number | undefined;
  readonly ip?: string;
  readonly port?: number;
  readonly protoVersion?: string | undefined;
  readonly devices?: readonly { sid: string; wireSid: string; model: string }[];
  readonly isWhole?: boolean;
}

const KINDS = new Map(
  Object.entries({
    iam: ['iam'],
    list: ['get_id_list_ack', 'get_id_list_rsp', 'discovery_rsp', 'discovery_ack'],
    report: ['report'],
    heartbeat: ['heartbeat'],
    'read-answer': ['read_ack', 'read_rsp'],
    'write-answer': ['write_ack', 'write_rsp'],
    'server-error': ['server_ack', 'server_rsp'],
    whois: ['whois'],
    'list-request': ['get_id_list', 'discovery'],
    'read-request': ['read'],
    'write-request': ['write'],
  }).flatMap(([kind, commands]) => commands.map((cmd) => [cmd, kind] as const)),
);

/** The frame of a datagram; undefined where it is none. */
export function expectedFrame(bytes: Uint8Array): Expected | undefined {
  const message = asObject(parsed(new TextDecoder('utf-8', { ignoreBOM: false }).decode(bytes)));
  if (message === undefined) return undefined;
  const top = new Map(Object.keys(message).map((name) => [bare(name), message[name]] as const));
  const cmd = top.get('cmd');
  if (typeof cmd !== 'string') return undefined;
  const command = cmd.trim();
  const kind = KINDS.get(command) ?? 'unknown';
  const data = dataOf(top);
  const isListOfIds = kind === 'list' && asObject(data) === undefined;
  const fields = new Map<string, unknown>();
  if (!isListOfIds) collect(fields, data);
  collect(fields, top.get('params'));
  const error = fields.get('error');
  const token = top.get('token');
  const shortId = top.get('short_id');
  const wireSid = words(top.get('sid'));
  const version = words(top.get('proto_version')) || words(top.get('protocol_version'));
  const frame: Expected = {
    kind,
    cmd: command,
    sid: sidOf(wireSid),
    wireSid,
    model: modelOf(top.get('model')),
    fields: [...fields],
    dialect: dialectOf(top, command, version),
    token: typeof token === 'string' ? token.trim() : undefined,
    error: typeof error === 'string' ? error : undefined,
    shortId: typeof shortId === 'string' || typeof shortId === 'number' ? shortId : undefined,
  };
  if (kind === 'iam') return { ...frame, ip: words(top.get('ip')), port: portOf(top.get('port')), protoVersion: version || undefined };
  if (kind === 'list') return { ...frame, ...listOf(top, data) };
  return frame;
}

function dialectOf(top: ReadonlyMap<string, Json | undefined>, command: string, version: string): 1 | 2 | undefined {
  if (top.get('params') !== undefined || top.get('dev_list') !== undefined || /_rsp$/.test(command)) return 2;
  if (top.get('data') !== undefined) return 1;
  const major = /^\s*\+?(\d+)/.exec(version)?.[1];
  if (major === undefined || Number(major) < 1) return undefined;
  return Number(major) > 1 ? 2 : 1;
}

function listOf(top: ReadonlyMap<string, Json | undefined>, data: Json | undefined): Pick<Expected, 'devices' | 'isWhole'> {
  const found = new Map<string, { sid: string; wireSid: string; model: string }>();
  const add = (sid: Json | undefined, model: Json | undefined): void => {
    const wireSid = words(sid);
    const key = sidOf(wireSid);
    if (wireSid !== '' && key !== '' && !found.has(key)) found.set(key, { sid: key, wireSid, model: modelOf(model) });
  };
  if (Array.isArray(data)) for (const one of data) add(asObject(one) === undefined ? one : asObject(one)?.sid, asObject(one)?.model);
  for (const name of ['dev_list', 'params']) {
    const list = top.get(name);
    if (Array.isArray(list)) for (const one of list) if (asObject(one) !== undefined) add(asObject(one)?.sid, asObject(one)?.model);
  }
  const text = top.get('data');
  const isCut = typeof text === 'string' && data === undefined;
  // What can still be read of a list that was cut off: whole words of 10 to 16 hex digits that something follows.
  if (isCut)
    for (const word of text.split(/[^0-9a-f]/i).slice(0, -1)) if (word.length >= 10) add(word.length > 16 ? undefined : word, undefined);
  return { devices: [...found.values()], isWhole: !isCut };
}

/** Lower case, no separators, no `lumi.`, no leading zeros, at least the 12 digits of a gateway (lumi-lan.md §2.2). */
function sidOf(wire: string): string {
  const low = wire
    .trim()
    .toLowerCase()
    .replace(/^lumi\./, '');
  const digits = [...low].filter((sign) => !/[\s:.-]/.test(sign)).join('');
  if (digits === '' || /[^0-9a-f]/.test(digits)) return low;
  let number = digits;
  while (number.startsWith('0')) number = number.slice(1);
  while (number.length < 12) number = `0${number}`;
  return number;
}

function modelOf(value: Json | undefined): string {
  const name = words(value);
  return name.slice(0, 5) === 'lumi.' ? name.slice(5) : name;
}

function portOf(value: Json | undefined): number {
  const number = typeof value === 'string' ? Number(/^\s*([+-]?\d+)/.exec(value)?.[1] ?? Number.NaN) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= 1 && number <= 65_535 ? number : 9_898;
}

function collect(fields: Map<string, unknown>, part: Json | undefined): void {
  if (Array.isArray(part)) for (const one of part) collect(fields, asObject(one));
  const object = asObject(part);
  if (object === undefined) return;
  for (const name of Object.keys(object)) {
    const value = object[name];
    const isEndless = typeof value === 'number' && Math.abs(value) === Number.POSITIVE_INFINITY;
    fields.set(bare(name), typeof value === 'string' ? bare(value) : isEndless ? null : value);
  }
}

function dataOf(top: ReadonlyMap<string, Json | undefined>): Json | undefined {
  const data = top.get('data');
  return typeof data === 'string' ? parsed(data) : data;
}

function words(value: Json | undefined): string {
  return typeof value === 'string' ? bare(value) : typeof value === 'number' ? `${value}` : '';
}

/** Blanks go; whether other white space beside them goes too is nobody's concern, but it goes. */
function bare(text: string): string {
  const isBlank = (sign: string | undefined): boolean => sign !== undefined && sign <= ' ';
  return isBlank(text[0]) || isBlank(text.at(-1)) ? text.trim() : text;
}

function asObject(value: Json | undefined): { [name: string]: Json } | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}
