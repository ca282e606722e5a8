/** A bare client of the miIO protocol, and simulated devices for it: what a test sends is exactly what goes out. */

import type { Socket } from 'node:dgram';
import { systemClock } from '../../../../lib/home/clock';
import { type PretendWifiDevice, startPretendWifiDevice, type WifiDeviceConfig } from '../../../../lib/simulator/miio';
import { hello, open, seal } from '../../../../lib/simulator/miio/wire';
import { boundSocket, closed } from '../../../support/sockets';
import { until } from '../../../support/wait';

export const token = '00112233445566778899aabbccddeeff';
export const did = '68332340';

const devices: PretendWifiDevice[] = [];
const clients: Client[] = [];

export interface Answer {
  readonly id: number;
  readonly result?: unknown;
  readonly error?: { readonly code: number };
}

export interface CallOptions {
  readonly id?: number;
  /** Added to the device's own. */
  readonly offset?: number;
  readonly token?: string;
  readonly did?: string;
}

export class Client {
  readonly received: Buffer[] = [];
  private readonly device: PretendWifiDevice;
  private readonly socket: Socket;
  private lastId = 0;

  constructor(device: PretendWifiDevice, socket: Socket) {
    this.device = device;
    this.socket = socket;
    socket.on('message', (bytes) => this.received.push(bytes));
  }

  get port(): number {
    return this.socket.address().port;
  }

  raw(bytes: Buffer, to = this.device.host): void {
    const [address, port] = to.split(':');
    this.socket.send(bytes, Number(port), address);
  }

  /** The next datagram, or undefined after `withinMs` of silence. */
  async next(withinMs = 2_000): Promise<Buffer | undefined> {
    await until(() => this.received.length > 0, 'a datagram', withinMs).catch(() => {});
    return this.received.shift();
  }

  async greet(to = this.device.host): Promise<Buffer | undefined> {
    this.raw(hello, to);
    return this.next();
  }

  send(method: string, params: unknown = [], options: CallOptions = {}): number {
    this.lastId += 1;
    const { id = this.lastId, offset = 0, token: key = this.device.token, did: to = this.device.did } = options;
    this.raw(seal(key, { did: BigInt(to), stamp: this.device.stamp + offset, text: JSON.stringify({ id, method, params }) }));
    return id;
  }

  async answer(key = this.device.token): Promise<Answer> {
    return JSON.parse(await this.text(key)) as Answer;
  }

  /** The next answer as it came, without NULs at its end. */
  async text(key = this.device.token): Promise<string> {
    const bytes = await this.next();
    if (bytes === undefined) throw new Error('The device did not answer.');
    const opened = open(key, bytes);
    if (opened === undefined) throw new Error('The answer does not open.');
    return opened.text;
  }

  call(method: string, params: unknown = [], options: CallOptions = {}): Promise<Answer> {
    this.send(method, params, options);
    return this.answer();
  }

  /** Whether a packet went unanswered: asks something else after it, whose answer must be the first to come. */
  async isSilent(): Promise<boolean> {
    const { length } = this.received;
    const answer = await this.call('miIO.info', [], { id: 9_999_999 });
    return length === 0 && answer.id === 9_999_999;
  }

  close(): Promise<void> {
    return closed(this.socket);
  }
}

export async function deviceWith(config: Partial<WifiDeviceConfig> = {}, clock = systemClock): Promise<PretendWifiDevice> {
  const standard = { did, model: 'lumiot.light.lamp1', token, port: 0 };
  const device = await startPretendWifiDevice({ ...standard, ...config }, { clock, random: () => 0.1 });
  devices.push(device);
  return device;
}

export async function clientOf(device: PretendWifiDevice, address = '127.0.0.1'): Promise<Client> {
  const client = new Client(device, await boundSocket(address, 0));
  clients.push(client);
  return client;
}

export async function closeBench(): Promise<void> {
  await Promise.all([...clients.splice(0).map((client) => client.close()), ...devices.splice(0).map((device) => device.close())]);
}
