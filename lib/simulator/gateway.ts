/** One pretend gateway: its sockets, its voice and its cadences. What it answers is decided in `answers`, what is broken in `faults`. */

import type { RemoteInfo, Socket } from 'node:dgram';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import { Answers, type ReceivedCommand } from './answers';
import { type Rhythm, startCadences, startDeviceHeartbeats } from './cadences';
import type { ResolvedDevice, ResolvedGateway } from './config';
import { PretendDevice } from './device';
import { FaultBoard, type FaultRequest, rebootMs } from './faults';
import { Inventory } from './inventory';
import { type Air, closeUdp, type Log, openUdp, sendUdp } from './sockets';
import { Timers } from './timers';
import { Tokens } from './tokens';
import * as wire from './wire';

const STANDARD_PORT = 9898;

export interface Surroundings {
  readonly air: Air;
  readonly eventPort: number;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly record: (command: ReceivedCommand) => void;
}

export class PretendGateway {
  readonly config: ResolvedGateway;
  readonly own: PretendDevice;
  readonly tokens: Tokens;
  readonly faults: FaultBoard;
  readonly inventory: Inventory;
  private readonly around: Surroundings;
  private readonly timers: Timers;
  private readonly answers: Answers;
  private socket: Socket | undefined;
  private currentAddress: string;
  private finishReboot: (() => void) | undefined;
  private isClosed = false;

  constructor(config: ResolvedGateway, around: Surroundings) {
    this.config = config;
    this.around = around;
    this.currentAddress = config.address;
    this.timers = new Timers(around.clock);
    this.tokens = new Tokens({ password: config.key, lifetimeMs: config.tokenMs, clock: around.clock });
    this.faults = new FaultBoard(around.clock, around.random);
    this.own = new PretendDevice({ ...config, power: 'mains', travelMs: 0, shortId: 0 });
    this.inventory = new Inventory({
      devices: config.devices,
      timers: this.timers,
      onJoined: (device) => this.welcome(device),
      onWindow: (isOpen) => this.own.mergeQuietly({ join_permission: isOpen ? 'yes' : 'no' }),
    });
    this.answers = new Answers(this, { ...around, timers: this.timers });
  }

  get sid(): string {
    return this.config.sid;
  }

  get address(): string {
    return this.currentAddress;
  }

  /** The port really used. */
  get port(): number {
    return this.socket?.address().port ?? this.config.port;
  }

  async open(): Promise<void> {
    try {
      await this.around.air.join(this.address);
      this.socket = await this.bind(this.address, this.config.port);
    } catch (error) {
      const text = error instanceof Error ? error.message : String(error);
      throw new LumiotError('SOCKET', `Gateway ${this.sid} cannot start: ${text}`, { gateway: this.sid, cause: error });
    }
    startCadences(this, this.rhythm);
    await this.multicastHeartbeat();
  }

  async close(): Promise<void> {
    this.isClosed = true;
    this.timers.close();
    if (this.socket !== undefined) await closeUdp(this.socket);
    this.socket = undefined;
  }

  /** A child, or the gateway's own side. */
  find(sid: string): PretendDevice | undefined {
    return sid === this.sid ? this.own : this.inventory.get(sid);
  }

  /** Takes a change in and multicasts it; resolves when the datagram was handed to the socket. */
  async report(device: PretendDevice, fields: wire.Fields): Promise<void> {
    device.merge(fields);
    if (this.faults.strikes('no-report')) return;
    await this.multicast(wire.report(this.config.protocol, device, fields));
  }

  /** A new token, announced. */
  async heartbeat(): Promise<void> {
    this.tokens.rotate();
    await this.multicastHeartbeat();
  }

  async deviceHeartbeat(device: PretendDevice): Promise<void> {
    await this.multicast(wire.deviceHeartbeat(this.config.protocol, device, device.speak()));
  }

  /** Any bytes, in this gateway's voice and with its faults. */
  async multicast(bytes: Buffer | string): Promise<void> {
    if (this.isOff || this.faults.has('closed-port') || this.faults.strikes('silent')) return;
    await this.transmit(() => this.around.air.multicast(this.address, bytes));
  }

  /** Everything that comes in on 4321 gets an `iam`, even an empty datagram (lumi-lan.md §1.1). */
  onWhois(bytes: Buffer, from: RemoteInfo): void {
    // Two homes on one machine would answer each other's answers for ever.
    if (this.isOff || bytes.includes('"iam"')) return;
    this.take(() => {
      const version = this.config.announcesProtocol ? this.own.get('proto_version') : undefined;
      const identity = { sid: this.sid, model: this.config.model, address: this.address, port: this.port, version };
      const text = wire.iam(this.config.protocol, identity);
      void this.transmit(() => this.around.air.send(this.address, text, from.port, from.address));
    });
  }

  /** Begins a fault, or ends all of them. `move` resolves once the new address is in use. */
  async fault(request: FaultRequest): Promise<void> {
    switch (request.fault) {
      case 'clear':
        this.faults.clear();
        this.finishReboot?.();
        return;
      case 'new-token':
        this.tokens.revoke();
        return;
      case 'move':
        await this.move(request.address ?? '');
        return;
      case 'reboot':
        this.reboot(request);
        return;
      default:
        this.faults.add(request);
    }
  }

  /** Another LAN key; it opens the port too, where the LAN protocol was off (lumi-lan.md §2.7). */
  setKey(key: string): void {
    this.tokens.password = key;
    this.faults.end('closed-port');
  }

  addDevice(config: ResolvedDevice): void {
    const device = this.inventory.add(config);
    if (!config.hidden) startDeviceHeartbeats(this, device, this.rhythm);
  }

  private get rhythm(): Rhythm {
    return { timers: this.timers, random: this.around.random };
  }

  private get isOff(): boolean {
    return this.isClosed || this.faults.has('reboot');
  }

  private async bind(address: string, port: number): Promise<Socket> {
    const { eventPort, log } = this.around;
    // A client's multicast socket holds this port on every address, so here it has to be shared.
    const isShared = port === STANDARD_PORT || port === eventPort;
    const socket = await openUdp({ address, port, isShared, log });
    socket.on('message', (bytes, from) => this.onRequest(bytes, from));
    return socket;
  }

  private onRequest(bytes: Buffer, from: RemoteInfo): void {
    if (this.isOff || this.faults.has('closed-port')) return;
    this.take(() => {
      const text = this.answers.answer(bytes, from);
      const { socket } = this;
      if (text === undefined || socket === undefined) return;
      void this.transmit(() => sendUdp(socket, text, from.port, from.address, this.around.log));
    });
  }

  /** Handles what came in, as often and as late as the faults want it. */
  private take(handle: () => void): void {
    for (const delayMs of this.faults.copies('in')) {
      if (delayMs === 0) handle();
      else this.timers.after(delayMs, handle);
    }
  }

  /** Sends as often and as late as the faults want it; waits only for what leaves at once. */
  private async transmit(send: () => Promise<void>): Promise<void> {
    for (const delayMs of this.faults.copies('out')) {
      if (delayMs === 0) await send();
      else this.timers.after(delayMs, () => void send());
    }
  }

  private multicastHeartbeat(): Promise<void> {
    return this.multicast(wire.gatewayHeartbeat(this.config.protocol, this.own, this.tokens.current, this.address));
  }

  private welcome(device: PretendDevice): void {
    startDeviceHeartbeats(this, device, this.rhythm);
    void this.report(device, device.speak());
  }

  private reboot(request: FaultRequest): void {
    this.finishReboot?.();
    this.faults.add({ ...request, ms: Number.POSITIVE_INFINITY });
    this.answers.forget();
    const finish = (): void => {
      cancel();
      this.finishReboot = undefined;
      this.faults.end('reboot');
      this.tokens.revoke();
      for (const device of this.inventory.list()) device.forget();
      void this.multicastHeartbeat();
    };
    const cancel = this.timers.after(rebootMs(request), finish);
    this.finishReboot = finish;
  }

  /** Another address, the same port; the first heartbeat from there follows at once. */
  private async move(address: string): Promise<void> {
    const { air } = this.around;
    await air.join(address);
    const socket = await this.bind(address, this.port).catch(async (error: unknown) => {
      await air.leave(address);
      throw error;
    });
    const [oldSocket, oldAddress] = [this.socket, this.currentAddress];
    if (this.isClosed) {
      await closeUdp(socket);
      return;
    }
    this.socket = socket;
    this.currentAddress = address;
    if (oldSocket !== undefined) await closeUdp(oldSocket);
    await air.leave(oldAddress);
    await this.heartbeat();
  }
}
