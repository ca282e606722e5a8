/** A pretend home on loopback and the gateways that a user has for it. Own ports, own sockets, everything counted. */

import type { Clock } from '../../lib/home/clock';
import {
  checkSettings,
  Gateway,
  type GatewayMemory,
  type GatewayState,
  Lan,
  type LanEnvironment,
  noMemory,
  systemEnvironment,
} from '../../lib/lumi';
import { type GatewayConfig, type HomeConfig, type Simulator, startSimulator } from '../../lib/simulator';
import { ManualClock } from './clock';
import { CountingSockets, freePort } from './sockets';

export const HALL = '34ce00fb61a9';
export const ATTIC = '7811dcb2a7d9';
export const KEY = '0987654321qwerty';
export const ATTIC_KEY = 'A4D81977ED8A4177';
export const PLUG = '158d0001a2b3c1';
export const DOOR = '158d0001a2b3c2';
export const MOTION = '158d0001a2b3c3';
export const ATTIC_SWITCH = '158d0009a2b3c1';
export const ATTIC_DOOR = '158d0009a2b3c2';
export const ATTIC_MOTION = '158d0009a2b3c3';

/** An older gateway: dialect 1. */
export const hall: GatewayConfig = {
  sid: HALL,
  key: KEY,
  address: '127.0.11.1',
  port: 0,
  protocol: 1,
  devices: [
    { sid: PLUG, model: 'plug', power: 'mains', fields: { status: 'off', inuse: '0', load_power: '0.00' } },
    { sid: DOOR, model: 'magnet', power: 'battery', fields: { status: 'close', voltage: 3005 } },
    { sid: MOTION, model: 'motion', power: 'battery', fields: { voltage: 3005 } },
  ],
};

/** A newer one: dialect 2, and another key. */
export const attic: GatewayConfig = {
  sid: ATTIC,
  key: ATTIC_KEY,
  address: '127.0.12.1',
  port: 0,
  protocol: 2,
  model: 'acpartner.v3',
  devices: [
    { sid: ATTIC_SWITCH, model: 'ctrl_neutral2', power: 'mains', fields: { channel_0: 'off', channel_1: 'off' } },
    { sid: ATTIC_DOOR, model: 'sensor_magnet.aq2', power: 'battery', fields: { window_status: 'close' } },
    { sid: ATTIC_MOTION, model: 'sensor_motion.aq2', power: 'battery', fields: { lux: 10 } },
  ],
};

export interface LogLine {
  readonly level: 'info' | 'warn' | 'error';
  readonly text: string;
}

export class Rig {
  readonly simulator: Simulator;
  readonly lan: Lan;
  readonly sockets: CountingSockets;
  readonly log: readonly LogLine[];
  readonly #gateways: Gateway[] = [];

  private constructor(simulator: Simulator, lan: Lan, sockets: CountingSockets, log: readonly LogLine[]) {
    this.simulator = simulator;
    this.lan = lan;
    this.sockets = sockets;
    this.log = log;
  }

  static async open(
    home: HomeConfig,
    options: { readonly clock?: Clock; readonly random?: () => number; readonly environment?: Partial<LanEnvironment> } = {},
  ): Promise<Rig> {
    const ports = { whoisPort: await freePort(), eventPort: await freePort() };
    const { clock, random, environment } = options;
    const simulator = await startSimulator({ ...ports, ...home }, { clock, random });
    const sockets = new CountingSockets();
    const log: LogLine[] = [];
    const note = (level: LogLine['level']) => (text: string) => log.push({ level, text });
    const lan = new Lan(
      systemEnvironment({
        ...ports,
        createSocket: sockets.create,
        log: { info: note('info'), warn: note('warn'), error: note('error') },
        ...(clock === undefined ? {} : { clock }),
        ...environment,
      }),
    );
    return new Rig(simulator, lan, sockets, log);
  }

  get eventPort(): number {
    return this.lan.environment.eventPort;
  }

  /** A gateway with these settings, not started. */
  gateway(settings: Readonly<Record<string, unknown>> = {}, memory: GatewayMemory = noMemory): Gateway {
    const checked = checkSettings({ interface: '127.0.0.1', key: KEY, sid: HALL, ...settings });
    const gateway = new Gateway(this.lan, checked.settings, memory);
    this.#gateways.push(gateway);
    return gateway;
  }

  /** The same, online and with every device read. */
  async online(settings: Readonly<Record<string, unknown>> = {}, memory: GatewayMemory = noMemory): Promise<Gateway> {
    const gateway = this.gateway(settings, memory);
    void gateway.start();
    await this.during(reached(gateway, ({ phase }) => phase === 'online').then(() => allRead(gateway)));
    return gateway;
  }

  /** What a promise comes to; with a clock moved by hand, time passes meanwhile. */
  during<Result>(promise: Promise<Result>): Promise<Result> {
    const { clock } = this.lan.environment;
    return clock instanceof ManualClock ? clock.during(promise) : promise;
  }

  /** Writes that reached the home, oldest first. */
  writes(sid?: string): Readonly<Record<string, unknown>>[] {
    return this.simulator
      .commands()
      .filter((one) => one.cmd === 'write' && (sid === undefined || one.sid === sid))
      .map(({ fields }) => fields);
  }

  async close(): Promise<void> {
    await this.during(Promise.all(this.#gateways.map((gateway) => gateway.close())));
    await this.simulator.close();
  }
}

/** Resolves with the first state that fits. */
export function reached(gateway: Gateway, fits: (state: GatewayState) => boolean, withinMs = 10_000): Promise<GatewayState> {
  return new Promise((resolve, reject) => {
    let unwatch = (): void => {};
    const timer = setTimeout(() => {
      unwatch();
      reject(new Error(`the gateway stayed ${JSON.stringify(gateway.state)}`));
    }, withinMs);
    unwatch = gateway.watch((state) => {
      if (!fits(state)) return;
      clearTimeout(timer);
      setImmediate(() => unwatch());
      resolve(state);
    });
  });
}

/** Resolves when the gateway has answered for every device it listed. */
export async function allRead(gateway: Gateway): Promise<void> {
  const end = performance.now() + 5_000;
  while ([...gateway.inventory.devices].some((device) => device.readAt === undefined)) {
    if (performance.now() > end) throw new Error('not every device was read');
    await new Promise<void>((resolve) => setTimeout(resolve, 2));
  }
}
