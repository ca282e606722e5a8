/** Sensors that report again and again, each time another value, and whether somebody heard each of them in its order. */

import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../lib/simulator';
import type { Heard } from './observer';

export interface Talk {
  /** What was said so far by each sensor, as a state on the broker has it. */
  readonly said: ReadonlyMap<string, readonly number[]>;
  stop(): Promise<void>;
}

/** Temperatures from `first` hundredths on, one sensor after the other. */
export function talk(simulator: Simulator, gateway: string, sensors: readonly string[], { first = 1, everyMs = 5 } = {}): Talk {
  const said = new Map<string, number[]>(sensors.map((sensor) => [sensor, []]));
  let isOver = false;
  const running = (async () => {
    for (let count = 0; !isOver; count++) {
      const sensor = sensors[count % sensors.length] ?? '';
      const hundredths = first + Math.floor(count / sensors.length);
      await simulator.report(gateway, sensor, { temperature: String(hundredths) });
      said.get(sensor)?.push(hundredths / 100);
      await sleep(everyMs);
    }
  })();
  return {
    said,
    stop: async () => {
      isOver = true;
      await running;
    },
  };
}

export interface Missed {
  /** Values that nobody heard. */
  readonly lost: number;
  /** Values that were heard after a newer one. */
  readonly stale: number;
  /** Values that were heard again: with every connection everything is published anew, so a few are right. */
  readonly repeated: number;
}

/** Compares what was heard on a topic, live, with what was said. */
export function missed(heard: readonly Heard[], topic: string, said: readonly number[]): Missed {
  const values = heard
    .filter((one) => one.topic === topic && !one.isRetained && one.text !== '')
    .map(({ text }) => (JSON.parse(text) as { readonly temperature?: unknown }).temperature);
  let [stale, repeated, newest] = [0, 0, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (typeof value !== 'number') continue;
    if (value < newest) stale++;
    else if (value === newest) repeated++;
    newest = Math.max(newest, value);
  }
  return { lost: said.filter((value) => !values.includes(value)).length, stale, repeated };
}
