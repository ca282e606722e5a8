/**
 * News about who is there: devices that come, go, fall silent or speak again, and what stands between the user and full use, each
 * with its end. Watches only while somebody listens.
 */

import type { Clock, Timer } from '../home/clock';
import { type ErrorCode, LumiotError } from '../home/errors';
import type { DeviceRecord } from './device-record';
import type { Log } from './environment';
import type { GatewayState } from './standing';

export type News =
  | { readonly kind: 'joined' | 'left' | 'online' | 'offline'; readonly device: DeviceRecord }
  | { readonly kind: 'alert'; readonly device: DeviceRecord | undefined; readonly error: LumiotError; readonly isCleared: boolean };

export interface PresenceOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly devices: () => Iterable<DeviceRecord>;
  readonly isOnline: (device: DeviceRecord) => boolean | null;
  readonly describe: () => string;
  /** The gateway as a device, once it is known. */
  readonly self: () => DeviceRecord | undefined;
  readonly state: () => GatewayState;
  readonly problems: () => ReadonlyMap<ErrorCode, LumiotError>;
}

type Listener = (news: News) => void;

const LOOK_EVERY_MS = 15_000;
/** Alerts that come from the state of the connection; the others from what else stands in the way. */
const connectionCodes: ReadonlySet<string> = new Set(['GATEWAY_NOT_FOUND', 'GATEWAY_OFFLINE', 'PORT_CLOSED', 'TIMEOUT', 'NOT_CONFIGURED']);

export class Presence {
  readonly #options: PresenceOptions;
  readonly #listeners = new Set<Listener>();
  /** What was told last of each device. */
  readonly #online = new Map<string, boolean>();
  readonly #alerts = new Map<string, { readonly device: DeviceRecord | undefined; readonly error: LumiotError }>();
  #timer: Timer | undefined;
  #hasListed = false;
  /** Who has heard what stands, by id: a node that returns from a redeploy hears only what is new. */
  readonly #informed = new Set<string>();

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  /** Hears news from now on, and the first time at once the alerts that stand. Returns the way to stop. */
  listen(id: string, listener: Listener): () => void {
    if (!this.#informed.has(id)) for (const alert of this.#alerts.values()) listener({ kind: 'alert', ...alert, isCleared: false });
    this.#informed.add(id);
    this.#listeners.add(listener);
    this.look();
    this.#timer ??= this.#options.clock.setTimeout(this.#tick, LOOK_EVERY_MS);
    return () => {
      this.#listeners.delete(listener);
      if (this.#listeners.size === 0) this.#stop();
    };
  }

  /** A device was seen for the first time. Those of the first list were always there. */
  added(device: DeviceRecord): void {
    if (this.#hasListed && device.sid !== this.#options.self()?.sid) this.#tell({ kind: 'joined', device });
  }

  removed(device: DeviceRecord): void {
    this.#online.delete(device.sid);
    this.#end(silentKey(device));
    this.#tell({ kind: 'left', device });
  }

  /** The state of the connection changed. */
  changed(): void {
    if (this.#options.state().phase === 'online') this.#hasListed = true;
    if (this.#listeners.size > 0) this.look();
  }

  /** A device spoke: if it counted as silent, it no longer does. */
  heard(device: DeviceRecord): void {
    if (this.#listeners.size > 0 && this.#online.get(device.sid) === false) this.#lookAt(device);
  }

  look(): void {
    this.#lookAtGateway();
    const { phase } = this.#options.state();
    // A silent gateway says nothing about its devices: one alert, not thirty.
    if (phase !== 'online') return;
    for (const device of this.#options.devices()) this.#lookAt(device);
  }

  close(): void {
    this.#listeners.clear();
    this.#stop();
  }

  readonly #tick = (): void => {
    this.look();
    this.#timer = this.#options.clock.setTimeout(this.#tick, LOOK_EVERY_MS);
  };

  #stop(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #lookAtGateway(): void {
    const state = this.#options.state();
    const self = this.#options.self();
    if (self !== undefined && (state.phase === 'online' || state.phase === 'offline')) this.#turn(self, state.phase === 'online');
    const standing = new Map<string, LumiotError>();
    if ('error' in state && state.error !== undefined) standing.set(state.error.code, state.error);
    for (const [code, error] of this.#options.problems()) standing.set(code, error);
    for (const [code, error] of standing) this.#begin(code, self, error);
    // A gateway that is searched for or connected to again is not well yet: only being online ends what kept it from that.
    const isSettled = state.phase === 'online' || standing.size > 0;
    for (const key of [...this.#alerts.keys()]) {
      if (!key.includes(' ') && !standing.has(key) && (isSettled || !connectionCodes.has(key))) this.#end(key);
    }
  }

  #lookAt(device: DeviceRecord): void {
    const isOnline = this.#options.isOnline(device);
    if (isOnline === null || device.sid === this.#options.self()?.sid) return;
    this.#turn(device, isOnline);
    if (isOnline) {
      this.#end(silentKey(device));
      return;
    }
    const text = `${device.name} (${device.sid}) at gateway ${this.#options.describe()} has been silent for too long. Check its battery or its power, and that it is within reach.`;
    this.#begin(silentKey(device), device, new LumiotError('DEVICE_OFFLINE', text, { device: device.sid }));
  }

  #turn(device: DeviceRecord, isOnline: boolean): void {
    const before = this.#online.get(device.sid);
    this.#online.set(device.sid, isOnline);
    // That everything is well at the start is no news.
    if (before === isOnline || (before === undefined && isOnline)) return;
    this.#tell({ kind: isOnline ? 'online' : 'offline', device });
  }

  #begin(key: string, device: DeviceRecord | undefined, error: LumiotError): void {
    if (this.#alerts.has(key)) return;
    this.#alerts.set(key, { device, error });
    this.#tell({ kind: 'alert', device, error, isCleared: false });
  }

  #end(key: string): void {
    const alert = this.#alerts.get(key);
    if (alert === undefined) return;
    this.#alerts.delete(key);
    this.#tell({ kind: 'alert', ...alert, isCleared: true });
  }

  #tell(news: News): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(news);
      } catch (error) {
        // It may have been a datagram that brought the news: nothing throws out of a socket.
        this.#options.log.error(`A node failed on the news of its gateway: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  }
}

/** Alerts of devices have a blank in their key, those of the gateway are bare codes. */
function silentKey(device: DeviceRecord): string {
  return `DEVICE_OFFLINE ${device.sid}`;
}
