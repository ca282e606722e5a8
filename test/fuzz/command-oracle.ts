/**
 * What each payload of a command means, worked out a second time from the tables of README: what a node takes, and what then goes over
 * the wire (lumi-lan.md §3, §4). 'refused' where nothing may be written.
 */

import type { Kind } from './decode-oracle';

type State = Readonly<Record<string, unknown>>;
export type Wire = Record<string, string | number>;
type Values = Record<string, unknown>;
export const REFUSED = 'refused';
type Refused = typeof REFUSED;

const low = (value: unknown): string => (typeof value === 'string' ? value.trim().toLowerCase() : '');
const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

function onOff(value: unknown): boolean | 'toggle' | undefined {
  const word = typeof value === 'number' || typeof value === 'boolean' ? String(value) : low(value);
  if (word === 'toggle') return 'toggle';
  if (['on', 'true', '1'].includes(word)) return true;
  return ['off', 'false', '0'].includes(word) ? false : undefined;
}

function numberOf(value: unknown): number | undefined {
  if (typeof value !== 'number' && low(value) === '') return undefined;
  const number = Number(value);
  return Number.isNaN(number) || Math.abs(number) === Number.POSITIVE_INFINITY ? undefined : number;
}

/** Fields under their own names in any case; undefined where there is one that nobody knows. */
function named(payload: Record<string, unknown>, names: readonly string[]): Map<string, unknown> | undefined {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(payload)) {
    const name = names.find((one) => one.toLowerCase() === low(key));
    if (name === undefined) return undefined;
    found.set(name, value);
  }
  return found;
}

export interface SwitchContext {
  readonly channels: number;
  readonly channel: number;
  readonly state: State;
}

export function expectedSwitch(payload: unknown, { channels, channel, state }: SwitchContext): Values | Refused {
  const meant: [channel: number, wanted: boolean | 'toggle' | undefined][] = [];
  if (isObject(payload)) {
    const fields = named(payload, ['on', 'channel', 'channel1', 'channel2', 'channel3']);
    if (fields === undefined) return REFUSED;
    const gangs = [1, 2, 3].filter((one) => fields.has(`channel${one}`));
    const isWhole = fields.has('on') || fields.has('channel');
    if (gangs.length > 0 && isWhole) return REFUSED;
    if (gangs.length === 0 && !isWhole) return REFUSED;
    for (const gang of gangs) meant.push([gang, onOff(fields.get(`channel${gang}`))]);
    if (isWhole) meant.push([fields.has('channel') ? (numberOf(fields.get('channel')) ?? Number.NaN) : channel, onOff(fields.get('on'))]);
  } else meant.push([channel, onOff(payload)]);
  const values: Values = {};
  for (const [gang, wanted] of meant) {
    if (wanted === undefined || ![0, 1, 2, 3].includes(gang) || gang > channels || channels === 0) return REFUSED;
    const gangs = gang > 0 ? [gang] : [1, 2, 3].slice(0, channels);
    const names = gangs.map((one) => (channels === 1 ? 'on' : `channel${one}`));
    const isAnyOn = names.some((name) => state[name] === true);
    for (const name of names) values[name] = wanted === 'toggle' ? !isAnyOn : wanted;
  }
  return values;
}

const COLORS: Readonly<Record<string, string>> = {
  ...{
    black: '000000',
    silver: 'c0c0c0',
    gray: '808080',
    grey: '808080',
    white: 'ffffff',
    maroon: '800000',
    red: 'ff0000',
    purple: '800080',
  },
  ...{ fuchsia: 'ff00ff', magenta: 'ff00ff', green: '008000', lime: '00ff00', olive: '808000', yellow: 'ffff00', navy: '000080' },
  ...{ blue: '0000ff', teal: '008080', aqua: '00ffff', cyan: '00ffff', orange: 'ffa500', pink: 'ffc0cb', gold: 'ffd700', violet: 'ee82ee' },
  ...{ indigo: '4b0082', brown: 'a52a2a', turquoise: '40e0d0' },
};

function colorOf(value: unknown): string | undefined {
  const word = low(value);
  const digits = /^#([0-9a-f]+)$/.exec(word)?.[1];
  if (digits?.length === 6) return word;
  if (digits?.length === 3) return `#${digits.replace(/./g, '$&$&')}`;
  return Object.hasOwn(COLORS, word) ? `#${COLORS[word]}` : undefined;
}

export interface Light {
  readonly values: Values;
  readonly effect?: { readonly name: string; readonly times: number };
}

export function expectedLight(payload: unknown, state: State): Light | Refused {
  if (isObject(payload)) return lightByFields(payload, state);
  const percent = numberOf(payload);
  if (percent !== undefined) return percent < 0 || percent > 100 ? REFUSED : { values: dimmed(percent) };
  const wanted = onOff(payload);
  if (wanted !== undefined) return { values: { on: wanted === 'toggle' ? state.on !== true : wanted } };
  const color = colorOf(payload);
  return color === undefined ? REFUSED : { values: { on: true, color } };
}

const dimmed = (percent: number): Values => (percent === 0 ? { on: false } : { on: true, brightness: Math.max(1, Math.round(percent)) });

function lightByFields(payload: Record<string, unknown>, state: State): Light | Refused {
  const fields = named(payload, ['on', 'brightness', 'color', 'effect', 'times']);
  if (fields === undefined) return REFUSED;
  const values: Values = {};
  const percent = numberOf(fields.get('brightness'));
  if (fields.has('color')) Object.assign(values, { on: true, color: colorOf(fields.get('color')) });
  if (fields.has('brightness')) {
    if (percent === undefined || percent < 0 || percent > 100) return REFUSED;
    Object.assign(values, dimmed(percent));
  }
  if (fields.has('on')) {
    const wanted = onOff(fields.get('on'));
    if (wanted === undefined) return REFUSED;
    values.on = wanted === 'toggle' ? state.on !== true : wanted;
  }
  if ('color' in values && values.color === undefined) return REFUSED;
  const hasEffect = fields.has('effect');
  // Dark, and at the same time bright: nobody can tell what is meant.
  if ((values.on === false || percent === 0) && (values.on === true || hasEffect)) return REFUSED;
  const left = values.on === false ? { on: false } : values;
  if (!hasEffect) return Object.keys(left).length === 0 ? REFUSED : { values: left };
  const name = low(fields.get('effect'));
  const times = fields.has('times') ? numberOf(fields.get('times')) : 3;
  if ((name !== 'flash' && name !== 'pulse') || times === undefined || times % 1 !== 0 || times < 1 || times > 50) return REFUSED;
  return { values: left, effect: { name, times } };
}

export interface CurtainContext {
  readonly invert: boolean;
  readonly position: number | null;
  readonly isMoving: boolean;
}

export function expectedCurtain(
  payload: unknown,
  { invert, position, isMoving }: CurtainContext,
): { move: string } | { position: number } | Refused {
  const percent = numberOf(payload);
  if (percent !== undefined) {
    if (percent < 0 || percent > 100) return REFUSED;
    return { position: invert ? 100 - Math.round(percent) : Math.round(percent) };
  }
  const word = low(payload);
  if (word === 'stop') return { move: 'stop' };
  if (word === 'open' || word === 'close') return { move: (word === 'open') === invert ? 'close' : 'open' };
  if (word !== 'toggle') return REFUSED;
  return { move: isMoving ? 'stop' : Number(position ?? 0) >= 50 ? 'close' : 'open' };
}

const CLIMATE = ['on', 'mode', 'fan', 'swing', 'targetTemperature', 'relay'];

export function expectedClimate(payload: unknown, state: State): Values | Refused {
  if (!isObject(payload)) {
    const degrees = numberOf(payload);
    if (degrees !== undefined) return { targetTemperature: Math.round(degrees) };
    const wanted = low(payload);
    return wanted === 'on' || wanted === 'off' ? { on: wanted === 'on' } : REFUSED;
  }
  const values: Values = {};
  for (const [key, value] of Object.entries(payload)) {
    const name = CLIMATE.find((one) => one.toLowerCase() === key.toLowerCase());
    if (name === undefined) return REFUSED;
    if (name === 'targetTemperature') values[name] = numberOf(value) === undefined ? undefined : Math.round(Number(value));
    else if (name === 'mode' || name === 'fan') values[name] = typeof value === 'string' ? low(value) : undefined;
    else values[name] = onOff(value) === 'toggle' ? state[name] !== true : onOff(value);
    if (values[name] === undefined) return REFUSED;
  }
  return Object.keys(values).length === 0 ? REFUSED : values;
}

export function expectedHub(payload: unknown): Values | Refused {
  if (isObject(payload)) {
    const fields = named(payload, ['pair', 'remove', 'radio', 'url', 'volume', 'arm']);
    if (fields === undefined) return REFUSED;
    if (fields.has('radio')) return ['pair', 'remove', 'arm'].some((other) => fields.has(other)) ? REFUSED : expectedRadio(fields);
    if (fields.size !== 1) return REFUSED;
    if (fields.has('arm')) {
      const isArmed = onOff(fields.get('arm'));
      return typeof isArmed === 'boolean' ? { do: 'arm', isArmed } : REFUSED;
    }
    if (fields.has('remove')) {
      const sid = fields.get('remove');
      return typeof sid === 'string' && sid.trim() !== '' ? { do: 'remove', sid: sid.trim() } : REFUSED;
    }
    const seconds = fields.get('pair') === true ? 30 : numberOf(fields.get('pair'));
    return seconds === undefined || seconds < 1 || seconds > 600 ? REFUSED : { do: 'pair', seconds: Math.round(seconds) };
  }
  const word = low(payload);
  if (word === 'pair') return { do: 'pair', seconds: 30 };
  return ['list', 'stop-pairing', 'refresh', 'doctor'].includes(word) ? { do: word } : REFUSED;
}

function expectedRadio(fields: ReadonlyMap<string, unknown>): Values | Refused {
  const order = low(fields.get('radio'));
  if (order === 'stop') return fields.size === 1 ? { do: 'radio', play: false } : REFUSED;
  if (order !== 'play') return REFUSED;
  const told: Values = { do: 'radio', play: true };
  if (fields.has('url')) {
    const url = fields.get('url');
    // Host and all: what a browser would call the address of a page.
    if (typeof url !== 'string' || !/^https?:\/\/[\w.-]+(:\d+)?(\/\S*)?$/i.test(url.trim())) return REFUSED;
    told.url = url.trim();
  }
  if (fields.has('volume')) {
    const volume = numberOf(fields.get('volume'));
    if (volume === undefined || volume < 0 || volume > 100) return REFUSED;
    told.volume = Math.round(volume);
  }
  return told;
}

export interface ToneDefaults {
  readonly tone: string | undefined;
  readonly volume: string | undefined;
  readonly duration: string;
}

/** Names by which the tones go, blanks, dashes and case aside (lumi-lan.md §4.4). */
const TONES: Readonly<Record<string, number>> = {
  ...{ policecar1: 0, policecar2: 1, safetyaccident: 2, missilecountdown: 3, ghost: 4, sniper: 5, battle: 6, airraid: 7, dogbarking: 8 },
  ...{ doorbell: 10, knock: 11, funny: 12, alarmclock: 13, mimix: 20, enthusiastic: 21, guitarclassic: 22, iceworldpiano: 23 },
  ...{ leisuretime: 24, childhood: 25, morningstreamlet: 26, musicbox: 27, orange: 28, thinker: 29, police: 0, police1: 0, police2: 1 },
  ...{
    siren: 0,
    accident: 2,
    safety: 2,
    missile: 3,
    countdown: 3,
    gunshot: 5,
    dog: 8,
    bark: 8,
    barking: 8,
    dogbark: 8,
    bell: 10,
    door: 10,
  },
  ...{ ring: 10, knocking: 11, joke: 12, alarm: 13, clock: 13, guitar: 22, piano: 23, leisure: 24, morning: 26 },
};

function toneOf(value: unknown): number | undefined {
  if (typeof value !== 'string' && typeof value !== 'number') return undefined;
  const text = String(value).trim();
  const number = typeof value === 'number' ? value : /^[+-]?(\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : undefined;
  if (number === undefined) {
    const name = low(value).replace(/[^a-z0-9]/g, '');
    return Object.hasOwn(TONES, name) ? TONES[name] : undefined;
  }
  const isBuiltIn = Object.values(TONES).includes(number);
  return isBuiltIn || (number % 1 === 0 && number > 10_000 && number < 20_000) ? number : undefined;
}

export function expectedRingtone(payload: unknown, defaults: ToneDefaults): Values | Refused {
  const isStop = (value: unknown): boolean => value === false || ['stop', 'off', 'false'].includes(low(value));
  if (isStop(payload)) return { stop: true };
  const fields = isObject(payload) ? named(payload, ['tone', 'volume', 'duration', 'stop']) : new Map([['tone', defaults.tone ?? payload]]);
  if (fields === undefined) return REFUSED;
  if (isObject(payload) && (isStop(fields.get('tone')) || fields.get('tone') === null || fields.get('stop') === true))
    return { stop: true };
  const tone = toneOf(fields.get('tone') ?? defaults.tone);
  const loud = fields.get('volume') ?? defaults.volume;
  const long = fields.get('duration') ?? defaults.duration;
  const volume = loud === undefined || loud === '' ? undefined : (numberOf(loud) ?? Number.NaN);
  const duration = long === '' ? 0 : (numberOf(long) ?? Number.NaN);
  if (tone === undefined || (volume !== undefined && !(volume >= 0 && volume <= 100)) || !(duration >= 0 && duration <= 3_600))
    return REFUSED;
  return { stop: false, tone, volume: volume === undefined ? undefined : Math.round(volume), duration };
}

const SWITCHES = [
  'motion',
  'open',
  'leak',
  'smoke',
  'gas',
  'active',
  'on',
  'channel1',
  'channel2',
  'channel3',
  'inUse',
  'swing',
  'relay',
  'batteryLow',
];
const WORDS = ['alarm', 'firmware', 'protocol', 'color', 'mode', 'fan', 'action', 'user', 'acceleration'];

export function expectedDevice(payload: unknown, isWord: (name: string) => boolean): Values | Refused {
  if (!isObject(payload)) return REFUSED;
  const fields = named(payload, ['set', 'write', 'read']);
  if (fields?.size !== 1 || Object.keys(payload).length !== 1) return REFUSED;
  if (fields.get('read') === true) return { read: true };
  const [[wish, object] = []] = [...fields];
  if (!isObject(object)) return REFUSED;
  const entries = Object.entries(object);
  if (wish === 'read' || entries.length === 0 || entries.length > 20) return REFUSED;
  if (wish === 'write') {
    if (entries.some(([name, value]) => name === 'key' || !['string', 'number', 'boolean'].includes(typeof value))) return REFUSED;
    return { write: Object.fromEntries(entries) };
  }
  return { set: Object.fromEntries(entries.map(([name, value]) => [name, isWord(name) ? settled(name, value) : value])) };
}

function settled(name: string, value: unknown): unknown {
  if (WORDS.includes(name)) return value;
  const on = onOff(value);
  if (SWITCHES.includes(name)) return typeof on === 'boolean' ? on : value;
  return numberOf(value) ?? value;
}

/** What goes over the wire for checked or unchecked values; 'refused' where the model does not take one of them. */
export function expectedWire(kind: Kind, dialect: 1 | 2, values: Values, state: State): Wire | Refused {
  const wire: Wire = {};
  const number = (value: number): string | number => (dialect === 1 ? String(value) : value);
  for (const [name, value] of Object.entries(values)) {
    const spoken = spell(kind, name, value, { dialect, values, state, number });
    if (spoken === REFUSED) return REFUSED;
    Object.assign(wire, spoken);
  }
  return wire;
}

interface Writing {
  readonly dialect: 1 | 2;
  readonly values: Values;
  readonly state: State;
  readonly number: (value: number) => string | number;
}

const GANGS: Readonly<Partial<Record<Kind, number>>> = { gangs1: 1, gangs2: 2, gangs3: 3, metered1: 1, metered2: 2 };
const LAMPS: Readonly<Partial<Record<Kind, readonly [power: string, level: string, full: number]>>> = {
  bulb: ['power_status', 'light_level', 100],
  dimmer: ['power_status', 'light_level', 100],
  'rgb-dimmer': ['power_status', 'light_level', 100],
  rgbw: ['status', 'level', 254],
};
const MODES = ['heat', 'cool', 'auto', 'dry', 'wind'];
const FANS = ['low', 'middle', 'high', 'auto'];

function spell(kind: Kind, name: string, value: unknown, writing: Writing): Wire | Refused {
  const { dialect, number } = writing;
  const isPercent = typeof value === 'number' && value >= 0 && value <= 100;
  const switched = (field: string, yes = 'on', no = 'off'): Wire | Refused =>
    typeof value === 'boolean' ? { [field]: value ? yes : no } : REFUSED;
  const oneOf = (field: string, words: readonly string[]): Wire | Refused =>
    typeof value === 'string' && words.includes(value) ? { [field]: value } : REFUSED;
  const gangs = GANGS[kind];
  if (gangs !== undefined) {
    const index = gangs === 1 ? ['on'].indexOf(name) : ['channel1', 'channel2', 'channel3'].slice(0, gangs).indexOf(name);
    return index < 0 ? REFUSED : switched(`channel_${index}`);
  }
  if (kind === 'plug') return name === 'on' ? switched(dialect === 1 ? 'status' : 'channel_0') : REFUSED;
  if (kind === 'curtain' || kind === 'curtain-battery')
    return name === 'position' && isPercent ? { curtain_level: number(Math.round(value)) } : REFUSED;
  if (kind === 'gateway') return isLightValue(name, value) ? { rgb: isDark(writing.values) ? 0 : packed(writing) } : REFUSED;
  const lamp = LAMPS[kind];
  if (lamp !== undefined) {
    const [power, level, full] = lamp;
    const off = isDark(writing.values);
    if (!isLightValue(name, value) || (name === 'color' && kind !== 'rgb-dimmer')) return REFUSED;
    if (name === 'on') return { [power]: off ? 'off' : 'on' };
    if (name === 'color') return off ? {} : { light_rgb: packed(writing) };
    return off ? { [power]: 'off' } : { [level]: number(Math.round((Number(value) / 100) * full)) };
  }
  if (kind !== 'ac-partner' && kind !== 'thermostat') return REFUSED;
  const [least, most] = kind === 'thermostat' ? [5, 35] : [17, 30];
  if (name === 'on') return switched('on_off_cfg');
  if (name === 'mode') return oneOf('mode_cfg', MODES);
  if (name === 'fan') return oneOf('ws_cfg', FANS);
  if (name === 'targetTemperature')
    return typeof value === 'number' && value >= least && value <= most ? { temp_cfg: number(Math.round(value)) } : REFUSED;
  if (kind === 'thermostat') return REFUSED;
  if (name === 'swing') return switched('swing_cfg', 'swing', 'unswing');
  return name === 'relay' ? switched('relay_status') : REFUSED;
}

function isLightValue(name: string, value: unknown): boolean {
  if (name === 'on') return typeof value === 'boolean';
  if (name === 'brightness') return typeof value === 'number' && value >= 0 && value <= 100;
  return name === 'color' && colorOf(value) !== undefined;
}

const isDark = (values: Values): boolean => values.on === false || (values.on === undefined && values.brightness === 0);

/** Brightness, red, green, blue: what is not asked for is as it was, and white at its brightest where that is not known. */
function packed({ values, state }: Writing): number {
  const wanted = typeof values.brightness === 'number' ? values.brightness : state.brightness;
  const percent = typeof wanted === 'number' && wanted > 0 ? Math.min(100, Math.round(Math.max(1, wanted))) : 100;
  const color = colorOf(values.color) ?? colorOf(state.color) ?? '#ffffff';
  return percent * 0x1_00_00_00 + Number(`0x${color.slice(1)}`);
}
