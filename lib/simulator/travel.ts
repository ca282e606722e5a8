/** Curtains on their way: a position that changes with time and is reported where the way ends (lumi-lan.md §3.11). */

import type { Clock } from '../home/clock';
import type { PretendDevice } from './device';
import type { Timers } from './timers';
import type { Fields, Protocol } from './wire';

const TICK_MS = 200;
const FULL_WAY = 100;

interface Way {
  readonly from: number;
  readonly to: number;
  readonly startedAt: number;
  readonly hadStatus: boolean;
  cancel: () => void;
}

export interface TravelOptions {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly protocol: Protocol;
  readonly report: (device: PretendDevice, fields: Fields) => void;
}

export class Travels {
  private readonly ways = new Map<PretendDevice, Way>();
  private readonly options: TravelOptions;

  constructor(options: TravelOptions) {
    this.options = options;
  }

  /** Sends a curtain to a level, or stops it; the level reached is reported at the end. */
  start(device: PretendDevice, target: number | 'stop'): void {
    const from = this.level(device);
    this.interrupt(device);
    if (target === 'stop' || target === from) {
      this.arrive(device, from);
      return;
    }
    const way: Way = { from, to: target, startedAt: this.options.clock.monotonic(), hadStatus: device.has('status'), cancel: () => {} };
    this.ways.set(device, way);
    // Protocol 1 says which way it goes while it goes; protocol 2 never reports a direction.
    if (this.options.protocol === 1) device.merge({ status: target > from ? 'open' : 'close' });
    this.tick(device, way);
  }

  /** Ends every way where it is, without a word. */
  stopAll(): void {
    for (const device of [...this.ways.keys()]) this.interrupt(device);
  }

  private tick(device: PretendDevice, way: Way): void {
    const leftMs = this.durationMs(device, way) - (this.options.clock.monotonic() - way.startedAt);
    if (leftMs <= 0) {
      this.interrupt(device);
      this.arrive(device, way.to);
      return;
    }
    device.merge({ curtain_level: this.spell(this.level(device)) });
    way.cancel = this.options.timers.after(Math.min(TICK_MS, leftMs), () => this.tick(device, way));
  }

  private arrive(device: PretendDevice, level: number): void {
    this.options.report(device, { curtain_level: this.spell(level) });
  }

  private interrupt(device: PretendDevice): void {
    const way = this.ways.get(device);
    if (way === undefined) return;
    way.cancel();
    device.merge({ curtain_level: this.spell(this.level(device)) });
    this.ways.delete(device);
    if (this.options.protocol === 2) return;
    if (way.hadStatus) device.merge({ status: 'stop' });
    else device.take('status');
  }

  /** Where the curtain is now; an unknown level counts as closed. */
  private level(device: PretendDevice): number {
    const way = this.ways.get(device);
    if (way === undefined) {
      const known = Number(device.get('curtain_level'));
      return known >= 0 && known <= FULL_WAY ? known : 0;
    }
    const durationMs = this.durationMs(device, way);
    const share = durationMs === 0 ? 1 : Math.min(1, (this.options.clock.monotonic() - way.startedAt) / durationMs);
    return Math.round(way.from + (way.to - way.from) * share);
  }

  private durationMs(device: PretendDevice, { from, to }: Way): number {
    return (Math.abs(to - from) / FULL_WAY) * device.travelMs;
  }

  private spell(level: number): string | number {
    return this.options.protocol === 1 ? String(level) : level;
  }
}
