/**
 * Everything a gateway does by the clock: notices silence, takes the multicast membership again, lists again, polls, and reads open
 * doors once more. One timer; every duration is measured with the monotonic clock.
 */

import type { Timer } from '../home/clock';
import type { DeviceRecord } from './device-record';
import type { Inventory } from './inventory';
import type { Lan } from './lan';
import type { GatewayState } from './standing';

export interface UpkeepOptions {
  readonly lan: Lan;
  readonly inventory: Inventory;
  readonly describe: () => string;
  /** Seconds; 0 = off. */
  readonly pollInterval: () => number;
  readonly phase: () => GatewayState['phase'];
  readonly probe: () => Promise<void>;
  readonly relist: () => Promise<void>;
  readonly readEach: (devices: Iterable<DeviceRecord>) => Promise<void>;
}

const TICK_MS = 5_000;
/** lumi-lan.md §2.6: the official limit. */
const SILENT_AFTER_MS = 65_000;
/** lumi-lan.md §9, row 1: three heartbeats missed. */
const UNHEARD_AFTER_MS = 35_000;
const PROBE_EVERY_MS = 60_000;
/** No datagram announces a device that was added or removed (lumi-lan.md §8.3). */
const LIST_EVERY_MS = 10 * 60_000;
/** Close reports get lost (lumi-lan.md §3.4). */
const OPEN_READ_EVERY_MS = 5 * 60_000;

export class Upkeep {
  readonly #options: UpkeepOptions;
  #timer: Timer | undefined;
  #startedAt = 0;
  #heardAt = Number.NEGATIVE_INFINITY;
  #multicastAt = Number.NEGATIVE_INFINITY;
  #hearingSince = Number.POSITIVE_INFINITY;
  #rejoinedAt = Number.NEGATIVE_INFINITY;
  #probedAt = Number.NEGATIVE_INFINITY;
  #listedAt = 0;
  #polledAt = 0;
  #openReadAt = 0;
  #isProbing = false;
  #hasComplained = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
  }

  /** False when multicast does not arrive: then a report is not worth waiting for. */
  get hearsReports(): boolean {
    const now = this.#now();
    return now - this.#multicastAt < SILENT_AFTER_MS || now - this.#startedAt < UNHEARD_AFTER_MS;
  }

  /** How long ago, in milliseconds; undefined before the first. */
  get multicastAge(): number | undefined {
    return this.#multicastAt === Number.NEGATIVE_INFINITY ? undefined : this.#now() - this.#multicastAt;
  }

  /** Since when multicast arrives without a break (monotonic): only then does the silence of a device mean something. */
  get hearingSince(): number {
    return this.#now() - this.#multicastAt < SILENT_AFTER_MS ? this.#hearingSince : Number.POSITIVE_INFINITY;
  }

  /** Milliseconds since the start. */
  get age(): number {
    return this.#now() - this.#startedAt;
  }

  start(): void {
    const now = this.#now();
    this.#startedAt = now;
    this.#rejoinedAt = now;
    this.#listedAt = now;
    this.#polledAt = now;
    this.#openReadAt = now;
    this.#next();
  }

  /** `now`: monotonic. */
  heard(by: 'multicast' | 'unicast', now: number): void {
    this.#heardAt = now;
    if (by === 'unicast') return;
    if (now - this.#multicastAt >= SILENT_AFTER_MS) {
      this.#hearingSince = now;
      this.#catchUp(now);
    }
    this.#multicastAt = now;
    this.#hasComplained = false;
  }

  /** What the sensors said while multicast did not arrive is lost: the gateway remembers it. One that was offline is read when it is back. */
  #catchUp(now: number): void {
    if (now - Math.max(this.#multicastAt, this.#startedAt) < SILENT_AFTER_MS || this.#options.phase() !== 'online') return;
    void this.#options.readEach([...this.#options.inventory.devices]);
  }

  close(): void {
    this.#options.lan.environment.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #next(): void {
    this.#timer = this.#options.lan.environment.clock.setTimeout(() => {
      this.#tick();
      if (this.#timer !== undefined) this.#next();
    }, TICK_MS);
  }

  #tick(): void {
    const phase = this.#options.phase();
    if (phase !== 'online' && phase !== 'offline') return;
    const now = this.#now();
    this.#mindSilence(now, phase);
    this.#mindMulticast(now);
    if (phase === 'offline') return;
    if (now - this.#listedAt >= LIST_EVERY_MS) {
      this.#listedAt = now;
      void this.#options.relist();
    }
    const pollMs = this.#options.pollInterval() * 1_000;
    if (pollMs > 0 && now - this.#polledAt >= pollMs) {
      this.#polledAt = now;
      void this.#options.readEach([...this.#options.inventory.devices]);
    }
    if (now - this.#openReadAt >= OPEN_READ_EVERY_MS) {
      this.#openReadAt = now;
      void this.#options.readEach([...this.#options.inventory.devices].filter((device) => device.values.open === true));
    }
  }

  #mindSilence(now: number, phase: 'online' | 'offline'): void {
    if (phase === 'online' && now - this.#heardAt < SILENT_AFTER_MS) return;
    if (this.#isProbing || now - this.#probedAt < PROBE_EVERY_MS) return;
    this.#probedAt = now;
    this.#isProbing = true;
    void this.#options.probe().finally(() => {
      this.#isProbing = false;
    });
  }

  #mindMulticast(now: number): void {
    const since = Math.max(this.#multicastAt, this.#startedAt);
    if (now - since >= UNHEARD_AFTER_MS && !this.#hasComplained) {
      this.#hasComplained = true;
      this.#options.lan.environment.log.warn(
        `No heartbeat of gateway ${this.#options.describe()} arrives by multicast, so its sensors are not heard. Commands still work. Check the firewall (UDP 9898), Docker (host networking), the interface in the settings and IGMP snooping of the switch, or set a poll interval.`,
      );
    }
    if (now - since < SILENT_AFTER_MS || now - this.#rejoinedAt < SILENT_AFTER_MS) return;
    this.#rejoinedAt = now;
    this.#options.lan.rejoin();
  }

  #now(): number {
    return this.#options.lan.environment.clock.monotonic();
  }
}
