/** A network, devices that are used through it, and what is at the other end: pretend devices, or a bare socket that says what a test wants. */

import type { RemoteInfo, Socket } from 'node:dgram';
import { LumiotError } from '../../../lib/home/errors';
import { BatchSizes, MiioDevice, type MiioDeviceOptions, MiioNetwork, type MiioTarget } from '../../../lib/miio';
import { type PretendWifiDevice, startPretendWifiDevice, type WifiDeviceConfig } from '../../../lib/simulator/miio';
import { helloReply, isHello, open, seal } from '../../../lib/simulator/miio/wire';
import { ManualClock } from '../../support/clock';
import { boundSocket, CountingSockets, closed } from '../../support/sockets';

export const TOKEN = '00112233445566778899aabbccddeeff';
export const OTHER_TOKEN = 'ffeeddccbbaa99887766554433221100';
export const DID = '68332340';
/** Nobody else's in the tests. */
export const ADDRESS = '127.0.54.1';
export const OTHER_ADDRESS = '127.0.54.2';

export interface Asked {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
  readonly stamp: number;
  readonly from: RemoteInfo;
}

/** A bare socket that answers what a test tells it to. */
export class BareDevice {
  readonly asked: Asked[] = [];
  hellos = 0;
  stamp = 123_456;
  answersHello = true;
  /** For each request. */
  onAsked: (asked: Asked, device: BareDevice) => void = () => {};
  readonly socket: Socket;
  readonly did: bigint;

  constructor(socket: Socket, did: string) {
    this.socket = socket;
    this.did = BigInt(did);
    socket.on('message', (bytes, from) => {
      if (isHello(bytes)) {
        this.hellos++;
        if (this.answersHello) this.raw(helloReply({ did: this.did, stamp: this.stamp, token: undefined }), from);
        return;
      }
      const packet = open(TOKEN, bytes);
      if (packet === undefined) return;
      const asked = { ...(JSON.parse(packet.text) as Omit<Asked, 'stamp' | 'from'>), stamp: packet.stamp, from };
      this.asked.push(asked);
      this.onAsked(asked, this);
    });
  }

  get host(): string {
    const { address, port } = this.socket.address();
    return `${address}:${port}`;
  }

  /** `text` as it is; signed with `token`. */
  say(text: string, to: RemoteInfo, { token = TOKEN, did = this.did, stamp = this.stamp } = {}): void {
    this.raw(seal(token, { did, stamp, text }), to);
  }

  answer(asked: Asked, result: unknown): void {
    this.say(JSON.stringify({ id: asked.id, result }), asked.from);
  }

  raw(bytes: Buffer, to: RemoteInfo): void {
    this.socket.send(bytes, to.port, to.address);
  }
}

export class Rig {
  readonly clock = new ManualClock();
  readonly sockets = new CountingSockets();
  readonly lines: string[] = [];
  readonly #note = (text: string): void => void this.lines.push(text);
  readonly log = { info: this.#note, warn: this.#note, error: this.#note };
  readonly sizes = new BatchSizes();
  readonly network = new MiioNetwork({ clock: this.clock, log: this.log, createSocket: () => this.sockets.create(false) });
  readonly #devices: MiioDevice[] = [];
  readonly #pretend: PretendWifiDevice[] = [];
  readonly #bare: Socket[] = [];

  /** With values 2.1 to 2.20, and actions of any number. */
  async pretend(config: Partial<WifiDeviceConfig> = {}, random = () => 0.5): Promise<PretendWifiDevice> {
    const values = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`2.${index + 1}`, index]));
    const device = await startPretendWifiDevice(
      { did: DID, model: 'test.any.v1', token: TOKEN, address: ADDRESS, port: 0, values, ...config },
      { clock: this.clock, random },
    );
    this.#pretend.push(device);
    return device;
  }

  async bare(did = DID, address = ADDRESS): Promise<BareDevice> {
    const socket = await boundSocket(address, 0);
    this.#bare.push(socket);
    return new BareDevice(socket, did);
  }

  device(target: Partial<MiioTarget>, options: Partial<MiioDeviceOptions> = {}): MiioDevice {
    const { clock, network, log, sizes } = this;
    const device = new MiioDevice(
      { did: DID, host: '', token: TOKEN, model: 'test.any.v1', label: 'Desk lamp', ...target },
      { clock, network, log, sizes, random: () => 0, ...options },
    );
    this.#devices.push(device);
    return device;
  }

  /** What it gives, or the code of its error. */
  async outcome<Result>(promise: Promise<Result>): Promise<Result | string> {
    try {
      return await this.clock.during(promise);
    } catch (error) {
      if (!(error instanceof LumiotError)) throw error;
      return error.code;
    }
  }

  async error(promise: Promise<unknown>): Promise<LumiotError> {
    try {
      await this.clock.during(promise);
    } catch (error) {
      if (error instanceof LumiotError) return error;
      throw error;
    }
    throw new Error('it did not fail');
  }

  async close(): Promise<void> {
    for (const device of this.#devices) device.close();
    this.network.close();
    await Promise.all([...this.#pretend.map((device) => device.close()), ...this.#bare.map(closed)]);
  }
}

/** References to properties of service 2. */
export function refs(...piids: readonly number[]): { readonly did: string; readonly siid: number; readonly piid: number }[] {
  return piids.map((piid) => ({ did: DID, siid: 2, piid }));
}

export function upTo(most: number): number[] {
  return Array.from({ length: most }, (_, index) => index + 1);
}
