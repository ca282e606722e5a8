/** One MQTT connection, 5 or 3.1.1: reads packets, answers them, and ends with a reason. Who may connect and subscribe is decided by its owner. */

import type { Socket } from 'node:net';
import { generate, type IConnectPacket, type ISubscribePacket, type Packet, parser } from 'mqtt-packet';
import type { Clock } from '../../../home/clock';
import { Timers } from '../../timers';
import { OLD_SUBACK_FAILURE, oldReturnCode, type Reason, reasons } from './reasons';
import { type Delivery, Subscriber } from './subscriber';

const CONNECT_WITHIN_MS = 10_000;
const MAX_PACKET_BYTES = 256 * 1024;
// MQTT 5 §3.1.2.10: silence of one and a half keepalive periods.
const KEEPALIVE_FACTOR = 1.5;

export interface Login {
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
}

export interface ConnectionOwner {
  /** Success, or why not. */
  admit(login: Login): Reason;
  /** The state of this client: a kept one where there is one and it is wanted; ends whoever else uses the client id. */
  begin(connection: Connection, wantsKept: boolean): { readonly subscriber: Subscriber; readonly isKept: boolean };
  mayUse(filter: string): Reason;
  /** The connection is over; `keepForS` > 0: its state shall be kept. */
  closed(connection: Connection, keepForS: number): void;
}

export class Connection {
  login: Login | undefined;
  subscriber = new Subscriber();
  private version: 4 | 5 = 5;
  private keepForS = 0;
  private isOver = false;
  private stopWatch: () => void = () => {};
  private keepaliveMs = 0;
  private readonly socket: Socket;
  private readonly owner: ConnectionOwner;
  private readonly timers: Timers;

  /** `clock` is the time in which real sockets live. */
  constructor(socket: Socket, owner: ConnectionOwner, clock: Clock) {
    this.socket = socket;
    this.owner = owner;
    this.timers = new Timers(clock);
    const packets = parser();
    packets.on('packet', (packet) => this.onPacket(packet));
    packets.on('error', () => this.end(reasons.malformed));
    socket.on('data', (bytes: Buffer) => {
      if (this.isOver) return;
      try {
        // What is left is the beginning of one packet: a length nobody sends to a broker that takes no messages.
        if (packets.parse(bytes) > MAX_PACKET_BYTES) this.end(reasons.tooLarge);
      } catch {
        // The parser reads past the end of some broken packets.
        this.end(reasons.malformed);
      }
    });
    socket.setNoDelay(true);
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.finish());
    this.stopWatch = this.timers.after(CONNECT_WITHIN_MS, () => this.end(reasons.protocolError));
  }

  /** Says why, as far as the protocol's version can, and closes. */
  end(reason: Reason): void {
    if (this.isOver) return;
    if (this.version === 5 && this.login !== undefined) this.write({ cmd: 'disconnect', reasonCode: reason });
    this.close();
  }

  private onPacket(packet: Packet): void {
    if (this.isOver) return;
    if (this.login === undefined) {
      if (packet.cmd === 'connect') this.onConnect(packet);
      else this.close();
      return;
    }
    this.watch();
    switch (packet.cmd) {
      case 'subscribe':
        this.onSubscribe(packet);
        return;
      case 'unsubscribe': {
        const granted = packet.unsubscriptions.map((filter) =>
          this.subscriber.filters.delete(filter) ? reasons.success : reasons.noSubscription,
        );
        this.write({ cmd: 'unsuback', ...numbered(packet), granted });
        return;
      }
      case 'puback':
        if (packet.messageId !== undefined) this.subscriber.acknowledge(packet.messageId);
        return;
      case 'pingreq':
        this.write({ cmd: 'pingresp' });
        return;
      case 'disconnect':
        this.keepForS = packet.properties?.sessionExpiryInterval ?? this.keepForS;
        this.close();
        return;
      case 'publish':
        // Nobody commands a device this way (miot-cloud.md §3): HTTP does.
        this.end(reasons.notAuthorized);
        return;
      default:
        this.end(reasons.protocolError);
    }
  }

  private onConnect(packet: IConnectPacket): void {
    const { protocolVersion, clientId, username = '', password, keepalive = 0, clean = true, properties } = packet;
    this.version = protocolVersion === 5 ? 5 : 4;
    const login = { clientId, username, password: password?.toString('utf8') ?? '' };
    const reason = protocolVersion === 3 ? reasons.unsupportedVersion : this.owner.admit(login);
    if (reason !== reasons.success) {
      this.write({ cmd: 'connack', sessionPresent: false, ...this.code(reason) });
      this.close();
      return;
    }
    this.login = login;
    this.keepForS = this.version === 5 ? (properties?.sessionExpiryInterval ?? 0) : clean ? 0 : Number.POSITIVE_INFINITY;
    const { subscriber, isKept } = this.owner.begin(this, !clean);
    this.subscriber = subscriber;
    // QoS 2 is granted as 1, and nothing is ever retained.
    const limits = { maximumQoS: 1, retainAvailable: false, sharedSubscriptionAvailable: false, subscriptionIdentifiersAvailable: false };
    this.write({
      cmd: 'connack',
      sessionPresent: isKept,
      ...this.code(reason),
      ...(this.version === 5 ? { properties: limits } : {}),
    });
    this.keepaliveMs = keepalive * 1000 * KEEPALIVE_FACTOR;
    this.watch();
    subscriber.attach((delivery) => this.publish(delivery), Math.max(1, properties?.receiveMaximum ?? 65_535));
  }

  private onSubscribe(packet: ISubscribePacket): void {
    const granted = packet.subscriptions.map(({ topic, qos }) => {
      const reason = this.owner.mayUse(topic);
      if (reason !== reasons.success) return this.version === 5 ? reason : OLD_SUBACK_FAILURE;
      const most = qos === 0 ? 0 : 1;
      this.subscriber.filters.set(topic, most);
      return most;
    });
    this.write({ cmd: 'suback', ...numbered(packet), granted });
  }

  private publish({ topic, payload, qos, messageId, dup }: Delivery): void {
    this.write({ cmd: 'publish', topic, payload, qos, dup, retain: false, ...numbered({ messageId }) });
  }

  private code(reason: Reason): { readonly reasonCode: number } | { readonly returnCode: number } {
    return this.version === 5 ? { reasonCode: reason } : { returnCode: oldReturnCode(reason) };
  }

  private write(packet: Packet): void {
    if (!this.isOver && this.socket.writable) this.socket.write(generate(packet, { protocolVersion: this.version }));
  }

  private watch(): void {
    this.stopWatch();
    if (this.keepaliveMs > 0) this.stopWatch = this.timers.after(this.keepaliveMs, () => this.end(reasons.keepAlive));
  }

  private close(): void {
    this.finish();
    this.socket.end();
    // A peer that does not read must not hold the connection.
    this.socket.destroySoon();
  }

  private finish(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.timers.close();
    this.subscriber.detach();
    this.owner.closed(this, this.keepForS);
  }
}

function numbered({ messageId }: { readonly messageId?: number | undefined }): { readonly messageId: number } | Record<never, never> {
  return messageId === undefined ? {} : { messageId };
}
