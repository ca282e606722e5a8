/** Makes a home look lived in: every few seconds one device says something, in raw fields chosen by its model and by what it has. */

import type { PretendDevice } from './device';
import type { PretendGateway } from './gateway';
import type { Timers } from './timers';
import type { Fields, Protocol } from './wire';

// Long enough to read along, short enough to look alive.
const PAUSE_MS = { least: 1_500, most: 5_000 } as const;
// lumi-lan.md §3.3: at most one motion report a minute; silence is told after 120 s and 180 s, by protocol 1 only.
const MOTION_PAUSE_MS = 60_000;
const SILENCES_S = [120, 180] as const;
const DOOR_OPEN_MS = { least: 8_000, most: 45_000 } as const;

export interface LifeOptions {
  readonly gateways: readonly PretendGateway[];
  readonly timers: Timers;
  readonly random: () => number;
}

/** One device and what it can do about its life. */
interface Scene {
  readonly device: PretendDevice;
  readonly protocol: Protocol;
  readonly random: () => number;
  readonly say: (fields: Fields) => void;
  readonly after: (delayMs: number, callback: () => void) => () => void;
  /** Of each motion sensor, since its last motion. */
  readonly plans: Map<PretendDevice, Plan>;
}

interface Plan {
  /** Within the minute in which a motion sensor is blind. */
  isResting: boolean;
  /** Stop the silences that are still to be told. */
  readonly cancels: readonly (() => void)[];
}

interface Habit {
  readonly models: RegExp;
  /** Share of the turns; drifting values take most of them. */
  readonly weight: number;
  readonly live: (scene: Scene) => void;
}

const habits: readonly Habit[] = [
  { models: /^(sensor_ht|weather)/, weight: 4, live: drift },
  { models: /^(sensor_)?motion/, weight: 2, live: move },
  { models: /^(sensor_)?magnet/, weight: 2, live: openAndClose },
  {
    models: /^(switch|sensor_switch.*|(sensor_)?86sw1.*|remote\.b1.*)$/,
    weight: 1,
    live: ({ protocol, device, say }) => say({ [keyOf(device, protocol)]: 'click' }),
  },
  { models: /^((sensor_)?86sw2|remote\.b286)/, weight: 1, live: pressOneOfTwo },
  { models: /^(sensor_)?cube/, weight: 1, live: turnCube },
  { models: /^(plug|86plug|ctrl_86plug)/, weight: 2, live: draw },
  { models: /^(gateway|acpartner)/, weight: 1, live: dim },
];

/** Starts the life of a home; it ends with `timers`. */
export function startLife({ gateways, timers, random }: LifeOptions): void {
  const plans: Scene['plans'] = new Map();
  const after: Scene['after'] = (delayMs, callback) => timers.after(delayMs, callback);
  const nextMoment = (): void => {
    const actors = gateways.flatMap((gateway) => [gateway.own, ...gateway.inventory.list()].flatMap((device) => turnsOf(device, gateway)));
    const actor = actors[Math.floor(random() * actors.length)];
    if (actor === undefined) return;
    const { device, gateway, habit } = actor;
    const say = (fields: Fields): void => {
      if (gateway.find(device.sid) === device && Object.keys(fields).length > 0) void gateway.report(device, fields);
    };
    habit.live({ device, protocol: gateway.config.protocol, random, say, after, plans });
  };
  timers.every(() => between(PAUSE_MS, random), nextMoment);
}

/** A device once per unit of weight of its habit. */
function turnsOf(device: PretendDevice, gateway: PretendGateway): { device: PretendDevice; gateway: PretendGateway; habit: Habit }[] {
  const habit = habits.find(({ models }) => models.test(device.bareModel));
  return habit === undefined ? [] : Array.from({ length: habit.weight }, () => ({ device, gateway, habit }));
}

function between({ least, most }: { readonly least: number; readonly most: number }, random: () => number): number {
  return least + random() * (most - least);
}

/** The field moved by up to `step` within its bounds, in the form (text or number) that the home file has it in. */
function nudged({ device, random }: Scene, name: string, step: number, least: number, most: number): Fields {
  const current = device.get(name);
  const number = Number(current);
  if (!device.has(name) || !Number.isFinite(number)) return {};
  const next = Math.round(Math.min(most, Math.max(least, number + (random() * 2 - 1) * step)));
  return { [name]: typeof current === 'string' ? String(next) : next };
}

function drift(scene: Scene): void {
  scene.say({
    ...nudged(scene, 'temperature', 60, 1_600, 2_900),
    ...nudged(scene, 'humidity', 250, 2_500, 7_500),
    ...nudged(scene, 'pressure', 30, 98_000, 103_500),
  });
}

/** People come, and after a while protocol 1 tells how long nobody moved. */
function move(scene: Scene): void {
  const { device, protocol, say, after, plans } = scene;
  const planned = plans.get(device);
  if (planned?.isResting) return;
  for (const cancel of planned?.cancels ?? []) cancel();
  say({ [protocol === 1 ? 'status' : 'motion_status']: 'motion', ...nudged(scene, 'lux', 60, 0, 1_200) });
  const silences = protocol === 1 ? SILENCES_S.map((seconds) => after(seconds * 1000, () => say({ no_motion: String(seconds) }))) : [];
  const plan: Plan = { isResting: true, cancels: silences };
  plans.set(device, plan);
  after(MOTION_PAUSE_MS, () => {
    plan.isResting = false;
  });
}

function openAndClose({ device, protocol, random, say, after }: Scene): void {
  const field = protocol === 1 ? 'status' : 'window_status';
  if (device.get(field) === 'open') return;
  say({ [field]: 'open' });
  after(between(DOOR_OPEN_MS, random), () => say({ [field]: 'close' }));
}

/** Where a single key is told: round buttons and wall keys differ in protocol 1 (lumi-lan.md §3.7). */
function keyOf(device: PretendDevice, protocol: Protocol): string {
  if (protocol === 2) return 'button_0';
  return /^(sensor_)?86sw1|^remote\.b186/.test(device.bareModel) ? 'channel_0' : 'status';
}

function pressOneOfTwo({ protocol, random, say }: Scene): void {
  const key = Math.floor(random() * 3);
  if (key === 2) say({ dual_channel: 'both_click' });
  else say({ [`${protocol === 1 ? 'channel' : 'button'}_${key}`]: 'click' });
}

function turnCube({ protocol, random, say }: Scene): void {
  const degrees = Math.round(random() * 360 - 180);
  if (random() < 0.5) say({ [protocol === 1 ? 'status' : 'cube_status']: random() < 0.5 ? 'flip90' : 'move' });
  // Protocol 1 has percent of a turn and a duration in one text (lumi-lan.md §6).
  else if (protocol === 1) say({ rotate: `${Math.round(degrees / 3.6)},500` });
  else say({ cube_status: 'rotate', rotate_degree: degrees, detect_time: 500 });
}

/** What an outlet draws varies while it is on, and adds up. */
function draw(scene: Scene): void {
  const { device, random, say } = scene;
  const load = device.get('load_power');
  const isOn = device.get('status') === 'on' || device.get('channel_0') === 'on';
  if (!isOn || load === undefined || Number(load) === 0) return;
  const next = Math.max(0.5, Number(load) * (0.9 + random() * 0.2));
  const energy = device.has('power_consumed') ? 'power_consumed' : 'energy_consumed';
  const used = Number(device.get(energy));
  if (Number.isFinite(used)) device.merge({ [energy]: typeof device.get(energy) === 'string' ? String(used + 1) : used + 1 });
  say({ load_power: typeof load === 'string' ? next.toFixed(2) : Number(next.toFixed(2)) });
}

/** Daylight around the gateway; protocol 1 tells its lamp along with it. */
function dim(scene: Scene): void {
  const { device, protocol, say } = scene;
  const light = nudged(scene, 'illumination', 40, 300, 1_300);
  say(protocol === 1 && device.has('rgb') ? { rgb: device.get('rgb'), ...light } : light);
}
