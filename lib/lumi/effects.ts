/** Light effects: a light that flashes or pulses, and ends as it began. The protocol knows none, so they are made of single writes. */

import type { LightEffect } from '../devices/commands/light';
import type { Clock, Timer } from '../home/clock';
import { emptyValues, type Values } from '../home/device';
import { toLumiotError } from '../home/errors';
import type { Ack } from './commander';
import type { DeviceRecord } from './device-record';
import type { Log } from './environment';

export interface Effect {
  readonly name: LightEffect;
  readonly times: number;
  /** Colour and brightness while it plays; what is missing is as it was. */
  readonly values: Values;
}

/** Writes without waiting for a report. */
type WriteNow = (sid: string, values: Values) => Promise<Ack>;

const FLASH_MS = 400;
const PULSE_STEP_MS = 250;
/** Brightness over one pulse, in per cent of its height. */
const PULSE = [25, 50, 75, 100, 75, 50, 25, 5] as const;

export class Effects {
  readonly #clock: Clock;
  readonly #write: WriteNow;
  readonly #log: Log;
  readonly #running = new Map<string, { end: () => void; restored: Promise<void> }>();

  constructor(clock: Clock, write: WriteNow, log: Log) {
    this.#clock = clock;
    this.#write = write;
    this.#log = log;
  }

  /** Plays to the end, then puts the light back. Resolves with the last acknowledgement; rejects when the first write fails. */
  async play(device: DeviceRecord, effect: Effect): Promise<Ack> {
    const before = restorable(device.values);
    await this.stop(device.sid);
    const startedAt = this.#clock.monotonic();
    let isOver = false;
    let timer: Timer | undefined;
    let wake: (() => void) | undefined;
    let restoredNow: () => void = () => {};
    const restored = new Promise<void>((resolve) => {
      restoredNow = resolve;
    });
    this.#running.set(device.sid, {
      restored,
      end: () => {
        isOver = true;
        this.#clock.clearTimeout(timer);
        wake?.();
      },
    });
    const pause = (ms: number): Promise<void> =>
      new Promise((resolve) => {
        wake = resolve;
        timer = this.#clock.setTimeout(resolve, ms);
      });
    let attempts = 0;
    try {
      for (const [values, ms] of stepsOf(effect, before)) {
        if (isOver) break;
        const ack = await this.#write(device.sid, values);
        attempts += ack.attempts;
        if (!isOver) await pause(ms);
      }
    } finally {
      this.#running.delete(device.sid);
      await this.#write(device.sid, before).then(
        (ack) => {
          attempts += ack.attempts;
        },
        (error: unknown) =>
          this.#log.warn(`${device.name} could not be put back after its effect: ${toLumiotError(error, 'TIMEOUT').message}`),
      );
      restoredNow();
    }
    return { ok: true, ms: Math.round(this.#clock.monotonic() - startedAt), attempts, confirmed: 'ack' };
  }

  /** Ends an effect at once; resolves when the light is as it was. */
  async stop(sid: string): Promise<void> {
    const running = this.#running.get(sid);
    if (running === undefined) return;
    running.end();
    await running.restored;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((sid) => this.stop(sid)));
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
