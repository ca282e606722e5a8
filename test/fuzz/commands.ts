/** The parsers of lib/devices/commands and `encode` against their oracle: a payload in, the fields on the wire out. */

import { encode, findDefinition } from '../../lib/devices';
import { parseClimate } from '../../lib/devices/commands/climate';
import { parseCurtain } from '../../lib/devices/commands/curtain';
import { parseDevice } from '../../lib/devices/commands/device';
import { parseHub } from '../../lib/devices/commands/hub';
import { parseLight } from '../../lib/devices/commands/light';
import { parseRingtone } from '../../lib/devices/commands/ringtone';
import { needsState, parseSwitch } from '../../lib/devices/commands/switch';
import { emptyValues, type Values } from '../../lib/home/device';
import { LumiotError } from '../../lib/home/errors';
import { vocabulary } from '../../lib/home/vocabulary';
import {
  expectedClimate,
  expectedCurtain,
  expectedDevice,
  expectedHub,
  expectedLight,
  expectedRingtone,
  expectedSwitch,
  expectedWire,
  REFUSED,
} from './command-oracle';
import { kindOf } from './models';
import { NAMES, type Random } from './random';
import { difference, shown } from './same';
import type { Target } from './target';

interface Case {
  readonly parser: Parser;
  readonly payload: unknown;
  readonly model: string;
  readonly dialect: 1 | 2;
  readonly state: Readonly<Record<string, unknown>>;
  readonly channels: number;
  readonly channel: number;
  readonly invert: boolean;
  readonly isMoving: boolean;
  readonly tone: string | null;
  readonly volume: string | null;
  readonly duration: string;
}

type Parser = 'switch' | 'light' | 'curtain' | 'climate' | 'device' | 'hub' | 'ringtone';

const NAMES_OF: Readonly<Record<Parser, readonly string[]>> = {
  switch: ['on', 'channel', 'channel1', 'channel2', 'channel3'],
  light: ['on', 'brightness', 'color', 'effect', 'times'],
  curtain: ['position'],
  climate: ['on', 'mode', 'fan', 'swing', 'targetTemperature', 'relay'],
  device: ['set', 'write', 'read'],
  hub: ['pair', 'remove', 'radio', 'url', 'volume', 'arm'],
  ringtone: ['tone', 'volume', 'duration', 'stop'],
};
const WORDS = [
  ...['on', 'off', 'toggle', 'true', 'false', '1', '0', 'open', 'close', 'stop', 'list', 'pair', 'stop-pairing', 'refresh', 'doctor'],
  ...[
    'red',
    '#ff8800',
    '#F80',
    'turquoise',
    'flash',
    'pulse',
    '100',
    '40',
    '0.4',
    '101',
    '-1',
    'heat',
    'cool',
    'middle',
    'auto',
    '21',
    '16',
  ],
  ...['play', 'http://127.0.0.1/radio.m3u8', 'HTTPS://example.org', 'ftp://example.org/', 'http://'],
  ...['doorbell', 'Door bell', 'dog', '8', '10000', '10001', '19999', '20000', '158d0001a2b3c4'],
];
const PROPERTIES = Object.keys(vocabulary);
const MODELS = [...kindOf.keys()];
const WRITABLE = MODELS.filter((model) =>
  /gateway|plug|neutral|_ln|switch\.|relay|curtain|light|dimmer|acpartner|hvac|airrtc|dualchn/.test(model),
);

export const commands: Target<Case> = {
  name: 'parseCommand',
  make: (random) => {
    const parser = random.pick(Object.keys(NAMES_OF)) as Parser;
    return {
      parser,
      payload: payload(random, parser),
      model: random.pick(random.isLucky(0.9) ? WRITABLE : MODELS),
      dialect: random.pick([1, 2]),
      state: state(random),
      channels: random.below(4),
      channel: random.below(4),
      invert: random.isLucky(0.5),
      isMoving: random.isLucky(0.3),
      tone: random.pick([null, '', '8', 'doorbell', 'nonsense']),
      volume: random.pick([null, '', '30', '101', 'loud']),
      duration: random.pick(['', '0', '5', '3601', 'long']),
    };
  },
  isTaken: (one) => outcome(one) !== REFUSED,
  judge: (one) => {
    const actual = outcome(one);
    const expected = expectation(one);
    const where = `${one.parser} ${shown(one)}`;
    if (actual === REFUSED || expected === REFUSED) {
      return actual === expected ? wireOf(one, actual) : `${shown(actual)}, expected ${shown(expected)} for ${where}`;
    }
    const unlike = difference(actual, expected);
    return unlike === undefined ? wireOf(one, actual) : `${unlike} for ${where}`;
  },
};

/** What the parser makes of the payload. An error other than ours escapes, and is a finding. */
function outcome(one: Case): object | typeof REFUSED {
  return refusedOr(() => parsed(one));
}

function refusedOr<Result>(run: () => Result): Result | typeof REFUSED {
  try {
    return run();
  } catch (error) {
    const isOurs = error instanceof LumiotError && (error.code === 'BAD_INPUT' || error.code === 'UNSUPPORTED');
    // A sentence, and not a page of what was sent.
    if (isOurs && /\.$/.test(error.message) && error.message.length < 1_000) return REFUSED;
    throw error;
  }
}

function parsed(one: Case): object {
  const { payload, channels, channel, invert, isMoving } = one;
  const known = asValues(one.state);
  switch (one.parser) {
    case 'switch': {
      const context = { channels, channel, state: known };
      const values = parseSwitch(payload, context);
      const isKnown = Object.keys(values).every((name) => typeof known[name] === 'boolean');
      if (isKnown && needsState(payload, context)) throw new Error('asks for a state that is known');
      return values;
    }
    case 'light':
      return parseLight(payload, known);
    case 'curtain':
      return parseCurtain(payload, { invert, isMoving, position: positionOf(one) });
    case 'climate':
      return parseClimate(payload, known);
    case 'device':
      return parseDevice(payload);
    case 'hub':
      return parseHub(payload);
    case 'ringtone':
      return parseRingtone(payload, { tone: one.tone ?? undefined, volume: one.volume ?? undefined, duration: one.duration });
  }
}

function expectation(one: Case): object | typeof REFUSED {
  const { payload, channels, channel, state: known, invert, isMoving } = one;
  switch (one.parser) {
    case 'switch':
      return expectedSwitch(payload, { channels, channel, state: known });
    case 'light':
      return expectedLight(payload, known);
    case 'curtain':
      return expectedCurtain(payload, { invert, isMoving, position: positionOf(one) });
    case 'climate':
      return expectedClimate(payload, known);
    case 'device':
      return expectedDevice(payload, (name) => PROPERTIES.includes(name));
    case 'hub':
      return expectedHub(payload);
    case 'ringtone':
      return expectedRingtone(payload, { tone: one.tone ?? undefined, volume: one.volume ?? undefined, duration: one.duration });
  }
}

/** Sends what was accepted to a model, which may refuse it: what is written is what the oracle writes. */
function wireOf(one: Case, accepted: object | typeof REFUSED): string | undefined {
  const values = accepted === REFUSED ? undefined : valuesOf(one.parser, accepted as Record<string, unknown>);
  const kind = kindOf.get(one.model);
  const definition = findDefinition(one.model);
  if (values === undefined || kind === undefined || definition === undefined) return undefined;
  const actual = refusedOr(() => encode(definition, one.dialect, asValues(values), asValues(one.state)));
  const expected = expectedWire(kind, one.dialect, values, one.state);
  if (typeof actual === 'string' || typeof expected === 'string') {
    return actual === expected ? undefined : `on the wire ${shown(actual)}, expected ${shown(expected)} for ${shown(one)}`;
  }
  const unlike = difference(actual, expected);
  return unlike === undefined ? undefined : `on the wire ${unlike} for ${shown(one)}`;
}

function valuesOf(parser: Parser, accepted: Record<string, unknown>): Record<string, unknown> | undefined {
  if (parser === 'switch' || parser === 'climate') return accepted;
  const inner =
    parser === 'light'
      ? accepted.values
      : parser === 'device'
        ? accepted.set
        : parser === 'curtain' && 'position' in accepted
          ? accepted
          : undefined;
  return inner as Record<string, unknown> | undefined;
}

function payload(random: Random, parser: Parser): unknown {
  if (random.isLucky(0.4)) return random.json(WORDS);
  const names = NAMES_OF[parser];
  const name = (): string => {
    const one = random.isLucky(0.95) ? random.pick(names) : random.pick([...NAMES, ...PROPERTIES]);
    return random.isLucky(0.1) ? ` ${one.toUpperCase()}` : one;
  };
  const object = random.object(name, WORDS);
  // What fits its name, more often than not: a payload that is refused for its first field says nothing of the others.
  for (const key of Object.keys(object)) if (random.isLucky(0.7)) sensible(random, object, key);
  if (parser !== 'device') return object;
  const fields = (): Record<string, unknown> =>
    random.object(
      () => random.pick(random.isLucky(0.7) ? ['on', 'brightness', 'channel1', 'position', 'mode', 'key'] : [...PROPERTIES, ...NAMES]),
      WORDS,
    );
  if (random.isLucky(0.2)) return object;
  const inner = fields();
  for (const key of Object.keys(inner)) if (random.isLucky(0.7)) sensible(random, inner, key);
  return { [name()]: random.isLucky(0.1) ? true : inner };
}

const SENSIBLE: Readonly<Record<string, readonly unknown[]>> = {
  ...{ brightness: [0, 1, 40, '99.5', 100, 0.4], color: ['red', '#F80', '#ff8800'], effect: ['flash', 'Pulse'], times: [1, '3', 50, 51] },
  ...{
    channel: [0, 1, '2', 3, 4],
    position: [0, 50, '100'],
    mode: ['heat', 'Cool', 'wind'],
    fan: ['low', 'AUTO'],
    tone: [8, 'doorbell', 10_001],
  },
  ...{ targettemperature: [16, 17, 21.5, '30', 31, 5, 35], volume: [0, '30', 100], duration: [0, 5, '3600'], pair: [true, 1, '600', 0.5] },
  ...{ remove: ['158d0001a2b3c4', ' '], read: [true] },
};
const SWITCHED = [true, false, 'on', 'OFF', 'toggle', 1, 0];

function sensible(random: Random, object: Record<string, unknown>, key: string): void {
  const list = SENSIBLE[key.trim().toLowerCase()];
  if (list !== undefined) object[key] = random.pick(list);
  else if (/^\s*(on|channel[123]|swing|relay)$/i.test(key)) object[key] = random.pick(SWITCHED);
}

function state(random: Random): Record<string, unknown> {
  const known: Record<string, unknown> = {};
  for (const name of ['on', 'channel1', 'channel2', 'channel3', 'swing', 'relay'])
    if (random.isLucky(0.6)) known[name] = random.pick([true, false, null]);
  if (random.isLucky(0.5)) known.brightness = random.pick([0, 1, 40, 99.5, 100, null]);
  if (random.isLucky(0.5)) known.color = random.pick(['#ff8800', '#000000', null]);
  if (random.isLucky(0.5)) known.position = random.pick([0, 49, 50, 100, null]);
  return known;
}

function positionOf({ state: known }: Case): number | null {
  return typeof known.position === 'number' ? known.position : null;
}

function asValues(object: Readonly<Record<string, unknown>>): Values {
  const values = emptyValues();
  for (const [name, value] of Object.entries(object)) values[name] = value as Values[string];
  return values;
}
