/** The pretend home of the tests over MQTT: two gateways of two dialects, and what the broker should keep of their sensors. */

import type { DeviceConfig, GatewayConfig, Simulator } from '../../lib/simulator';

export const KEY = '0987654321qwerty';
export const WEST = '34ce00b10001';
export const EAST = '7811dcb20001';
export const PLUG = '158d0001b10001';
export const DOOR = '158d0001b10002';
export const BUTTON = '158d0001b10003';
export const LEAK = '158d0001b10004';
export const SWITCH = '158d0002b20001';
export const WINDOW = '158d0002b20002';
/** Sensors of `west`: `climate(0)` … `climate(7)`; of `east` the same with its own number. */
export const climate = (index: number): string => `158d0001b1c0${index.toString(16).padStart(2, '0')}`;
export const eastClimate = (index: number): string => `158d0002b2c0${index.toString(16).padStart(2, '0')}`;
export const CLIMATES = 8;

const sensors = (sidOf: (index: number) => string): DeviceConfig[] =>
  Array.from({ length: CLIMATES }, (_, index) => ({
    sid: sidOf(index),
    model: 'sensor_ht',
    power: 'battery',
    fields: { temperature: '2000', humidity: '5000', voltage: 3005 },
  }));

export const west: GatewayConfig = {
  sid: WEST,
  key: KEY,
  address: '127.0.91.1',
  port: 0,
  protocol: 1,
  fields: { rgb: 0, illumination: 417, proto_version: '1.1.2' },
  devices: [
    { sid: PLUG, model: 'plug', power: 'mains', effectMs: 20, fields: { status: 'off', inuse: '0', load_power: '0.00' } },
    { sid: DOOR, model: 'magnet', power: 'battery', fields: { status: 'close', voltage: 3005 } },
    { sid: BUTTON, model: 'switch', power: 'battery', fields: { voltage: 3005 } },
    { sid: LEAK, model: 'sensor_wleak.aq1', power: 'battery', fields: { status: 'no_leak', voltage: 3005 } },
    ...sensors(climate),
  ],
};

export const east: GatewayConfig = {
  sid: EAST,
  key: KEY,
  address: '127.0.92.1',
  port: 0,
  protocol: 2,
  model: 'acpartner.v3',
  devices: [
    { sid: SWITCH, model: 'ctrl_neutral2', power: 'mains', effectMs: 20, fields: { channel_0: 'off', channel_1: 'off' } },
    { sid: WINDOW, model: 'sensor_magnet.aq2', power: 'battery', fields: { window_status: 'close' } },
    ...sensors(eastClimate).map((sensor) => ({ ...sensor, fields: { temperature: 2000, humidity: 5000 } })),
  ],
};

/** What a state on the broker has to say, read from the raw fields without the package's own code. */
const readings: Readonly<Record<string, (raw: Record<string, unknown>) => Record<string, unknown>>> = {
  plug: ({ status }) => ({ on: status === 'on' }),
  magnet: ({ status }) => ({ open: status === 'open' }),
  'sensor_magnet.aq2': ({ window_status: status }) => ({ open: status === 'open' }),
  'sensor_wleak.aq1': ({ status }) => ({ leak: status === 'leak' }),
  sensor_ht: ({ temperature, humidity }) => ({ temperature: Number(temperature) / 100, humidity: Number(humidity) / 100 }),
  ctrl_neutral2: ({ channel_0: one, channel_1: two }) => ({ channel1: one === 'on', channel2: two === 'on' }),
};

/** What every device says now, by topic below a base. */
export function statesOf(simulator: Simulator, base: string): Map<string, Record<string, unknown>> {
  const states = new Map<string, Record<string, unknown>>();
  for (const { sid: gateway, devices } of simulator.snapshot().gateways)
    for (const { sid, model, state } of devices) {
      const read = readings[model];
      if (read !== undefined) states.set(`${base}/${gateway}/${sid}`, read(state));
    }
  return states;
}

/** What is wrong with what a broker keeps; undefined where every state is that of the home now. */
export function staleIn(all: ReadonlyMap<string, string>, wanted: ReadonlyMap<string, Record<string, unknown>>): string | undefined {
  const problems: string[] = [];
  for (const [topic, values] of wanted) {
    const text = all.get(topic);
    const said = text === undefined ? undefined : (JSON.parse(text) as Record<string, unknown>);
    for (const [name, value] of Object.entries(values))
      if (said?.[name] !== value) problems.push(`${topic}: ${name} should be ${String(value)} and is ${String(said?.[name])}`);
  }
  return problems.length === 0 ? undefined : `${problems.length} stale: ${problems.slice(0, 5).join('; ')}`;
}

/** Writes that reached a home, oldest first, without the gateways' own answers. */
export function writesOf(simulator: Simulator, sid?: string): Record<string, unknown>[] {
  return simulator
    .commands()
    .filter((one) => one.cmd === 'write' && (sid === undefined || one.sid === sid))
    .map(({ gateway, sid: device, fields }) => ({ gateway, device, ...fields }));
}
