/**
 * What the fields of a datagram mean, worked out a second time from lumi-lan.md §3 to §6: one rule a wire field, by what a model is,
 * not by how lib/devices puts it together. It judges what `decode` makes of random fields.
 */

export interface Said {
  readonly values: Record<string, unknown>;
  readonly actions: Record<string, unknown>[];
  readonly rejected: string[];
}

type Rule = (value: unknown, said: Said, context: { field: string; isReport: boolean; fields: Readonly<Record<string, unknown>> }) => void;
type Rules = Readonly<Record<string, Rule>>;

/** What a model is, in the words of its page; the oracle's own table of models is in decodes.ts. */
export type Kind =
  | 'climate-sensor'
  | 'weather'
  | 'motion'
  | 'motion-light'
  | 'contact'
  | 'leak'
  | 'smoke'
  | 'gas'
  | 'button'
  | 'remote'
  | 'cube'
  | 'vibration'
  | 'plug'
  | `gangs${1 | 2 | 3}`
  | `metered${1 | 2}`
  | 'curtain'
  | 'curtain-battery'
  | 'lock'
  | 'bulb'
  | 'rgbw'
  | 'rgb-dimmer'
  | 'dimmer'
  | 'gateway'
  | 'ac-partner'
  | 'thermostat';

export function expectedUpdate(kind: Kind, fields: Readonly<Record<string, unknown>>, isReport: boolean): Said {
  const said: Said = { values: {}, actions: [], rejected: [] };
  const rules = RULES[kind];
  for (const field of Object.keys(fields)) {
    if (Object.hasOwn(rules, field)) rules[field]?.(fields[field], said, { field, isReport, fields });
  }
  return said;
}

const isWithout = (value: unknown): boolean => value === 'unknown' || value === 'invalid';

/** Decimal digits with one sign and one point at most; no exponent, no blanks. */
function decimal(value: unknown): number | undefined {
  if (typeof value === 'string' && !/^[+-]?(\d+\.?\d*|\.\d+)$/.test(value)) return undefined;
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && Number.isFinite(number) ? number : undefined;
}

/** `name` gets null for the gateway's own words for "none"; everything else that cannot be read is told as rejected. */
function none(name: string, value: unknown, said: Said, field: string): void {
  if (isWithout(value)) said.values[name] = null;
  else said.rejected.push(field);
}

function number(
  name: string,
  least: number,
  most: number,
  scale = 1,
  isMark?: (number: number, fields: Readonly<Record<string, unknown>>) => boolean,
): Rule {
  return (value, said, { field, fields }) => {
    const found = decimal(value);
    if (found === undefined) none(name, value, said, field);
    else if (isMark?.(found, fields)) said.values[name] = null;
    else if (found / scale >= least && found / scale <= most) said.values[name] = found / scale;
    else {
      said.values[name] = null;
      said.rejected.push(field);
    }
  };
}

const any = (name: string): Rule => number(name, Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY);

/** Words and what they mean; `ignored` ones say nothing. */
function words(name: string, meanings: Readonly<Record<string, unknown>>, ignored: readonly string[] = []): Rule {
  return (value, said, { field }) => {
    if (typeof value === 'string' && Object.hasOwn(meanings, value)) said.values[name] = meanings[value];
    else if (typeof value !== 'string' || !ignored.includes(value)) none(name, value, said, field);
  };
}

const inOrder =
  (...rules: Rule[]): Rule =>
  (value, said, context) => {
    for (const rule of rules) rule(value, said, context);
  };

const cellVoltage = number('voltage', 0, 20_000);
/** 2700 mV is empty, 3100 mV is full, below 2800 mV is low (lumi-lan.md §5.2). */
const coinVoltage: Rule = inOrder(cellVoltage, (_value, { values }) => {
  if (typeof values.voltage !== 'number') return;
  values.battery = values.voltage <= 2_700 ? 0 : values.voltage >= 3_100 ? 100 : (values.voltage - 2_700) / 4;
  values.batteryLow = values.voltage < 2_800;
});
const cell: Rules = { voltage: coinVoltage, battery_voltage: coinVoltage, battery: number('battery', 0, 100) };
const isNought = (found: number): boolean => found === 0;

const humidity = number('humidity', 0, 100, 100, isNought);
const climate = {
  temperature: number(
    'temperature',
    -50,
    100,
    100,
    (found, fields) => found === 10_000 || (found === 0 && decimal(fields.humidity) === 0 && decimal(fields.pressure) === 0),
  ),
  humidity,
};

const motionStatus: Rule = (value, said, context) => {
  if (value === 'motion') {
    if (context.isReport) said.values.motion = true;
  } else words('motion', { no_motion: false })(value, said, context);
};
const seconds = (name: string, most: number, implies: readonly [string, boolean]): Rule =>
  inOrder(number(name, 0, most), (_value, { values }) => {
    if (typeof values[name] === 'number') values[implies[0]] = implies[1];
  });
const motion: Rules = {
  status: motionStatus,
  motion_status: motionStatus,
  no_motion: seconds('noMotionFor', 86_400, ['motion', false]),
  ...cell,
};

const contactStatus: Rule = inOrder(words('open', { open: true, no_close: true, close: false }), (_value, { values }) => {
  if (values.open === false) values.openFor = 0;
});
const leakStatus = words('leak', { leak: true, no_leak: false, normal: false }, ['iam']);

function alarm(name: 'smoke' | 'gas', field: string): Rules {
  const codes: Readonly<Record<number, string>> = {
    0: 'clear',
    1: 'alarm',
    2: 'test',
    8: 'battery-fault',
    64: 'sensitivity-fault',
    32768: 'communication-fault',
  };
  const told = (said: Said, state: string): void => void Object.assign(said.values, { [name]: state === 'alarm', alarm: state });
  const not = (value: unknown, said: Said, wire: string): void => {
    none(name, value, said, wire);
    if (said.values[name] === null) said.values.alarm = null;
  };
  return {
    alarm: (value, said, context) => {
      const code = decimal(value);
      if (code !== undefined && code >= 0 && code % 1 === 0) told(said, codes[code] ?? 'fault');
      else not(value, said, context.field);
    },
    [field]: (value, said, context) => {
      if (value === 'alarm' || value === 'normal') told(said, value === 'alarm' ? 'alarm' : 'clear');
      else not(value, said, context.field);
    },
    density: any('density'),
  };
}

/** Things that happen are told by reports only; a word that nobody knows passes under its own name. */
function happens(names: Readonly<Record<string, string>>, button?: string): Rule {
  return (value, said, { field, isReport }) => {
    if (!isReport || isWithout(value)) return;
    if (typeof value !== 'string' || value === '') said.rejected.push(field);
    else said.actions.push({ name: Object.hasOwn(names, value) ? names[value] : value, ...(button === undefined ? {} : { button }) });
  };
}

const CLICKS = {
  ...{
    click: 'single',
    double_click: 'double',
    long_click: 'hold',
    long_click_press: 'hold',
    long_click_release: 'release',
    shake: 'shake',
  },
  ...{ both_click: 'single', double_both_click: 'double', long_both_click: 'hold' },
};
const CUBE = {
  ...{ flip90: 'flip90', flip180: 'flip180', move: 'move', tap_twice: 'tap', shake_air: 'shake', swing: 'swing', alert: 'alert' },
  ...{ free_fall: 'fall' },
};

const turned = (said: Said, angle: number | undefined, durationMs: number | undefined): void => {
  said.actions.push({ name: 'rotate', ...(angle === undefined ? {} : { angle }), ...(durationMs === undefined ? {} : { durationMs }) });
};
const cubeStatus: Rule = (value, said, context) => {
  if (value !== 'rotate') return happens(CUBE)(value, said, context);
  if (context.isReport && !Object.keys(context.fields).includes('rotate'))
    turned(said, decimal(context.fields.rotate_degree), decimal(context.fields.detect_time));
};
const cube: Rules = {
  status: cubeStatus,
  cube_status: cubeStatus,
  rotate: (value, said, { field, isReport }) => {
    if (!isReport) return;
    const [first, ...rest] = typeof value === 'string' ? value.split(',') : [value];
    const percent = decimal(typeof first === 'string' && rest.length > 0 ? first.trim() : first);
    if (percent === undefined) said.rejected.push(field);
    // Percent of a turn, and the milliseconds it took.
    else turned(said, Math.round(percent * 3.6 * 10) / 10, rest.length > 0 ? decimal(rest.join(',').trim()) : undefined);
  },
  rotate_degree: (value, said, { field, isReport, fields }) => {
    const degrees = decimal(value);
    if (degrees === undefined) said.rejected.push(field);
    else if (isReport && !Object.keys(fields).includes('rotate') && fields.status !== 'rotate' && fields.cube_status !== 'rotate')
      turned(said, degrees, decimal(fields.detect_time));
  },
  ...cell,
};

const shaken: Rule = (value, said, context) => {
  if (value === 'actively' && context.isReport) said.values.active = true;
  happens({ vibrate: 'vibrate', tilt: 'tilt', free_fall: 'fall' })(value, said, context);
};
const vibration: Rules = {
  status: shaken,
  motion_status: shaken,
  final_tilt_angle: number('tiltAngle', -360, 360),
  final_tilt_angel: number('tiltAngle', -360, 360),
  bed_activity: any('vibrationStrength'),
  coordination: (value, said, { field }) => {
    const axes = typeof value === 'string' ? value.split(',').map((axis) => decimal(axis.trim())) : [];
    if (isWithout(value)) said.values.acceleration = null;
    else if (axes.length === 3 && !axes.includes(undefined)) said.values.acceleration = { x: axes[0], y: axes[1], z: axes[2] };
    else said.rejected.push(field);
  },
  ...cell,
};

const PASSING = ['click', 'double_click', 'both_click', 'toggle'];
const relay = (name: string): Rule => words(name, { on: true, off: false }, PASSING);
const watts: Rule = (value, said, context) => {
  if (decimal(context.fields.inuse) === 0) said.values.power = 0;
  else number('power', 0, 20_000)(value, said, context);
};
/** Wh, but a small decimal text is kWh (lumi-lan.md §3.9). */
const energy: Rule = (value, said, context) => {
  const found = decimal(value);
  const isKilo = typeof value === 'string' && value.includes('.') && found !== undefined && found < 100;
  number('energy', 0, 10_000_000, isKilo ? 1 : 1_000)(value, said, context);
};
const plug: Rules = {
  status: relay('on'),
  channel_0: relay('on'),
  load_power: watts,
  power_consumed: energy,
  energy_consumed: energy,
  inuse: (value, said, { field }) => {
    const found = decimal(value);
    if (found === 1) said.values.inUse = true;
    else if (found === 0) Object.assign(said.values, { inUse: false, power: 0 });
    else none('inUse', value, said, field);
  },
  load_voltage: number('mainsVoltage', 50, 500, 1_000),
};
const gangs = (count: number): Rules =>
  Object.fromEntries(Array.from({ length: count }, (_, index) => [`channel_${index}`, relay(count === 1 ? 'on' : `channel${index + 1}`)]));
const metered: Rules = { load_power: watts, power_consumed: energy };
const position: Rules = { curtain_level: number('position', 0, 100, 1, (found) => found === -1 || found === 255) };
const plainVoltage: Rules = { voltage: cellVoltage, battery_voltage: cellVoltage };

const METHODS = ['finger', 'password', 'card'];
const opened: Rule = (value, said, { field, isReport }) => {
  const found = decimal(value);
  if (found === undefined || found < 0 || found > 0xff_ff_ff_ff || found % 1 !== 0) return none('user', value, said, field);
  const byNumber = METHODS[Math.floor(found / 65_536) - 1];
  const byField = METHODS[['fing_verified', 'psw_verified', 'card_verified'].indexOf(field)];
  said.values.user = { method: byNumber ?? byField, id: (found % 65_536) + 0 };
  if (isReport) said.actions.push({ name: 'unlock' });
};
const lock: Rules = {
  fing_verified: opened,
  psw_verified: opened,
  card_verified: opened,
  verified_wrong: number('failedAttempts', 0, 1_000_000),
  ...plainVoltage,
};

const level =
  (full: number): Rule =>
  (value, said, { field }) => {
    const found = decimal(value);
    if (found === undefined) return none('brightness', value, said, field);
    const isLevel = found >= 0 && found <= full;
    said.values.brightness = isLevel ? Math.round((found / full) * 100) : null;
    if (!isLevel) said.rejected.push(field);
  };
const lamp = (power: string, field: string, full: number): Rules => ({
  [power]: words('on', { on: true, off: false }),
  [field]: level(full),
});
const kelvin: Rule = (value, said, { field }) => {
  const mired = decimal(value);
  if (mired === undefined) return none('colorTemperature', value, said, field);
  const found = Math.round(1_000_000 / mired);
  const isLight = found >= 1_000 && found <= 20_000;
  said.values.colorTemperature = isLight ? found : null;
  if (!isLight) said.rejected.push(field);
};
/** Brightness, red, green, blue from the top byte down; 0 % leaves the colour be. */
const packed =
  (name: 'on' | 'color'): Rule =>
  (value, said, { field }) => {
    const found = decimal(value);
    if (found === undefined || found < 0 || found > 0xff_ff_ff_ff || found % 1 !== 0) return none(name, value, said, field);
    const top = Math.floor(found / 0x1_00_00_00);
    if (name === 'on') said.values.on = top > 0;
    if (top > 0) {
      said.values.brightness = top > 100 ? 100 : top;
      said.values.color = `#${(found % 0x1_00_00_00).toString(16).padStart(6, '0')}`;
    }
  };
const ownLight =
  (offset: number): Rule =>
  (value, said, { field }) => {
    const found = decimal(value);
    if (found === undefined) {
      none('illuminanceRaw', value, said, field);
      if (said.values.illuminanceRaw === null) said.values.illuminance = null;
      return;
    }
    const isLight = found >= 0 && found <= 200_000;
    said.values.illuminanceRaw = isLight ? found : null;
    said.values.illuminance = !isLight ? null : found < offset ? 0 : found - offset;
    if (!isLight) said.rejected.push(field);
  };
const plainText =
  (name: string): Rule =>
  (value, said, { field }) => {
    if (typeof value === 'number') said.values[name] = `${value}`;
    else if (typeof value === 'string' && value !== '' && !isWithout(value)) said.values[name] = value;
    else none(name, value, said, field);
  };
const versions: Rules = { fw_ver: plainText('firmware'), proto_version: plainText('protocol') };

const NEXT = ['toggle', 'circle'];
const same = (...known: string[]): Readonly<Record<string, string>> => Object.fromEntries(known.map((word) => [word, word]));
const airOn = words('on', { on: true, off: false }, NEXT);
const air: Rules = {
  on_off_status: airOn,
  on_off_cfg: (value, said, context) => {
    if (!Object.keys(context.fields).includes('on_off_status')) airOn(value, said, context);
  },
  mode_cfg: words('mode', same('heat', 'cool', 'auto', 'dry', 'wind'), NEXT),
  ws_cfg: words('fan', same('low', 'middle', 'high', 'auto'), NEXT),
  temp_cfg: number('targetTemperature', 0, 60),
};

const RULES: Readonly<Record<Kind, Rules>> = {
  'climate-sensor': { ...climate, ...cell },
  weather: { ...climate, pressure: number('pressure', 300, 1_100, 100, isNought), ...cell },
  motion,
  'motion-light': { ...motion, lux: number('illuminance', 0, 200_000), illumination: number('illuminance', 0, 200_000) },
  contact: { status: contactStatus, window_status: contactStatus, no_close: seconds('openFor', 31_536_000, ['open', true]), ...cell },
  leak: { status: leakStatus, wleak_status: leakStatus, ...cell },
  smoke: { ...alarm('smoke', 'smoke_status'), ...cell },
  gas: alarm('gas', 'natgas_status'),
  button: { status: happens(CLICKS), channel_0: happens(CLICKS), button_0: happens(CLICKS), ...cell },
  remote: {
    channel_0: happens(CLICKS, 'left'),
    button_0: happens(CLICKS, 'left'),
    channel_1: happens(CLICKS, 'right'),
    button_1: happens(CLICKS, 'right'),
    dual_channel: happens(CLICKS, 'both'),
    ...cell,
  },
  cube,
  vibration,
  plug,
  gangs1: gangs(1),
  gangs2: gangs(2),
  gangs3: gangs(3),
  metered1: { ...gangs(1), ...metered },
  metered2: { ...gangs(2), ...metered },
  curtain: position,
  'curtain-battery': { ...position, ...plainVoltage },
  lock,
  bulb: { ...lamp('power_status', 'light_level', 100), colour_temperature: kelvin },
  rgbw: { ...lamp('status', 'level', 254), color_temperature: kelvin },
  'rgb-dimmer': { ...lamp('power_status', 'light_level', 100), light_rgb: packed('color') },
  dimmer: lamp('power_status', 'light_level', 100),
  gateway: { rgb: packed('on'), illumination: ownLight(300), ...versions },
  'ac-partner': {
    ...air,
    swing_cfg: words('swing', { swing: true, unswing: false }, NEXT),
    relay_status: words('relay', { on: true, off: false }, NEXT),
    ac_power: any('acPowerRaw'),
    illumination: ownLight(0),
    ...versions,
  },
  thermostat: { ...air, env_temp: number('temperature', -50, 100) },
};

/** Every wire field that any rule reads. */
export const FIELDS: readonly string[] = [...new Set(Object.values(RULES).flatMap((rules) => Object.keys(rules)))];
/** The fields of one kind. */
export const fieldsOf = (kind: Kind): readonly string[] => Object.keys(RULES[kind]);
