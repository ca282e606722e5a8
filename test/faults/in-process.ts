/** A home without a network: gateways answer and speak through sockets that only exist in this process. For days that pass in seconds. */

import type { Socket } from 'node:dgram';
import { EventEmitter } from 'node:events';
import type { LanEnvironment } from '../../lib/lumi';
import { decryptWriteKey } from '../../lib/simulator/tokens';
import * as wire from '../../lib/simulator/wire';

const WHOIS_PORT = 4321;
const EVENT_PORT = 9898;
const OWN_ADDRESS = '10.0.1.1';

interface Speaker {
  readonly sid: string;
  readonly model: string;
  readonly shortId: number;
}

export interface InProcessGateway {
  readonly sid: string;
  readonly key: string;
  readonly address: string;
  readonly devices: readonly Speaker[];
}

/** As much of a socket as the package uses. */
class InProcessSocket extends EventEmitter {
  port = 0;
  readonly #home: InProcessHome;

  constructor(home: InProcessHome) {
    super();
    this.#home = home;
  }

  bind({ port }: { port: number }, done: () => void): this {
    this.port = port;
    setImmediate(done);
    return this;
  }

  send(bytes: Buffer, port: number, address: string, done: (error: Error | null) => void): void {
    setImmediate(() => {
      this.#home.take(this, bytes, port, address);
      done(null);
    });
  }

  close(done?: () => void): this {
    this.#home.sockets.delete(this);
    setImmediate(() => {
      done?.();
      this.emit('close');
    });
    return this;
  }

  unref(): this {
    return this;
  }

  addMembership(): void {}
  dropMembership(): void {}
  setMulticastInterface(): void {}
  setMulticastTTL(): void {}
}

/** Gateways of the older dialect; `lamp` devices take `status`. */
export class InProcessHome {
  readonly sockets = new Set<InProcessSocket>();
  readonly #gateways: readonly InProcessGateway[];
  readonly #state = new Map<string, wire.Fields>();
  #token = 1_000_000_000_000_000;

  constructor(gateways: readonly InProcessGateway[]) {
    this.#gateways = gateways;
  }

  get environment(): Pick<LanEnvironment, 'createSocket' | 'networkInterfaces' | 'whoisPort' | 'eventPort'> {
    const address = { address: OWN_ADDRESS, netmask: '255.255.0.0', family: 'IPv4', mac: '00:00:00:00:00:00', internal: false } as const;
    return {
      whoisPort: WHOIS_PORT,
      eventPort: EVENT_PORT,
      networkInterfaces: () => ({ lan0: [{ ...address, cidr: `${OWN_ADDRESS}/16` }] }),
      createSocket: () => {
        const socket = new InProcessSocket(this);
        this.sockets.add(socket);
        // The rest of a socket is never touched.
        return socket as unknown as Socket;
      },
    };
  }

  state(sid: string): wire.Fields {
    return this.#state.get(sid) ?? {};
  }

  report(gateway: InProcessGateway, device: Speaker, fields: wire.Fields): void {
    this.#state.set(device.sid, { ...this.state(device.sid), ...fields });
    this.#multicast(gateway, wire.report(1, device, fields));
  }

  deviceHeartbeat(gateway: InProcessGateway, device: Speaker): void {
    this.#multicast(gateway, wire.deviceHeartbeat(1, device, this.state(device.sid)));
  }

  /** With a new token each time, as real ones do. */
  heartbeat(gateway: InProcessGateway): void {
    this.#token++;
    this.#multicast(gateway, wire.gatewayHeartbeat(1, own(gateway), String(this.#token), gateway.address));
  }

  take(from: InProcessSocket, bytes: Buffer, port: number, address: string): void {
    for (const gateway of this.#gateways) {
      if (port === WHOIS_PORT && (address === gateway.address || address === '224.0.0.50')) {
        const identity = { sid: gateway.sid, model: 'gateway', address: gateway.address, port: EVENT_PORT, version: '1.1.2' };
        this.#answer(gateway, from, wire.iam(1, identity));
      } else if (address === gateway.address) {
        const text = this.#answerTo(gateway, bytes);
        if (text !== undefined) this.#answer(gateway, from, text);
      }
    }
  }

  #answerTo(gateway: InProcessGateway, bytes: Buffer): string | undefined {
    const request = wire.parseRequest(1, bytes);
    if (request.kind === 'list') return wire.listAnswer(1, gateway.sid, String(this.#token), [...gateway.devices]);
    if (request.kind !== 'read' && request.kind !== 'write') return undefined;
    const device = [own(gateway), ...gateway.devices].find(({ sid }) => sid === request.sid);
    if (device === undefined) return wire.refusal(1, request.kind, request.sid, 'No device');
    if (request.kind === 'read') return wire.answer(1, 'read', device, this.state(device.sid));
    // Tokens of this home are numbers that only grow: any of them is good.
    if (!/^\d{16}$/.test(decryptWriteKey(gateway.key, request.key ?? '') ?? ''))
      return wire.refusal(1, 'write', request.sid, 'Invalid key');
    const before = this.state(device.sid);
    setImmediate(() => this.report(gateway, device, request.fields));
    return wire.answer(1, 'write', device, before);
  }

  #answer(gateway: InProcessGateway, to: InProcessSocket, text: string): void {
    if (this.sockets.has(to)) to.emit('message', Buffer.from(text), { address: gateway.address, port: EVENT_PORT });
  }

  #multicast(gateway: InProcessGateway, text: string): void {
    for (const socket of this.sockets) {
      if (socket.port === EVENT_PORT) socket.emit('message', Buffer.from(text), { address: gateway.address, port: WHOIS_PORT });
    }
  }
}

function own({ sid }: InProcessGateway): Speaker {
  return { sid, model: 'gateway', shortId: 0 };
}
