/**
 * One gateway: finds it, keeps the line to it, knows its devices. The state machine lives here; requests are in link.ts,
 * devices in inventory.ts, commands in commander.ts, everything that happens by the clock in upkeep.ts.
 */

import { joinPermission, playTone, removeDevice, stopTone } from '../devices';
import type { Source } from '../devices/definition';
import type { DeviceInfo, Values } from '../home/device';
import { type ErrorCode, LumiotError, toLumiotError } from '../home/errors';
import { normalizeSid } from '../home/ids';
import { type Ack, Commander } from './commander';
import type { DeviceRecord } from './device-record';
import type { WireValues } from './format';
import type { Frame } from './frame';
import { type DeviceEvent, Inventory } from './inventory';
import type { Found, Lan, Member } from './lan';
import type { Overtaken } from './lane';
import { Link, portClosedText } from './link';
import { type GatewayMemory, noMemory } from './memory';
import { Ringer, type Tone } from './ringer';
import { Search } from './search';
import type { GatewaySettings } from './settings';
import { Upkeep } from './upkeep';

/** Where a gateway stands; one status for everybody is made from this. */
export type GatewayState =
  | { readonly phase: 'idle' }
  /** With the problem of the last round, once there was one. */
  | { readonly phase: 'searching'; readonly error?: LumiotError }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'online' }
  | { readonly phase: 'offline'; readonly error: LumiotError }
  | { readonly phase: 'failed'; readonly error: LumiotError };

type GatewayListener = (state: GatewayState) => void;

const LOCATE_MS = 1_000;
const RETRY_AFTER_FAILURE_MS = 30_000;
/** How long a command given at the start waits for the gateway to be found. */
const PATIENCE_MS = 5_000;
const RELIST_GAP_MS = 5_000;

export class Gateway implements Member {
  readonly inventory: Inventory;
  readonly ringer: Ringer;
  readonly #lan: Lan;
  readonly #link: Link;
  readonly #commander: Commander;
  readonly #upkeep: Upkeep;
  readonly #memory: GatewayMemory;
  readonly #listeners = new Set<GatewayListener>();
  readonly #problems = new Map<ErrorCode, LumiotError>();
  #settings: GatewaySettings;
  #state: GatewayState = { phase: 'idle' };
  #search: Search | undefined;
  #located: (() => void) | undefined;
  #relisting: Promise<void> | undefined;
  #relistedAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;

  constructor(lan: Lan, settings: GatewaySettings, memory: GatewayMemory = noMemory) {
    const { clock, log } = lan.environment;
    this.#lan = lan;
    this.#settings = settings;
    this.#memory = memory;
    this.inventory = new Inventory({
      clock,
      log,
      onAdded: (device) => this.#lan.claim(device.sid, this),
      onRemoved: (device) => this.#lan.disclaim(device.sid, this),
      onMerged: (device) => {
        this.#commander.confirmations.offer(device.sid, device.values);
        this.#memory.touch();
      },
    });
    this.inventory.configure(settings.devices);
    this.#link = new Link({ lan, interface: settings.interface, describe: () => this.describe(), locate: () => this.#locate() });
    this.#commander = new Commander({
      link: this.#link,
      clock,
      lanKey: () => this.#settings.key,
      describe: () => this.describe(),
      hearsReports: () => this.#upkeep.hearsReports,
      onRead: (frame) => this.#take(frame, 'read'),
    });
    this.#upkeep = new Upkeep({
      lan,
      inventory: this.inventory,
      describe: () => this.describe(),
      pollInterval: () => this.#settings.pollInterval,
      phase: () => this.#state.phase,
      probe: () => this.#probe(),
      relist: () => this.relist(),
      read: (device) => this.read(device.sid).then(() => {}),
    });
    this.ringer = new Ringer(clock, async (fields) => this.writeRaw((await this.self()).sid, fields), log);
  }

  get interface(): string {
    return this.#settings.interface;
  }

  /** Normalised; undefined until the gateway is known. */
  get sid(): string | undefined {
    return this.#link.peer?.sid ?? (this.#settings.sid || undefined);
  }

  get address(): string | undefined {
    return this.#link.peer?.address;
  }

  get port(): number | undefined {
    return this.#link.peer?.port;
  }

  get state(): GatewayState {
    return this.#state;
  }

  get isOnline(): boolean {
    return this.#state.phase === 'online';
  }

  get dialect(): 1 | 2 {
    return this.#link.dialect;
  }

  /** What stands between the user and full use, besides the state: a wrong key, multicast that does not arrive. */
  get problems(): ReadonlyMap<ErrorCode, LumiotError> {
    return this.#problems;
  }

  /** "34ce00fb61a9 (Hall)": every error names the gateway like this. */
  describe(): string {
    const { name, host } = this.#settings;
    const id = this.sid ?? (host || 'without sid');
    return name === '' ? id : `${id} (${name})`;
  }

  /** Begins to search. What the last run remembered is back before anything is heard. */
  async start(): Promise<void> {
    const saved = await this.#memory.load();
    if (this.#isClosed) return;
    for (const device of saved?.devices ?? []) this.inventory.restore(device);
    this.#memory.watch(() => ({ sid: this.sid ?? '', devices: [...this.inventory.devices] }));
    this.#lan.enter(this);
    this.#upkeep.start();
    await this.#run();
  }

  /** Resolves when nothing of it is left: no timer, no socket it was the last user of. */
  async close(): Promise<void> {
    if (this.#isClosed) return;
    await this.ringer.close();
    this.#isClosed = true;
    this.#search?.cancel();
    this.#pauseOver?.();
    this.#located?.();
    this.#upkeep.close();
    this.#link.close(new LumiotError('GATEWAY_OFFLINE', `Gateway ${this.describe()} is being closed.`, { gateway: this.sid }));
    this.#commander.close();
    this.inventory.close();
    this.#listeners.clear();
    await this.#memory.close();
    if (this.#state.phase !== 'idle') await this.#lan.leave(this);
    this.#state = { phase: 'idle' };
  }

  /** Writes what is remembered now, without waiting: before a shutdown. */
  flush(): Promise<void> {
    return this.#memory.flush();
  }

  /** Takes new settings where it stands. False when they mean another gateway or another way: then start a new one. */
  configure(settings: GatewaySettings): boolean {
    const { sid, host, interface: localAddress, key } = this.#settings;
    if (settings.sid !== sid || settings.host !== host || settings.interface !== localAddress) return false;
    this.#settings = settings;
    this.inventory.configure(settings.devices);
    if (settings.key !== key) this.#solved('KEY_INVALID');
    return true;
  }

  /** Hears every change of state or problem, and the present one at once. Returns the way to stop. */
  watch(listener: GatewayListener): () => void {
    this.#listeners.add(listener);
    listener(this.#state);
    return () => this.#listeners.delete(listener);
  }

  get subscriptions(): Inventory['subscriptions'] {
    return this.inventory.subscriptions;
  }

  /** The device a person means: any spelling of its sid; the gateway itself under its own. */
  device(sid: string): DeviceRecord | undefined {
    return this.inventory.get(normalizeSid(sid));
  }

  /** What a message says about a device. */
  info(device: DeviceRecord): DeviceInfo {
    return device.info(this.sid ?? '', device.isOnline(this.#lan.environment.clock.monotonic(), this.isOnline));
  }

  /** Writes values of the vocabulary and waits until they took effect. See `Commander.write`. */
  async write(sid: string, values: Values): Promise<Ack | Overtaken> {
    return this.#command(async () => this.#commander.write(await this.find(sid), values));
  }

  /** Writes raw wire fields, acknowledged. */
  async writeRaw(sid: string, fields: WireValues): Promise<Ack> {
    return this.#command(async () => this.#commander.writeRaw(await this.find(sid), fields));
  }

  /** Asks the gateway for what it knows of a device. The answer goes to the subscribers too. */
  async read(sid: string): Promise<DeviceRecord> {
    await this.#ready();
    const device = this.device(sid);
    const frame = await this.#link.read(device?.wireSid ?? sid);
    return this.#take(frame, 'read');
  }

  /** The gateway as a device, once it is known. */
  async self(): Promise<DeviceRecord> {
    await this.#ready();
    return this.find(this.#ownSid());
  }

  /** Checks the LAN key by stopping a ringtone that is not playing (lumi-lan.md §2.7). Rejects with the reason when it is wrong. */
  async verifyKey(): Promise<void> {
    await this.writeRaw((await this.self()).sid, stopTone());
  }

  /** Plays a ringtone of the gateway; see `Ringer`. */
  play(tone: Tone): Promise<Ack> {
    return this.ringer.play(tone, playTone(tone), stopTone());
  }

  stopTone(): Promise<Ack> {
    return this.ringer.stop(stopTone());
  }

  /** Opens the pairing window (30 s by the firmware, lumi-lan.md §4.1), or closes it. */
  async pair(isOpen: boolean): Promise<Ack> {
    return this.writeRaw((await this.self()).sid, joinPermission(isOpen));
  }

  /** Takes a device out of the gateway's network. Asks for its exact sid. */
  async remove(sid: string): Promise<Ack> {
    const device = this.device(sid);
    if (device === undefined || device.sid === this.sid) {
      throw new LumiotError(
        'NO_DEVICE',
        `Gateway ${this.describe()} has no device ${sid} that could be removed. Copy the exact sid from the list.`,
        {
          gateway: this.sid,
          device: sid,
        },
      );
    }
    const ack = await this.writeRaw(this.#ownSid(), removeDevice(device.wireSid));
    this.inventory.remove(device.sid);
    return ack;
  }

  // ----- what the network tells (Member) -----

  found(found: Found): void {
    const peer = this.#link.peer;
    if (peer === undefined) {
      this.#search?.offer(found);
      return;
    }
    if (found.sid !== peer.sid) return;
    if (found.by === 'heartbeat') {
      // Its own heartbeat from another address is checked like any other report; see Lan.
      return;
    }
    if (found.address !== peer.address || found.port !== peer.port)
      this.#lan.environment.log.info(`Gateway ${this.describe()} is at ${found.address} now.`);
    this.#link.reach({ ...found, dialect: found.dialect ?? this.#link.dialect });
    this.#located?.();
  }

  hear(frame: Frame): void {
    if (this.#isClosed) return;
    this.#link.learn(frame);
    this.#upkeep.heard('multicast');
    if (this.#state.phase === 'offline') void this.#resume();
    if (frame.kind === 'heartbeat') this.#take(frame, 'heartbeat');
    else if (frame.kind === 'report') this.#take(frame, 'report');
  }

  answer(frame: Frame): void {
    if (this.#isClosed) return;
    if (this.#link.answer(frame)) this.#link.learn(frame);
    this.#upkeep.heard('unicast');
  }

  networkChanged(): void {
    const { error } = this.#lan.sockets;
    if (error === undefined) this.#solved('SOCKET');
    else this.#problem(error);
    this.#search?.hurry();
  }

  relist(): Promise<void> {
    const now = this.#lan.environment.clock.monotonic();
    if (this.#relisting === undefined) {
      if (now - this.#relistedAt < RELIST_GAP_MS || this.#link.peer === undefined) return Promise.resolve();
      this.#relistedAt = now;
      this.#relisting = this.#list('new')
        .catch((error: unknown) => this.#lan.environment.log.warn(toLumiotError(error, 'TIMEOUT').message))
        .finally(() => {
          this.#relisting = undefined;
        });
    }
    return this.#relisting;
  }

  // ----- the life of the connection -----

  #pauseOver: (() => void) | undefined;

  async #run(): Promise<void> {
    while (!this.#isClosed) {
      this.#enter({ phase: 'searching' });
      this.#search = new Search({
        lan: this.#lan,
        sid: this.#settings.sid,
        host: this.#settings.host,
        interface: this.#settings.interface,
        retries: this.#settings.discoveryRetries,
        onProblem: (error) => this.#enter({ phase: 'searching', error }),
      });
      const found = await this.#search.run();
      this.#search = undefined;
      if (found === undefined || this.#isClosed) return;
      if (await this.#connect(found)) return;
      await this.#pause(RETRY_AFTER_FAILURE_MS);
    }
  }

  /** True when the gateway listed its devices. */
  async #connect(found: Found): Promise<boolean> {
    this.#enter({ phase: 'connecting' });
    this.#link.reach(found);
    this.#lan.claim(found.sid, this);
    this.inventory.ensure(found.sid, found.wireSid, found.model);
    try {
      await this.#list('all');
    } catch (error) {
      if (this.#isClosed) return false;
      this.#enter({ phase: 'failed', error: this.#portClosed(found, error) });
      return false;
    }
    this.#enter({ phase: 'online' });
    return true;
  }

  #portClosed(found: Found, error: unknown): LumiotError {
    const reason = toLumiotError(error, 'TIMEOUT', { gateway: this.sid });
    if (reason.code !== 'TIMEOUT' || found.by !== 'iam' || this.#link.hasAnswered) return reason;
    return new LumiotError('PORT_CLOSED', portClosedText(this.describe(), found.port), { gateway: this.sid, cause: error });
  }

  /** Asks for the list, then reads: every device, or only the new ones. Resolves after the list. */
  async #list(which: 'all' | 'new'): Promise<void> {
    const list = await this.#link.list();
    if (this.#isClosed) return;
    const added = this.inventory.takeList(list.devices, this.#ownSid());
    void this.#readEach(which === 'all' ? [...this.inventory.devices] : added);
  }

  async #readEach(devices: readonly DeviceRecord[]): Promise<void> {
    for (const device of devices) {
      if (this.#isClosed) return;
      try {
        this.#take(await this.#link.read(device.wireSid), 'read');
      } catch (error) {
        if (!this.#isClosed) this.#lan.environment.log.warn(`${device.name} could not be read: ${toLumiotError(error, 'TIMEOUT').message}`);
      }
    }
  }

  /** A silent gateway is asked directly. Resolves when it is clear whether it is there. */
  async #probe(): Promise<void> {
    try {
      await this.#list(this.isOnline ? 'new' : 'all');
      if (!this.isOnline && !this.#isClosed) this.#enter({ phase: 'online' });
    } catch (error) {
      if (this.#isClosed) return;
      await this.#locate();
      const reason = toLumiotError(error, 'TIMEOUT');
      this.#enter({
        phase: 'offline',
        error: new LumiotError(
          'GATEWAY_OFFLINE',
          `Gateway ${this.describe()} is silent: neither its heartbeats nor its answers arrive. Check that it has power and is on the network.`,
          {
            gateway: this.sid,
            cause: reason,
          },
        ),
      });
    }
  }

  /** It speaks again: what happened meanwhile is read. */
  async #resume(): Promise<void> {
    this.#enter({ phase: 'online' });
    await this.#list('all').catch((error: unknown) => this.#lan.environment.log.warn(toLumiotError(error, 'TIMEOUT').message));
  }

  /** Asks where the gateway is now; true when it answered. */
  async #locate(): Promise<boolean> {
    const { clock, log } = this.#lan.environment;
    const { interface: localAddress, host } = this.#settings;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(() => this.#settleLocate(resolve, false), LOCATE_MS);
      this.#located = () => {
        clock.clearTimeout(timer);
        this.#settleLocate(resolve, !this.#isClosed);
      };
      for (const target of new Set([host, this.address ?? host])) {
        this.#lan.whois(localAddress, target).catch((error: unknown) => log.warn(toLumiotError(error, 'SOCKET').message));
      }
    });
  }

  #settleLocate(resolve: (isThere: boolean) => void, isThere: boolean): void {
    this.#located = undefined;
    resolve(isThere);
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#lan.environment;
    return new Promise((resolve) => {
      const timer = clock.setTimeout(() => this.#pauseOver?.(), ms);
      this.#pauseOver = () => {
        clock.clearTimeout(timer);
        this.#pauseOver = undefined;
        resolve();
      };
    });
  }

  // ----- commands -----

  /** The device a person means, once the gateway is there. Rejects with `NO_DEVICE`, or with what keeps the gateway. */
  async find(sid: string): Promise<DeviceRecord> {
    await this.#ready();
    const device = this.device(sid);
    if (device !== undefined) {
      // Dialect 1 lists no models: what a device is and can do is known after its first read.
      if (device.model === '' && !device.isFresh) await this.#readNow(device);
      return device;
    }
    throw new LumiotError(
      'NO_DEVICE',
      `Gateway ${this.describe()} does not know the device ${sid}. Choose it from the list, or check that it is paired with this gateway.`,
      {
        gateway: this.sid,
        device: sid,
      },
    );
  }

  async #readNow(device: DeviceRecord): Promise<void> {
    this.#take(await this.#link.read(device.wireSid, true), 'read');
  }

  /** Waits a moment for a gateway that is still being found. */
  async #ready(): Promise<void> {
    if (this.#state.phase === 'idle' || this.#state.phase === 'searching' || this.#state.phase === 'connecting') await this.#settled();
    const state = this.#state;
    if (this.#link.peer !== undefined && state.phase !== 'failed') return;
    if (state.phase === 'failed' || (state.phase === 'searching' && state.error !== undefined)) throw state.error;
    throw new LumiotError(
      'GATEWAY_NOT_FOUND',
      `Gateway ${this.describe()} has not been found yet. Check that it has power, and its address and interface in the settings.`,
      { gateway: this.sid },
    );
  }

  #settled(): Promise<void> {
    const { clock } = this.#lan.environment;
    return new Promise((resolve) => {
      const isSettled = (state: GatewayState): boolean =>
        state.phase === 'online' ||
        state.phase === 'failed' ||
        state.phase === 'offline' ||
        (state.phase === 'searching' && state.error !== undefined);
      const timer = clock.setTimeout(() => finish(), PATIENCE_MS);
      const listener: GatewayListener = (state) => {
        if (isSettled(state)) finish();
      };
      const finish = (): void => {
        clock.clearTimeout(timer);
        this.#listeners.delete(listener);
        resolve();
      };
      this.#listeners.add(listener);
      listener(this.#state);
    });
  }

  async #command<Result>(run: () => Promise<Result>): Promise<Result> {
    try {
      const result = await run();
      this.#solved('KEY_INVALID');
      return result;
    } catch (thrown) {
      const error = toLumiotError(thrown, 'UNSUPPORTED', { gateway: this.sid });
      if (error.code === 'KEY_INVALID') this.#problem(error);
      if (error.code === 'TIMEOUT' && this.#state.phase === 'offline') throw this.#state.error;
      throw error;
    }
  }

  #take(frame: Frame, source: Source): DeviceRecord {
    return this.inventory.take(frame, source, source, this.#link.dialect);
  }

  #ownSid(): string {
    return this.sid ?? '';
  }

  // ----- the state, and who hears of it -----

  #enter(state: GatewayState): void {
    if (this.#isClosed) return;
    const before = this.#state;
    this.#state = state;
    const { log } = this.#lan.environment;
    if ('error' in state && state.error !== undefined && !('error' in before && before.error?.code === state.error.code))
      log.warn(state.error.message);
    if (state.phase === 'online' && before.phase !== 'online')
      log.info(`Gateway ${this.describe()} is online at ${this.address}:${this.port}.`);
    this.#tell();
  }

  #problem(error: LumiotError): void {
    const isNews = this.#problems.get(error.code)?.message !== error.message;
    this.#problems.set(error.code, error);
    if (isNews) this.#tell();
  }

  #solved(code: ErrorCode): void {
    if (this.#problems.delete(code)) this.#tell();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) listener(this.#state);
  }
}

export type { DeviceEvent };
