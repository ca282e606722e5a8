/** The home that faults are done to, on loopback and with a clock moved by hand, and what is written down of it meanwhile. */

import type { DeviceEvent, Gateway } from '../../lib/lumi';
import type { GatewayConfig, HomeConfig, Simulator } from '../../lib/simulator';
import { ManualClock } from '../support/clock';
import { attic, HALL, hall, PLUG, Rig } from '../support/home';
import { seeded } from '../support/random';
import type { Tally } from './fault';

export const BUTTON = '158d0001a2b3d1';
/** Climate sensors: `climate(0)` … `climate(9)` of the hall, and as many of the attic. */
export const climate = (index: number): string => `158d0001a2c0${index.toString(16).padStart(2, '0')}`;
export const atticClimate = (index: number): string => `158d0009a2c0${index.toString(16).padStart(2, '0')}`;
export const CLIMATES = 10;

export const busyHall: GatewayConfig = {
  ...hall,
  devices: [
    ...(hall.devices ?? []),
    { sid: BUTTON, model: 'switch', power: 'battery', fields: { voltage: 3005 } },
    ...climates(climate, '2000'),
  ],
};

export const busyAttic: GatewayConfig = { ...attic, devices: [...(attic.devices ?? []), ...climates(atticClimate, 2000)] };

function climates(sidOf: (index: number) => string, temperature: unknown): NonNullable<GatewayConfig['devices']> {
  return Array.from({ length: CLIMATES }, (_, index) => ({
    sid: sidOf(index),
    model: 'sensor_ht',
    power: 'battery',
    fields: { temperature },
  }));
}

/** A rig whose time passes only while something is awaited, and whose chance is always the same. */
export async function openRig(home: HomeConfig, seed = 7): Promise<{ rig: Rig; clock: ManualClock; random: () => number }> {
  const clock = new ManualClock();
  const random = seeded(seed);
  return { rig: await Rig.open(home, { clock, random }), clock, random };
}

/** What the gateway carried out for one device: its state, and how often that changed by a command. */
export class Ledger {
  readonly #simulator: Simulator;
  readonly #gateway: string;
  readonly #sid: string;
  readonly #field: string;
  readonly #seen = new WeakSet<object>();
  #last: unknown;

  constructor(simulator: Simulator, gateway: string, sid: string, field: string) {
    this.#simulator = simulator;
    this.#gateway = gateway;
    this.#sid = sid;
    this.#field = field;
    this.take();
    this.#last = this.value;
  }

  get value(): unknown {
    return this.#simulator.state(this.#gateway, this.#sid)[this.#field];
  }

  /** Since the last call: how many commands were carried out, and how many of them changed something. The home remembers a hundred. */
  take(): { writes: number; changes: number } {
    let [writes, changes] = [0, 0];
    for (const command of this.#simulator.commands()) {
      if (this.#seen.has(command)) continue;
      this.#seen.add(command);
      if (command.sid !== this.#sid || !command.applied || !(this.#field in command.fields)) continue;
      writes++;
      if (command.fields[this.#field] !== this.#last) changes++;
      this.#last = command.fields[this.#field];
    }
    return { writes, changes };
  }
}

/** What became of a promise, while time passes. */
export async function outcome(rig: Rig, command: Promise<unknown>): Promise<{ error?: unknown }> {
  const [result] = await rig.during(Promise.allSettled([command]));
  return result.status === 'fulfilled' ? {} : { error: result.reason };
}

/** Switches the plug to what it is not, and counts what became of it. */
export async function switchPlug(rig: Rig, gateway: Gateway, plug: Ledger, tally: Tally, clock: ManualClock): Promise<void> {
  const on = plug.value !== 'on';
  plug.take();
  tally.tried++;
  const { error } = await outcome(rig, gateway.write(PLUG, { on }));
  // Late copies of it must find their end before the next command is judged.
  await clock.advance(300);
  if (error !== undefined) tally.tell(error);
  else if (plug.value !== (on ? 'on' : 'off')) tally.lost++;
  if (plug.take().changes > 1) tally.duplicated++;
}

export const plugOf = (rig: Rig): Ledger => new Ledger(rig.simulator, HALL, PLUG, 'status');

/** Writes down what devices are heard to say by themselves. */
export class Heard {
  readonly events: DeviceEvent[] = [];

  constructor(gateway: Gateway, id = 'heard') {
    gateway.subscriptions.subscribe(id, '', (event) => {
      if (event.origin === 'report') this.events.push(event);
    });
    gateway.subscriptions.open(id);
  }

  /** Every value that a device reported, in the order of arrival. */
  values(sid: string, property: string): unknown[] {
    return this.events.filter(({ device, values }) => device.sid === sid && property in values).map(({ values }) => values[property]);
  }

  get actions(): number {
    return this.events.reduce((sum, { actions }) => sum + actions.length, 0);
  }
}

/** Compares what was said with what was heard: each once, in any order. */
export function compare(tally: Tally, said: readonly unknown[], heard: readonly unknown[]): void {
  const counts = new Map<unknown, number>();
  for (const value of heard) counts.set(value, (counts.get(value) ?? 0) + 1);
  tally.tried += said.length;
  for (const value of said) {
    const count = counts.get(value) ?? 0;
    if (count === 0) tally.lost++;
    tally.duplicated += Math.max(0, count - 1);
    counts.delete(value);
  }
  // What nobody said is as bad as what comes twice.
  for (const count of counts.values()) tally.duplicated += count;
}
