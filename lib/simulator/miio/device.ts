/** One pretend Wi-Fi device: its socket, its clock, its memory of answers. What it answers is decided by its methods, what is broken by its faults. */

import { createHash } from 'node:crypto';
import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock } from '../../home/clock';
import { LumiotError } from '../../home/errors';
import type { CloudThing } from '../cloud/device';
import type { Household } from '../cloud/household';
import { closeUdp, type Log, openUdp, sendUdp } from '../sockets';
import { Timers } from '../timers';
import { gives, type Outcome, outcomes } from './answer';
import type { Body } from './body';
import type { ResolvedWifiDevice } from './config';
import { parsePlace, WifiFaults } from './faults';
import { GatewaySide, isGateway, type LanKey } from './gateway-methods';
import { infoOf } from './info';
import { Journal, parseCall } from './journal';
import { answerLegacy } from './legacy-methods';
import type { Announced } from './mdns';
import { makeOdd } from './odd-json';
import { answerSpec } from './spec-methods';
import type { PretendWifiDevice, WifiDeviceSnapshot, WifiFaultName, WifiFaultRequest, WifiRequest } from './types';
import { helloReply, isHello, type Opened, open, seal } from './wire';

/** miio-lan.md §7. */
const TOLERATED_STAMP_S = 60;
// Copies of one packet arrive this far apart.
const DUPLICATE_GAP_MS = 17;
const LONGEST_UPTIME_S = 1_000_000;
const READS = new Set(['get_properties', 'get_prop']);

export interface Surroundings {
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly household: Household;
  readonly thing: CloudThing;
  /** Gateways: where their LAN key is kept. */
  readonly lanKey: LanKey;
  /** Each request that was understood. */
  readonly record: (did: string, request: WifiRequest) => void;
  /** Another program may have the port on another address of the machine. */
  readonly isShared: boolean;
}

export class WifiDevice implements PretendWifiDevice, Body {
  readonly config: ResolvedWifiDevice;
  readonly thing: CloudThing;
  readonly household: Household;
  private readonly around: Surroundings;
  private readonly timers: Timers;
  private readonly board: WifiFaults;
  private readonly gateway: GatewaySide | undefined;
  private readonly journal = new Journal();
  private socket: Socket | undefined;
  private address: string;
  private secret: string;
  private bootedAt: number;
  private oddTurn = 0;
  private unanswered = 0;
  private closing: Promise<void> | undefined;

  constructor(config: ResolvedWifiDevice, around: Surroundings) {
    this.config = config;
    this.around = around;
    this.thing = around.thing;
    this.household = around.household;
    this.timers = new Timers(around.clock);
    this.board = new WifiFaults(around.clock, around.random);
    this.gateway = isGateway(config.model) ? new GatewaySide(around.lanKey) : undefined;
    this.address = config.address;
    this.secret = config.token;
    // On for a while already, as every device is.
    this.bootedAt = around.clock.monotonic() - Math.floor(around.random() * LONGEST_UPTIME_S) * 1000;
  }

  get did(): string {
    return this.config.did;
  }

  get model(): string {
    return this.config.model;
  }

  get host(): string {
    return `${this.place.address}:${this.place.port}`;
  }

  get place(): { readonly address: string; readonly port: number } {
    return { address: this.address, port: this.socket?.address().port ?? this.config.port };
  }

  get token(): string {
    return this.secret;
  }

  get stamp(): number {
    return Math.floor((this.around.clock.monotonic() - this.bootedAt) / 1000);
  }

  get ignored(): number {
    return this.unanswered;
  }

  async open(): Promise<void> {
    this.socket = await this.bind(this.address, this.config.port);
    this.publish();
  }

  value(siid: number, piid: number): unknown {
    return this.thing.get(siid, piid);
  }

  change(siid: number, piid: number, value: unknown): void {
    if (this.thing.property(siid, piid) === undefined)
      throw new LumiotError('BAD_INPUT', `Device ${this.did} has no property ${siid}.${piid}; see its description.`, { device: this.did });
    this.household.change(this.thing, siid, piid, value);
  }

  /** Begins a fault, or ends all of them. `move` resolves once the new place is in use. */
  async fault(request: WifiFaultRequest): Promise<void> {
    switch (request.fault) {
      case 'clear':
        this.board.clear();
        return;
      case 'reboot':
        this.bootedAt = this.around.clock.monotonic();
        this.journal.forgetAnswers();
        return;
      case 'new-token':
        this.secret = request.token?.toLowerCase() ?? this.anyToken();
        this.publish();
        return;
      case 'move':
        await this.move(request.to ?? '');
        return;
      default:
        this.board.add(request);
    }
  }

  faults(): readonly WifiFaultName[] {
    return this.board.names();
  }

  requests(): readonly WifiRequest[] {
    return this.journal.requests();
  }

  carriedOut(): ReadonlyMap<string, number> {
    return this.journal.carriedOut();
  }

  count(what: string): void {
    this.journal.count(what);
  }

  snapshot(): WifiDeviceSnapshot {
    const { did, name, model } = this.config;
    const radio = this.gateway === undefined ? {} : { armed: this.gateway.armed, radio: { ...this.gateway.radio } };
    return { did, name, model, host: this.host, faults: this.faults(), state: { ...this.thing.snapshot().state, ...radio } };
  }

  /** Answers hello from its own socket, whichever heard it. */
  greet(from: RemoteInfo): void {
    const { names, delayMs } = this.board.strike('hello', false);
    if (names.has('offline') || names.has('drop')) return;
    const token = this.config.showsToken ? this.secret : undefined;
    const reply = helloReply({ did: BigInt(this.did), stamp: this.stamp, token });
    if (!names.has('lose-reply')) this.send(reply, from, delayMs, names.has('duplicate'));
  }

  /** What it tells by mDNS; undefined while it is gone. */
  announces(): Announced | undefined {
    if (this.closing !== undefined || this.board.has('offline')) return undefined;
    const { address, port } = this.place;
    return { did: this.did, model: this.model, address, port };
  }

  close(): Promise<void> {
    this.closing ??= this.shutDown();
    return this.closing;
  }

  private async shutDown(): Promise<void> {
    this.timers.close();
    if (this.socket !== undefined) await closeUdp(this.socket);
  }

  private async bind(address: string, port: number): Promise<Socket> {
    try {
      const { isShared, log } = this.around;
      const socket = await openUdp({ address, port, isShared, log });
      socket.on('message', (bytes, from) => (isHello(bytes) ? this.greet(from) : this.take(bytes, from)));
      return socket;
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new LumiotError('SOCKET', `Wi-Fi device ${this.did} cannot start: ${text}`, { device: this.did, cause: error });
    }
  }

  private async move(to: string): Promise<void> {
    const place = parsePlace(to);
    if (place === undefined) throw new LumiotError('BAD_INPUT', 'A move needs a "to", such as "127.0.0.5:54321".', { device: this.did });
    const old = this.socket;
    const next = await this.bind(place.address, place.port ?? old?.address().port ?? this.config.port);
    if (this.closing !== undefined) {
      await closeUdp(next);
      return;
    }
    this.socket = next;
    this.address = place.address;
    if (old !== undefined) await closeUdp(old);
    this.publish();
  }

  /** The account learns where the device is and what opens it. */
  private publish(): void {
    this.thing.token = this.secret;
    this.thing.address = this.host.replace(/:54321$/, '');
  }

  private take(bytes: Buffer, from: RemoteInfo): void {
    const packet = open(this.secret, bytes);
    const call = packet !== undefined && this.isForUs(packet) ? parseCall(packet) : undefined;
    if (call === undefined) {
      this.unanswered += 1;
      return;
    }
    this.journal.add(call);
    this.around.record(this.did, call);
    const { names, delayMs } = this.board.strike('call', READS.has(call.method));
    if (names.has('offline') || names.has('drop')) return;
    const outcome = names.has('busy') ? outcomes.ackTimeout : this.journal.once(call.id, () => this.carryOut(call));
    if (names.has('lose-reply')) return;
    const plain = JSON.stringify({ id: call.id, ...outcome, exe_time: 30 });
    const text = names.has('odd-json') ? makeOdd(plain, this.oddTurn++) : plain;
    // Their text ends as it does in C.
    const reply = seal(this.secret, { did: BigInt(this.did), stamp: this.stamp, text: `${text}\0` });
    this.send(reply, from, delayMs, names.has('duplicate'));
  }

  /** Addressed to this device, and not older or newer than its clock allows (miio-lan.md §2, §7). */
  private isForUs({ did, stamp }: Opened): boolean {
    return did === BigInt(this.did) && Math.abs(stamp - this.stamp) <= TOLERATED_STAMP_S;
  }

  private carryOut({ method, params }: WifiRequest): Outcome {
    if (method === 'miIO.info')
      return gives(infoOf({ stamp: this.stamp, model: this.model, token: this.secret, mac: this.config.mac, address: this.address }));
    const asGateway = this.gateway?.answer(method, params, (what) => this.count(what));
    if (asGateway !== undefined) return asGateway;
    const bySpec = this.config.legacy ? undefined : answerSpec(this, method, params);
    return bySpec ?? answerLegacy(this, method, params) ?? outcomes.unsupported;
  }

  private send(bytes: Buffer, to: RemoteInfo, delayMs: number, isTwice: boolean): void {
    for (const afterMs of isTwice ? [delayMs, delayMs + DUPLICATE_GAP_MS] : [delayMs]) {
      if (afterMs === 0) this.transmit(bytes, to);
      else this.timers.after(afterMs, () => this.transmit(bytes, to));
    }
  }

  private transmit(bytes: Buffer, { address, port }: RemoteInfo): void {
    if (this.socket !== undefined && this.closing === undefined) void sendUdp(this.socket, bytes, port, address, this.around.log);
  }

  private anyToken(): string {
    return createHash('md5').update(`${this.secret}${this.around.random()}`).digest('hex');
  }
}
