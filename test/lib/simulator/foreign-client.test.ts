/** A small client written from lumi-lan.md alone, with the real ports: what other people's programs do has to work unchanged. */

import assert from 'node:assert/strict';
import { createCipheriv } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { type Simulator, startSimulator } from '../../../lib/simulator';

type Message = Record<string, unknown>;

const first = '34ce00f10001';
const second = '7811dcf10002';

/** Binds 9898 on every address and asks from there, as several programs do; one client for both dialects. */
class ForeignClient {
  readonly gateways = new Map<string, { ip: string; port: number; isSecond: boolean; token: string; sids: string[] }>();
  readonly devices = new Map<string, Message>();
  readonly reports: Message[] = [];
  private readonly password: string;
  private readonly socket: Socket;
  private readonly only: (sid: string) => boolean;

  constructor(password: string, only: (sid: string) => boolean) {
    this.password = password;
    this.only = only;
    this.socket = createSocket({ type: 'udp4', reuseAddr: true });
    this.socket.on('message', (bytes) => this.hear(JSON.parse(bytes.toString('utf8')) as Message));
  }

  start(): Promise<void> {
    return new Promise((resolve) =>
      this.socket.bind(9898, () => {
        this.socket.addMembership('224.0.0.50', '127.0.0.1');
        this.socket.setMulticastInterface('127.0.0.1');
        this.send({ cmd: 'whois' }, 4321, '224.0.0.50');
        resolve();
      }),
    );
  }

  stop(): void {
    this.socket.close();
  }

  write(gatewaySid: string, sid: string, fields: Message): void {
    const gateway = this.gateways.get(gatewaySid);
    if (gateway === undefined) throw new Error('unknown gateway');
    const cipher = createCipheriv('aes-128-cbc', this.password, Buffer.from('F5ltCT0o3bO6aVoub1hWLg==', 'base64'));
    // Padding left on, cut to the first block: what several programs do.
    const key = (cipher.update(gateway.token, 'ascii', 'hex') + cipher.final('hex')).substring(0, 32);
    if (gateway.isSecond) this.send({ cmd: 'write', sid, key, params: [fields] }, gateway.port, gateway.ip);
    else this.send({ cmd: 'write', sid, data: { ...fields, key } }, gateway.port, gateway.ip);
  }

  async until(isTrue: () => boolean): Promise<void> {
    for (let turn = 0; turn < 150; turn += 1) {
      if (isTrue()) return;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    throw new Error('it did not happen within 3 s');
  }

  private send(message: Message, port: number, ip: string): void {
    this.socket.send(JSON.stringify(message), port, ip);
  }

  private hear(message: Message): void {
    const sid = String(message.sid);
    const known = this.gateways.get(sid);
    switch (message.cmd) {
      case 'iam': {
        if (!this.only(sid)) return;
        const isSecond = String(message.proto_version).startsWith('2');
        this.gateways.set(sid, { ip: String(message.ip), port: Number(message.port), isSecond, token: '', sids: [] });
        this.send({ cmd: isSecond ? 'discovery' : 'get_id_list' }, Number(message.port), String(message.ip));
        return;
      }
      case 'get_id_list_ack':
      case 'discovery_rsp': {
        if (known === undefined) return;
        known.token = String(message.token);
        known.sids =
          message.cmd === 'discovery_rsp'
            ? (message.dev_list as Message[]).map((device) => String(device.sid))
            : (JSON.parse(String(message.data)) as string[]);
        for (const child of [sid, ...known.sids]) this.send({ cmd: 'read', sid: child }, known.port, known.ip);
        return;
      }
      case 'heartbeat':
        if (known !== undefined) known.token = String(message.token);
        return;
      case 'read_ack':
      case 'read_rsp':
        this.devices.set(sid, flat(message));
        return;
      case 'report':
        this.reports.push({ sid, ...flat(message) });
        this.devices.set(sid, { ...this.devices.get(sid), ...flat(message) });
    }
  }
}

function flat(message: Message): Message {
  if (typeof message.data === 'string') return JSON.parse(message.data) as Message;
  return Object.assign({}, ...(message.params as Message[])) as Message;
}

describe('a client that was written for real gateways', () => {
  let simulator: Simulator;
  let client: ForeignClient;

  before(async () => {
    simulator = await startSimulator({
      gateways: [
        {
          sid: first,
          key: '0987654321qwerty',
          address: '127.0.3.20',
          devices: [{ sid: '158d00f1000001', model: 'plug', fields: { status: 'off', voltage: 3600 } }],
        },
        {
          sid: second,
          key: '0987654321qwerty',
          address: '127.0.3.21',
          model: 'acpartner.v3',
          devices: [{ sid: '158d00f1000002', model: 'ctrl_neutral1', fields: { channel_0: 'off' } }],
        },
      ],
    });
    client = new ForeignClient('0987654321qwerty', (sid) => sid === first || sid === second);
    await client.start();
  });
  after(async () => {
    client.stop();
    await simulator.close();
  });

  it('finds both gateways on port 9898, lists and reads', async () => {
    await client.until(() => client.devices.has('158d00f1000001') && client.devices.has('158d00f1000002'));
    assert.equal(client.gateways.get(first)?.ip, '127.0.3.20');
    assert.equal(client.gateways.get(second)?.ip, '127.0.3.21');
    assert.deepEqual(client.devices.get('158d00f1000001'), { status: 'off', voltage: 3600 });
    assert.equal(client.devices.get(second)?.temp_cfg, 25);
  });

  it('switches in both dialects and sees the change in a report', async () => {
    client.write(first, '158d00f1000001', { status: 'on' });
    client.write(second, '158d00f1000002', { channel_0: 'on' });
    await client.until(() => client.devices.get('158d00f1000001')?.status === 'on');
    await client.until(() => client.devices.get('158d00f1000002')?.channel_0 === 'on');
    assert.equal(simulator.state(first, '158d00f1000001').status, 'on');
  });

  it('goes on working with the token of the next heartbeat', async () => {
    simulator.fault(first, { fault: 'new-token' });
    await simulator.heartbeat(first);
    await client.until(() => client.gateways.get(first)?.token === simulator.token(first));
    client.write(first, '158d00f1000001', { status: 'off' });
    await client.until(() => client.devices.get('158d00f1000001')?.status === 'off');
  });

  it('hears what people do', async () => {
    await simulator.report(second, '158d00f1000002', { channel_0: 'off' });
    await client.until(() => client.reports.some(({ sid, channel_0: value }) => sid === '158d00f1000002' && value === 'off'));
  });
});
