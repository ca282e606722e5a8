/**
 * The fuzzer that test/lib/lumi/fuzz.test.ts runs: `fuzz.ts <cases> <seed>`, one JSON object on standard output. Datagrams go through the
 * parser and through a whole Lan with a gateway, whose sockets are fakes that a datagram can be pushed into.
 */

import type { Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import { definitions } from '../../lib/devices';
import type { Value } from '../../lib/home/device';
import { word } from '../../lib/home/vocabulary';
import { checkSettings, type DeviceEvent, Gateway, Lan, systemEnvironment } from '../../lib/lumi';
import { parseText } from '../../lib/lumi/frame';
import { ManualClock } from './clock';

const HALL = '34ce00fb61a9';
const ADDRESS = '10.0.0.1';

/** A socket of nobody: what it sends goes to a gateway that answers whois and lists, and it hears what is pushed into it. */
class FakeSocket extends EventEmitter {
  bind(_options: unknown, done: () => void): void {
    queueMicrotask(done);
  }
  send(bytes: Uint8Array, _port: unknown, _address: unknown, done: (error: null) => void): void {
    queueMicrotask(() => {
      done(null);
      const { cmd } = JSON.parse(Buffer.from(bytes).toString('utf8')) as { cmd: string };
      const answer = gatewayAnswers[cmd];
      if (answer !== undefined) this.emit('message', Buffer.from(JSON.stringify(answer)), { address: ADDRESS, port: 9898 });
    });
  }
  close(done?: () => void): void {
    queueMicrotask(() => {
      this.emit('close');
      done?.();
    });
  }
  unref(): this {
    return this;
  }
  addMembership(): void {}
  dropMembership(): void {}
  setMulticastInterface(): void {}
  setMulticastTTL(): void {}
}

/** Pseudo-random numbers, the same in every run (mulberry32). */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const random = generator(Number(process.argv[3] ?? 1));
const below = (limit: number): number => Math.floor(random() * limit);
function pick<T>(list: readonly T[]): T {
  const one = list[below(list.length)];
  if (one === undefined) throw new Error('nothing to pick from');
  return one;
}

const models = [...definitions.flatMap((one) => one.models), '', 'lumi.plug', 'unknown.v1', '__proto__', 'constructor'];
const fieldNames = [
  ...new Set(
    definitions.flatMap((one) => [...one.properties.flatMap(({ reads }) => Object.keys(reads)), ...Object.keys(one.actions?.reads ?? {})]),
  ),
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'error',
  'no such field',
];
const sids = [
  HALL,
  ...Array.from({ length: 30 }, (_, index) => `158d0001a2b3${index.toString(16).padStart(2, '0')}`),
  '',
  '__proto__',
  'x',
];
const commands = [
  'report',
  'heartbeat',
  'report',
  'heartbeat',
  'read_ack',
  'read_rsp',
  'write_ack',
  'iam',
  'get_id_list_ack',
  'discovery_rsp',
  'server_ack',
  'whois',
];
const texts = [
  'on',
  'off',
  'open',
  'close',
  'motion',
  'no_motion',
  'click',
  'leak',
  'unknown',
  'invalid',
  '',
  '0',
  '-1',
  '10000',
  '2275',
  '1e9',
  '65535',
  'NaN',
  '0x10',
  ' 7 ',
  '١٢',
  '7,',
  '7,500',
  '90.5,100',
  '\uD800',
];

function value(depth = 0): unknown {
  switch (below(depth > 2 ? 6 : 9)) {
    case 0:
      return pick(texts);
    case 1:
      return String(below(200_000) - 50_000);
    case 2:
      return below(200_000) - 50_000;
    case 3:
      return pick([null, true, false, 1e308, -0, 2 ** 53, 0.1, -1]);
    case 4:
      return String.fromCharCode(...Array.from({ length: below(20) }, () => below(65_536)));
    case 5:
      return pick(texts);
    case 6:
      return Array.from({ length: below(4) }, () => value(depth + 1));
    case 7:
      return fields(depth + 1);
    default:
      return { toString: 1, valueOf: 1, toJSON: value(3) };
  }
}

function fields(depth = 0): Record<string, unknown> {
  const entries = Array.from({ length: 1 + below(4) }, () => [pick(fieldNames), value(depth)] as const);
  return Object.fromEntries(entries);
}

function datagram(): string {
  const message: Record<string, unknown> = { cmd: pick(commands), sid: pick(sids), model: pick(models) };
  const body = fields();
  switch (below(6)) {
    case 0:
      message.params = Object.entries(body).map(([name, one]) => ({ [name]: one }));
      break;
    case 1:
      message.params = body;
      break;
    case 2:
      message.data = body;
      break;
    case 3:
      message.data = JSON.stringify(pick([sids, [value()], value()]));
      break;
    default:
      message.data = JSON.stringify(body);
  }
  if (random() < 0.2) message.token = pick(['LSWByhjQ4jzYHu74', '7', value()]);
  if (random() < 0.1)
    message[pick(['cmd', 'sid', 'model', 'token', 'port', 'dev_list', 'proto_version', 'short_id', '__proto__'])] = value();
  return JSON.stringify(message);
}

/** The same datagram as a bad network or a liar would send it. */
function mutated(text: string): Buffer {
  const bytes = Buffer.from(text);
  switch (below(8)) {
    case 0:
      return bytes.subarray(0, below(bytes.length));
    case 1:
      for (let count = 1 + below(5); count > 0; count--) bytes[below(bytes.length)] = below(256);
      return bytes;
    case 2:
      return Buffer.from(text.replaceAll('"', pick(['“', "'", '""'])));
    case 3:
      return Buffer.from(text.replace(/\d+/, pick(['1e999', '-1e999', '9'.repeat(400), '00', '1.'])));
    case 4:
      return Buffer.from(`\uFEFF${text}`);
    case 5:
      return Buffer.from(text.replace(/"(\w+)":/g, '" $1 ":'));
    case 6:
      return Buffer.from(Array.from({ length: below(200) }, () => below(256)));
    default: {
      const depth = below(3_000);
      return Buffer.from(text.replace(/:"[^"]*"/, `:${'['.repeat(depth)}${']'.repeat(depth)}`));
    }
  }
}

const gatewayAnswers: Readonly<Record<string, object>> = {
  whois: { cmd: 'iam', sid: HALL, model: 'gateway', ip: ADDRESS, port: '9898', proto_version: '1.1.2' },
  get_id_list: { cmd: 'get_id_list_ack', sid: HALL, token: 'LSWByhjQ4jzYHu74', data: JSON.stringify(sids.slice(1, 30)) },
  discovery: { cmd: 'discovery_rsp', sid: HALL, token: 'LSWByhjQ4jzYHu74', dev_list: sids.slice(1, 30).map((sid) => ({ sid })) },
};

const faults: string[] = [];
function fault(what: string, bytes: Buffer): void {
  if (faults.length < 20) faults.push(`${what}: ${bytes.toString('utf8').slice(0, 400)}`);
}

/** What is wrong with a value under a property, or undefined. */
function objection(property: string, one: Value | undefined): string | undefined {
  const meaning = word(property);
  if (one === null) return undefined;
  if (meaning === undefined) {
    const isPlain = typeof one === 'string' || typeof one === 'boolean' || (typeof one === 'number' && Number.isFinite(one));
    return isPlain ? undefined : `${property} is no plain value`;
  }
  switch (meaning.type) {
    case 'boolean':
      return typeof one === 'boolean' ? undefined : `${property} is no boolean`;
    case 'number': {
      if (typeof one !== 'number' || !Number.isFinite(one)) return `${property} is no number`;
      const isInRange = one >= (meaning.min ?? Number.NEGATIVE_INFINITY) && one <= (meaning.max ?? Number.POSITIVE_INFINITY);
      return isInRange ? undefined : `${property} = ${one} is out of range`;
    }
    case 'text':
      if (typeof one !== 'string') return `${property} is no text`;
      return meaning.values === undefined || meaning.values.includes(one) ? undefined : `${property} = ${one} is no known word`;
    case 'color':
      return typeof one === 'string' && /^#[0-9a-f]{6}$/.test(one) ? undefined : `${property} is no colour`;
    case 'object':
      return typeof one === 'object' ? undefined : `${property} is no object`;
  }
}

function check(event: DeviceEvent, bytes: Buffer): void {
  // A device of unknown model passes its fields under their own names, which may be words of ours.
  const isUnknown = event.device.definition.family === 'unknown';
  for (const [property, one] of Object.entries(event.values)) {
    const wrong = isUnknown ? objection(`raw ${property}`, one) : objection(property, one);
    if (wrong !== undefined) fault(wrong, bytes);
  }
  for (const action of event.actions) {
    if (typeof action.name !== 'string' || action.name === '') fault('an action without a name', bytes);
    for (const number of [action.angle, action.durationMs])
      if (number !== undefined && !Number.isFinite(number)) fault('an endless action', bytes);
  }
  if (event.origin !== 'report' && event.origin !== 'timer' && event.actions.length > 0) fault(`an action out of a ${event.origin}`, bytes);
  if (event.origin === 'heartbeat' && event.values.motion === true) fault('motion out of a heartbeat', bytes);
}

async function run(cases: number): Promise<object> {
  const clock = new ManualClock();
  const sockets: FakeSocket[] = [];
  const createSocket = (): Socket => {
    const socket = new FakeSocket();
    sockets.push(socket);
    return socket as unknown as Socket;
  };
  let current: Buffer = Buffer.alloc(0);
  const lan = new Lan(systemEnvironment({ clock, createSocket, networkInterfaces: () => ({}), log: logOf(() => current) }));
  const { settings } = checkSettings({ sid: HALL, interface: ADDRESS, key: '0987654321qwerty' });
  const gateway = new Gateway(lan, settings);
  let updates = 0;
  gateway.subscriptions.subscribe('fuzz', '', (event) => {
    updates++;
    check(event, current);
  });
  gateway.subscriptions.open('fuzz');
  void gateway.start();
  await clock.settle();
  const [events] = sockets;
  if (events === undefined) throw new Error('no socket was opened');
  const asker = (): FakeSocket => sockets[sockets.length - 1] ?? events;
  await clock.advance(1_000);
  if (!gateway.isOnline) throw new Error('the gateway did not come online');

  const before = Object.getOwnPropertyNames(Object.prototype);
  let heapAtHalf = 0;
  for (let index = 0; index < cases; index++) {
    const text = datagram();
    current = random() < 0.4 ? mutated(text) : Buffer.from(text);
    try {
      const result = parseText(current.toString('utf8'));
      if (result.ok && inheritsAnything(result.frame.fields)) fault('fields that inherit something', current);
      const from = { address: random() < 0.9 ? ADDRESS : `10.0.0.${below(200)}`, port: pick([4321, 9898]) };
      (random() < 0.8 ? events : asker()).emit('message', current, from);
    } catch (error) {
      fault(error instanceof Error ? (error.stack ?? error.message) : String(error), current);
    }
    // Copies within 200 ms are not looked at; and promises must get their turn.
    if (index % 5 === 0) await clock.advance(100);
    if (index === Math.floor(cases / 2)) heapAtHalf = heap();
  }
  current = Buffer.alloc(0);
  await clock.advance(10_000);
  const heapGrowth = heap() - heapAtHalf;
  const pollution = Object.getOwnPropertyNames(Object.prototype).filter((name) => !before.includes(name));
  const { malformed } = lan.counts;
  await gateway.close();
  return { cases, updates, malformed, faults, heapGrowth, pollution };
}

function logOf(current: () => Buffer): { info(): void; warn(): void; error(text: string): void } {
  return { info: () => {}, warn: () => {}, error: (text) => fault(`an error in the log: ${text}`, current()) };
}

function heap(): number {
  globalThis.gc?.();
  return process.memoryUsage().heapUsed;
}

process.on('unhandledRejection', (error) => fault(`a rejection nobody handles: ${String(error)}`, Buffer.alloc(0)));
void run(Number(process.argv[2] ?? 10_000)).then((outcome) => process.stdout.write(JSON.stringify(outcome)));

/** A name from the network that nobody sent must not be found in an object. */
export function inheritsAnything(object: object): boolean {
  for (let parent: unknown = Object.getPrototypeOf(object); parent !== null; parent = Object.getPrototypeOf(parent)) {
    if (Reflect.ownKeys(parent as object).length > 0) return true;
  }
  return false;
}
