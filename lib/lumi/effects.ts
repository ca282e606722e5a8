/** Light effects: a light that flashes or pulses, and ends as it began. The protocol knows none, so they are made of single writes. */

import type { LightEffect } from '../devices/commands/light';
import type { Clock, Timer } from '../home/clock';
import { emptyValues, type Values } from '../home/device';
import { toLumiotError } from '../home/errors';
import type { Ack } from './commander';
import type { DeviceRecord } from './device-record';
import type { Log } from './environment';
import { OVERTAKEN, type Overtaken } from './lane';

export interface Effect {
  readonly name: LightEffect;
  readonly times: number;
  /** Colour and brightness while it plays; what is missing is as it was. */
  readonly values: Values;
}

export interface EffectsOptions {
  readonly clock: Clock;
  /** Writes without waiting for a report. */
  readonly writeNow: (sid: string, values: Values) => Promise<Ack>;
  /** Writes and waits until it took effect: what comes after an effect must not meet one of its steps. */
  readonly write: (sid: string, values: Values) => Promise<Ack | Overtaken>;
  readonly log: Log;
}

interface Running {
  readonly end: () => void;
  readonly restored: Promise<void>;
}

/** Node-RED gives a closing node 15 s. */
const LAST_WORD_MS = 4_000;
const FLASH_MS = 400;
const PULSE_STEP_MS = 250;
/** Brightness over one pulse, in per cent of its height. */
const PULSE = [25, 50, 75, 100, 75, 50, 25, 5] as const;

export class Effects {
  readonly #options: EffectsOptions;
  readonly #running = new Map<string, Running>();

  constructor(options: EffectsOptions) {
    this.#options = options;
  }

  /** True until the light is as it was: what it reports meanwhile is the effect's doing. */
  isPlaying(sid: string): boolean {
    return this.#running.has(sid);
  }

  /**
   * Plays to the end, then puts the light back. Resolves with the acknowledgement, or with `OVERTAKEN` when something ended it
   * before; rejects when the first write fails.
   */
  async play(device: DeviceRecord, effect: Effect): Promise<Ack | Overtaken> {
    while (this.#running.has(device.sid)) await this.stop(device.sid);
    const { clock, writeNow } = this.#options;
    const before = restorable(device.values);
    const remembered = { ...device.values };
    const startedAt = clock.monotonic();
    let isOver = false;
    let timer: Timer | undefined;
    let wake = (): void => {};
    let tellRestored = (): void => {};
    const restored = new Promise<void>((resolve) => {
      tellRestored = resolve;
    });
    const end = (): void => {
      isOver = true;
      clock.clearTimeout(timer);
      wake();
    };
    const pause = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
        timer = clock.setTimeout(resolve, ms);
      });
    this.#running.set(device.sid, { restored, end });
    let attempts = 0;
    try {
      for (const [values, ms] of stepsOf(effect, before)) {
        attempts += (await writeNow(device.sid, values)).attempts;
        if (isOver) break;
        await pause(ms);
        if (isOver) break;
      }
    } finally {
      // A light that refused the first step is as it was.
      if (attempts > 0) attempts += await this.#restore(device, before, remembered);
      this.#running.delete(device.sid);
      tellRestored();
    }
    if (isOver) return OVERTAKEN;
    return { ok: true, ms: Math.round(clock.monotonic() - startedAt), attempts, confirmed: 'ack' };
  }

  /** Ends an effect at once; resolves when the light is as it was. */
  async stop(sid: string): Promise<void> {
    const running = this.#running.get(sid);
    running?.end();
    await running?.restored;
  }

  /** Puts every light back, but waits no longer than a shutdown may take. */
  async close(): Promise<void> {
    if (this.#running.size === 0) return;
    const { clock } = this.#options;
    let timer: Timer | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, LAST_WORD_MS);
    });
    await Promise.race([Promise.all([...this.#running.keys()].map((sid) => this.stop(sid))), patience]);
    clock.clearTimeout(timer);
  }

  /** Returns how often it had to be sent. Never rejects. */
  async #restore(device: DeviceRecord, before: Values, remembered: Values): Promise<number> {
    const { write, log } = this.#options;
    try {
      const ack = await write(device.sid, before);
      return ack === OVERTAKEN ? 0 : ack.attempts;
    } catch (error) {
      log.warn(`${device.name} could not be put back after its effect: ${toLumiotError(error, 'TIMEOUT').message}`);
      return 0;
    } finally {
      // A light that is off keeps the colour it had before, not the one of the effect.
      if (before.on !== true) recall(device.values, remembered);
    }
  }
}

function recall(values: Values, remembered: Values): void {
  for (const property of ['brightness', 'color'] as const) {
    const value = remembered[property];
    if (value === undefined) delete values[property];
    else values[property] = value;
  }
}

/** The light as it is now, as a command: off is only off, so that the remembered colour stays. */
function restorable(state: Values): Values {
  const values = emptyValues();
  values.on = state.on === true;
  if (values.on !== true) return values;
  if (typeof state.brightness === 'number') values.brightness = state.brightness;
  if (typeof state.color === 'string') values.color = state.color;
  return values;
}

function* stepsOf({ name, times, values }: Effect, before: Values): Generator<readonly [Values, number]> {
  const color = values.color ?? before.color;
  const height = typeof values.brightness === 'number' ? values.brightness : 100;
  const lit = (percent: number): Values => {
    const step = emptyValues();
    step.on = true;
    step.brightness = Math.max(1, Math.round((percent * height) / 100));
    if (typeof color === 'string') step.color = color;
    return step;
  };
  const dark = emptyValues();
  dark.on = false;
  for (let time = 0; time < times; time++) {
    if (name === 'flash') {
      yield [lit(100), FLASH_MS];
      yield [dark, FLASH_MS];
    } else {
      for (const percent of PULSE) yield [lit(percent), PULSE_STEP_MS];
    }
  }
}
