/** The words of the package: every property a device can have, its type, unit and physical range. Nothing else names properties. */

export type PropertyType = 'boolean' | 'number' | 'text' | 'color' | 'object';

export interface Word {
  readonly type: PropertyType;
  /** As shown in `msg.unit`; absent where there is none. */
  readonly unit?: string;
  /** Physical range, inclusive: a number outside is no reading. */
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

const boolean: Word = { type: 'boolean' };
const text: Word = { type: 'text' };
const raw: Word = { type: 'number' };
const number = (unit: string, min: number, max: number): Word => ({ type: 'number', unit, min, max });

export const alarmValues = ['clear', 'alarm', 'test', 'battery-fault', 'sensitivity-fault', 'communication-fault', 'fault'] as const;

export const vocabulary = {
  temperature: number('°C', -50, 100),
  humidity: number('%', 0, 100),
  pressure: number('hPa', 300, 1100),
  illuminance: number('lx', 0, 200_000),
  illuminanceRaw: raw,
  motion: boolean,
  noMotionFor: number('s', 0, 86_400),
  open: boolean,
  openFor: number('s', 0, 31_536_000),
  leak: boolean,
  smoke: boolean,
  gas: boolean,
  alarm: { type: 'text', values: alarmValues },
  density: raw,
  tiltAngle: number('°', -360, 360),
  vibrationStrength: raw,
  acceleration: { type: 'object' },
  active: boolean,
  firmware: text,
  protocol: text,
  acPowerRaw: raw,
  on: boolean,
  channel1: boolean,
  channel2: boolean,
  channel3: boolean,
  power: number('W', 0, 20_000),
  energy: number('kWh', 0, 10_000_000),
  inUse: boolean,
  mainsVoltage: number('V', 50, 500),
  position: number('%', 0, 100),
  brightness: number('%', 0, 100),
  color: { type: 'color' },
  colorTemperature: number('K', 1_000, 20_000),
  mode: text,
  fan: text,
  swing: boolean,
  targetTemperature: number('°C', 0, 60),
  relay: boolean,
  battery: number('%', 0, 100),
  batteryLow: boolean,
  voltage: number('mV', 0, 20_000),
  user: { type: 'object' },
  failedAttempts: number('', 0, 1_000_000),
  action: text,
} as const satisfies Record<string, Word>;

export type PropertyName = keyof typeof vocabulary;

/** The word for a property, or undefined for a raw field that passed through under its own name. */
export function word(property: string): Word | undefined {
  return Object.hasOwn(vocabulary, property) ? (vocabulary as Record<string, Word>)[property] : undefined;
}

/** Unit as `msg.unit` shows it; undefined where there is none. */
export function unitOf(property: string): string | undefined {
  return word(property)?.unit || undefined;
}
