/** Datagrams made from what gateways send, bent in every place where one was seen bent, and then some. */

import { NAMES, type Random } from './random';

const COMMANDS = [
  ...['whois', 'iam', 'get_id_list', 'discovery', 'get_id_list_ack', 'get_id_list_rsp', 'discovery_rsp', 'discovery_ack', 'read'],
  ...['read_ack', 'read_rsp', 'write', 'write_ack', 'write_rsp', 'report', 'heartbeat', 'server_ack', 'server_rsp', 'nobody_knows_rsp'],
];
const SIDS = [
  ...['34ce00fb61a9', '158d0001a2b3c4', 'lumi.158D0001A2B3C4', '34:CE:00:FB:61:A9', '4ce00fb61a9', '00000', 'x', 'no-hex.', '0'],
  ...['158d0001a2b3c4158d0001a2b3c4', '-', 'LUMI.', ' 34ce00fb61a9 '],
];
const MODELS = ['gateway', 'lumi.plug', ' lumi.weather ', '', 'sensor_ht', 'lumi.', 'unknown.v1'];
const WORDS = ['on', 'off', 'open', 'motion', 'click', 'unknown', '2275', 'LSWByhjQ4jzYHu74', '1.1.2', '2.0.2', '9898', '4321'];
const FIELDS = ['status', 'temperature', 'voltage', 'channel_0', 'rgb', 'error', ' status', 'ip', 'sid', 'model', ''];
const EXTRA = [
  'token',
  'short_id',
  'port',
  'ip',
  'proto_version',
  'protocol_version',
  'dev_list',
  'cmd',
  'params',
  'data',
  ' cmd',
  'sid ',
  'other',
];

/** One datagram as it may arrive. */
export function datagram(random: Random): Buffer {
  const text = JSON.stringify(message(random));
  return random.isLucky(0.35) ? bent(random, text) : Buffer.from(text);
}

function message(random: Random): unknown {
  if (random.isLucky(0.03)) return random.json(WORDS);
  const cmd = random.pick(COMMANDS);
  const made: Record<string, unknown> = { cmd };
  const set = (name: string, value: unknown): void => {
    Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true });
  };
  if (random.isLucky(0.9)) set('sid', random.isLucky(0.9) ? random.pick(SIDS) : random.json(WORDS));
  if (random.isLucky(0.8)) set('model', random.isLucky(0.9) ? random.pick(MODELS) : random.json(WORDS));
  if (random.isLucky(0.4)) set('token', random.isLucky(0.8) ? 'LSWByhjQ4jzYHu74' : random.json(WORDS));
  body(random, set);
  for (const name of random.some(3, () => random.pick(EXTRA))) set(name, extra(random, name));
  if (random.isLucky(0.05)) set(random.pick(NAMES), random.json(WORDS));
  return made;
}

function body(random: Random, set: (name: string, value: unknown) => void): void {
  const fields = (): Record<string, unknown> => random.object(() => random.pick([...FIELDS, ...NAMES]), WORDS);
  const list = (): unknown[] => random.some(6, () => (random.isLucky(0.8) ? random.pick(SIDS) : random.json(WORDS)));
  const entries = (): unknown[] =>
    random.some(6, () => (random.isLucky(0.8) ? { sid: random.pick(SIDS), model: random.pick(MODELS) } : random.json(WORDS)));
  const shapes: readonly (() => readonly [name: string, value: unknown])[] = [
    () => ['params', random.some(4, fields)],
    () => ['params', fields()],
    () => ['data', fields()],
    () => ['data', JSON.stringify(list())],
    () => ['dev_list', entries()],
    // The list of a gateway with too many devices for its buffer.
    () => ['data', JSON.stringify(list()).slice(0, -1 - random.below(8))],
    () => ['data', random.isLucky(0.5) ? entries() : random.json(WORDS)],
    () => ['data', JSON.stringify(fields())],
    () => ['data', JSON.stringify(fields())],
  ];
  set(...random.pick(shapes)());
}

function extra(random: Random, name: string): unknown {
  if (random.isLucky(0.3)) return random.json(WORDS);
  switch (name.trim()) {
    case 'port':
      return random.pick(['9898', 4321, '0', '65536', -1, 1.5, '98 98', '9898x', 65_535]);
    case 'short_id':
      return random.pick([4343, '0', 0, '']);
    case 'proto_version':
    case 'protocol_version':
      return random.pick(['1.1.2', '2.0.2', '0.9', '', 1, '3', 'one', ' 2.0.0 ']);
    case 'cmd':
      return random.pick(COMMANDS);
    case 'dev_list':
      return random.some(4, () => ({ sid: random.pick(SIDS), model: random.pick(MODELS) }));
    default:
      return random.pick(WORDS);
  }
}

/** The same datagram after a bad network, a bad gateway or a liar had it. */
function bent(random: Random, text: string): Buffer {
  const bytes = Buffer.from(text);
  switch (random.below(9)) {
    case 0:
      return bytes.subarray(0, random.below(bytes.length));
    case 1:
      for (let count = 1 + random.below(5); count > 0; count--) bytes[random.below(bytes.length)] = random.below(256);
      return bytes;
    case 2:
      return Buffer.from(text.replace(/\d+/, random.pick(['1e999', '-1e999', '9'.repeat(400), '00', '1.', '-0'])));
    case 3:
      return Buffer.from(`\uFEFF${text}`);
    case 4:
      return Buffer.from(text.replace(/"(\w+)":/g, '" $1\\t":'));
    case 5:
      return Buffer.from(Array.from({ length: random.below(100) }, () => random.below(256)));
    case 6: {
      const depth = random.below(2_000);
      return Buffer.from(text.replace(/:"[^"]*"/, `:${'['.repeat(depth)}${']'.repeat(depth)}`));
    }
    case 7:
      return Buffer.from(text + random.pick([' ', '\n', '\u0000', '}', text]));
    default:
      return Buffer.from(text.replace(/:"([^"\\]*)"/, ':"\\u00a0$1 "'));
  }
}
