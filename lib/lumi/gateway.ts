/** One gateway as others use it: its devices, their values, its commands. How it is found and kept is in connection.ts. */

import { type CurtainCommand, curtainCommand, joinPermission, playTone, removeDevice, stopTone } from '../devices';
import type { Source } from '../devices/definition';
import type { DeviceInfo, Values } from '../home/device';
import { type ErrorCode, LumiotError, toLumiotError } from '../home/errors';
import { normalizeSid } from '../home/ids';
import { type Ack, Commander } from './commander';
import { Connection } from './connection';
import { DeviceRecord, type DeviceSettings } from './device-record';
import { examine, type Finding } from './doctor';
import { Effects } from './effects';
import type { WireValues } from './format';
import type { Found } from './found';
import type { Frame } from './frame';
import { Inventory } from './inventory';
import type { Lan, Member } from './lan';
import { OVERTAKEN, type Overtaken } from './lane';
import { Link } from './link';
import { type GatewayMemory, noMemory } from './memory';
import { Pairing } from './pairing';
import { Presence } from './presence';
import { Ringer, type Tone } from './ringer';
import type { GatewaySettings } from './settings';
import type { Known } from './sids';
import { type GatewayListener, type GatewayState, Standing } from './standing';
import { Travels } from './travels';
import { Upkeep } from './upkeep';

export class Gateway implements Member {
  readonly inventory: Inventory;
  readonly ringer: Ringer;
  readonly effects: Effects;
  readonly travels: Travels;
  readonly presence: Presence;
  readonly pairing: Pairing;
  readonly #lan: Lan;
  readonly #link: Link;
  readonly #commander: Commander;
  readonly #connection: Connection;
  readonly #standing: Standing;
  readonly #upkeep: Upkeep;
  readonly #memory: GatewayMemory;
  #settings: GatewaySettings;
  /** Whose devices the inventory holds: the gateway remembered, then the one found. */
  #devicesOf = '';
  #isEntered = false;
  #closing: Promise<void> | undefined;

  constructor(lan: Lan, settings: GatewaySettings, memory: GatewayMemory = noMemory) {
    const { clock, log } = lan.environment;
    const describe = (): string => this.describe();
    this.#lan = lan;
    this.#settings = settings;
    this.#memory = memory;
    this.#standing = new Standing(clock, log);
    this.inventory = new Inventory({
      clock,
      log,
      onAdded: (device) => {
        this.#lan.claim(device.sid, this);
        this.presence.added(device);
      },
      onListed: (device) => this.#lan.claim(device.sid, this, true),
      onRemoved: (device) => {
        this.#lan.disclaim(device.sid, this);
        this.presence.removed(device);
      },
      onMerged: (device, said, origin) => {
        // A read is the gateway's memory, which may be older than the command.
        if (origin !== 'read') this.#commander.confirmations.offer(device.sid, said, device.values);
        this.presence.heard(device);
        if (typeof said.position === 'number') this.travels.at(device.sid, said.position);
        this.#memory.touch();
      },
    });
    this.#link = new Link({ lan, interface: settings.interface, describe, locate: () => this.#connection.locate() });
    const { inventory } = this;
    const link = this.#link;
    this.#connection = new Connection({
      lan,
      member: this,
      link,
      inventory,
      standing: this.#standing,
      settings: () => this.#settings,
      describe,
      onIdentified: () => this.#identified(),
      onRead: (frame) => this.#take(frame, 'read'),
    });
    this.#commander = new Commander({
      link,
      clock,
      lanKey: () => this.#settings.key,
      describe,
      hearsReports: () => this.#upkeep.hearsReports,
      onRead: (frame) => this.#take(frame, 'read'),
    });
    this.#upkeep = new Upkeep({
      lan,
      inventory,
      describe,
      pollInterval: () => this.#settings.pollInterval,
      phase: () => this.state.phase,
      probe: () => this.#connection.probe(),
      relist: () => this.relist(),
      readEach: (devices) => this.#connection.readEach(devices),
    });
    this.ringer = new Ringer(clock, async (fields) => this.writeRaw((await this.self()).sid, fields), log);
    this.effects = new Effects({
      clock,
      log,
      writeNow: (sid, values) => this.writeUnconfirmed(sid, values),
      write: (sid, values) => this.#writeConfirmed(sid, values),
    });
    this.pairing = new Pairing(clock, async (isOpen) => this.writeRaw((await this.self()).sid, joinPermission(isOpen)), log);
    this.travels = new Travels(clock);
    this.presence = new Presence({
      clock,
      log,
      devices: () => inventory.devices,
      isOnline: (device) => this.info(device).online,
      describe,
      self: () => inventory.get(this.#ownSid()),
      state: () => this.state,
      problems: () => this.problems,
    });
    this.#standing.watch(() => this.presence.changed());
    this.#configureDevices();
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
    return this.#standing.state;
  }

  get isOnline(): boolean {
    return this.state.phase === 'online';
  }

  get dialect(): 1 | 2 {
    return this.#link.dialect;
  }

  /** What stands between the user and full use, besides the state: a wrong key, multicast that does not arrive. */
  get problems(): ReadonlyMap<ErrorCode, LumiotError> {
    return this.#standing.problems;
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
    if (this.#closing !== undefined) return;
    const { sid } = this.#settings;
    // Another gateway may have been chosen for the same node meanwhile.
    if (saved !== undefined && (sid === '' || saved.sid === '' || saved.sid === sid)) {
      this.#devicesOf = saved.sid;
      for (const device of saved.devices) this.inventory.restore(device);
    }
    this.#memory.watch(() => ({ sid: this.sid ?? '', devices: [...this.inventory.devices] }));
    this.#isEntered = true;
    this.#lan.enter(this);
    this.#upkeep.start();
    await this.#connection.run();
  }

  /** Resolves when nothing of it is left: no timer, no socket it was the last user of. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    await Promise.all([this.ringer.close(), this.effects.close()]);
    this.presence.close();
    this.pairing.forget();
    this.#connection.close();
    this.#upkeep.close();
    this.#link.close(new LumiotError('GATEWAY_OFFLINE', `Gateway ${this.describe()} is being closed.`, { gateway: this.sid }));
    this.#commander.close();
    this.#standing.close();
    this.inventory.close();
    await this.#memory.close();
    if (this.#isEntered) await this.#lan.leave(this);
    // Last: a tone that was on its way until now would set the stop of the one before it once more.
    this.ringer.forget();
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
    this.#configureDevices();
    if (settings.key !== key) this.#standing.solved('KEY_INVALID');
    return true;
  }

  /** Hears every change of state or problem, and the present one at once. Returns the way to stop. */
  watch(listener: GatewayListener): () => void {
    return this.#standing.watch(listener);
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
    const { phase } = this.#standing.state;
    const { sid } = this;
    const isOnline = phase === 'online' ? true : phase === 'offline' || phase === 'failed' ? false : null;
    // The gateway answers for itself, also where its heartbeats are not heard.
    if (device.sid === sid) return device.info(sid, isOnline);
    const now = this.#lan.environment.clock.monotonic();
    // Asked for every message, and then the device has just spoken.
    if (isOnline === true && device.isHeard(now)) return device.info(sid ?? '', true);
    return device.info(sid ?? '', device.isOnline(now, isOnline, this.#upkeep.hearingSince));
  }

  /** Writes values of the vocabulary and waits until they took effect. See `Commander.write`. Ends an effect that plays on the device. */
  async write(sid: string, values: Values): Promise<Ack | Overtaken> {
    // At once: a toggle that comes in the same moment has to know of it.
    const release = this.#commander.intend(normalizeSid(sid), values);
    try {
      if (this.effects.isPlaying(sid)) await this.effects.stop(sid);
      return await this.#writeConfirmed(sid, values);
    } finally {
      release();
    }
  }

  /** What a device is, or will be once the commands under way have taken effect: what 'toggle' turns round. */
  intended(device: DeviceRecord): Values {
    return this.#commander.intended(device);
  }

  #writeConfirmed(sid: string, values: Values): Promise<Ack | Overtaken> {
    return this.#command(sid, (device) => this.#commander.write(device, values));
  }

  /** Writes raw wire fields, acknowledged. */
  async writeRaw(sid: string, fields: WireValues): Promise<Ack> {
    return this.#command(sid, (device) => this.#commander.writeRaw(device, fields));
  }

  /** Writes values and waits for the acknowledgement alone: for effects, where the next write comes before any report. */
  writeUnconfirmed(sid: string, values: Values): Promise<Ack> {
    return this.#command(sid, (device) => this.#commander.writeUnconfirmed(device, values));
  }

  /** Moves a curtain, or stops it. Acknowledged; its position follows by report when it has arrived. */
  moveCurtain(sid: string, move: CurtainCommand): Promise<Ack> {
    return this.#command(sid, (device) => {
      if (device.definition.family !== 'curtain') {
        throw new LumiotError('UNSUPPORTED', `${device.name} (${device.model || device.sid}) is no curtain. Choose a curtain or a blind.`, {
          device: device.sid,
        });
      }
      return this.#commander.writeRaw(device, curtainCommand(this.dialect, move));
    });
  }

  /** Asks the gateway for what it knows of a device. The answer goes to the subscribers too. */
  async read(sid: string): Promise<DeviceRecord> {
    await this.#ready();
    return this.#take(await this.#link.read(this.device(sid)?.wireSid ?? sid), 'read');
  }

  /** Lists again and reads everything, now. Resolves when all was asked. */
  async refresh(): Promise<void> {
    await this.#ready();
    // A gateway that went silent is asked whether it is back, rather than each of its devices in vain.
    if (this.state.phase === 'offline') await this.#connection.probe();
    if (this.state.phase === 'offline') throw this.state.error;
    await this.relist();
    await this.#connection.readEach([...this.inventory.devices]);
  }

  /** The gateway as a device before it is known. */
  placeholder(): DeviceRecord {
    const device = new DeviceRecord(this.#ownSid(), this.#ownSid(), { name: this.describe() });
    return this.inventory.get(this.#ownSid()) ?? device;
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
  async play(tone: Tone): Promise<Ack> {
    return this.ringer.play(tone, playTone(tone), stopTone());
  }

  stopTone(): Promise<Ack> {
    return this.ringer.stop(stopTone());
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

  /** Looks everything over and says what to do. Never rejects. */
  async examine(): Promise<Finding[]> {
    await this.#standing.settled();
    return examine({
      eventPort: this.#lan.environment.eventPort,
      sockets: this.#lan.sockets,
      // Asked for after the gateway was: it may have moved.
      address: () => this.address,
      port: () => this.port,
      hasKey: this.#settings.key !== '',
      multicastAge: this.#upkeep.multicastAge,
      listeningFor: this.#upkeep.age,
      locate: () => this.#connection.locate(),
      list: () => this.#link.list(),
      verifyKey: () => this.verifyKey(),
    });
  }

  // ----- what the network tells (Member) -----

  found(found: Found): void {
    this.#connection.found(found);
  }

  hear(frame: Frame, known: Known, now: number): void {
    if (this.#closing !== undefined) return;
    this.#link.learn(frame);
    this.#upkeep.heard('multicast', now);
    this.#connection.heard();
    if (frame.kind !== 'heartbeat' && frame.kind !== 'report') return;
    const atHand = known.owner === this ? known.device : undefined;
    const device = this.inventory.take(frame, frame.kind, frame.kind, this.#link.dialect, atHand, now);
    if (device !== atHand && known.owner === this) known.device = device;
  }

  answer(frame: Frame): void {
    this.#connection.heard();
    if (this.#link.answer(frame)) this.#link.learn(frame);
    this.#upkeep.heard('unicast', this.#lan.environment.clock.monotonic());
  }

  networkChanged(): void {
    this.#connection.networkChanged();
  }

  relist(): Promise<void> {
    return this.#connection.relist();
  }

  /** The device a person means, once the gateway is there. Rejects with `NO_DEVICE`, or with what keeps the gateway. */
  async find(sid: string): Promise<DeviceRecord> {
    await this.#ready();
    const device = this.device(sid);
    if (device !== undefined) {
      if (isUnread(device)) await this.#readNow(device);
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
    await this.#standing.settled();
    const { state } = this;
    if (this.#link.peer !== undefined && state.phase !== 'failed') return;
    if ('error' in state && state.error !== undefined) throw state.error;
    throw new LumiotError(
      'GATEWAY_NOT_FOUND',
      `Gateway ${this.describe()} has not been found yet. Check that it has power, and its address and interface in the settings.`,
      { gateway: this.sid },
    );
  }

  /** A device that can be commanded at once: nearly always. */
  #atHand(sid: string): DeviceRecord | undefined {
    if (this.state.phase !== 'online' || this.#link.peer === undefined) return undefined;
    const device = this.device(sid);
    return device === undefined || isUnread(device) ? undefined : device;
  }

  async #command<Result>(sid: string, run: (device: DeviceRecord) => Promise<Result>): Promise<Result> {
    try {
      const result = await run(this.#atHand(sid) ?? (await this.find(sid)));
      if (result !== OVERTAKEN) this.#standing.solved('KEY_INVALID');
      return result;
    } catch (thrown) {
      const error = toLumiotError(thrown, 'UNSUPPORTED', { gateway: this.sid });
      if (error.code === 'KEY_INVALID') this.#standing.problem(error);
      if (error.code === 'TIMEOUT' && this.state.phase === 'offline') throw this.state.error;
      throw error;
    }
  }

  #take(frame: Frame, source: Source): DeviceRecord {
    return this.inventory.take(frame, source, source, this.#link.dialect);
  }

  #ownSid(): string {
    return this.sid ?? '';
  }

  /** The gateway is known by its sid now; what was remembered of another is no longer true. */
  #identified(): void {
    if (this.#devicesOf !== '' && this.#devicesOf !== this.sid) this.inventory.clear();
    this.#devicesOf = this.#ownSid();
    this.#configureDevices();
  }

  /** What the user set for each device; the gateway itself is called what the gateway is called. */
  #configureDevices(): void {
    const devices = new Map<string, DeviceSettings>(this.#settings.devices);
    const sid = this.#ownSid();
    const own = devices.get(sid);
    if (sid !== '' && this.#settings.name !== '') devices.set(sid, { ...own, name: own?.name || this.#settings.name });
    this.inventory.configure(devices);
  }
}

/** Dialect 1 lists no models: what a device is and can do is known after its first read. */
function isUnread({ model, isFresh }: DeviceRecord): boolean {
  return model === '' && !isFresh;
}
