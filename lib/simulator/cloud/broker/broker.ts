/** The pretend cloud's MQTT broker: who may connect with which token, who hears what, and when a token ends a session (miot-cloud.md §3). */

import { createServer, type Server, type Socket } from 'node:net';
import { createServer as createSecureServer } from 'node:tls';
import type { Clock } from '../../../home/clock';
import { Timers } from '../../timers';
import type { Grants } from '../grants';
import { connectionsOf, listen } from '../listen';
import { Connection, type ConnectionOwner, type Login } from './connection';
import { type Reason, reasons } from './reasons';
import { type Message, Subscriber } from './subscriber';
import { type Belongings, isAllowed, isStateWildcard, isWellFormed } from './topics';

// `setTimeout` cannot wait longer; a token may live longer.
const MAX_WAIT_MS = 2_000_000_000;

export interface BrokerOptions {
  readonly port: number;
  readonly clientId: string;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly grants: Grants;
  readonly belongings: Belongings;
  readonly refusesStateWildcard: () => boolean;
  /** The time of tokens. */
  readonly clock: Clock;
  /** The time of real sockets: keepalive. */
  readonly socketClock: Clock;
  readonly log: (line: string) => void;
}

export class Broker implements ConnectionOwner {
  private readonly options: BrokerOptions;
  private readonly timers: Timers;
  private readonly connections = new Set<Connection>();
  /** By client id: what a client that is away left behind. */
  private readonly kept = new Map<string, { readonly subscriber: Subscriber; readonly endsAt: number }>();
  private server: { readonly server: Server; close(): Promise<void> } | undefined;
  private stopExpiry: () => void = () => {};
  private usedPort: number;

  constructor(options: BrokerOptions) {
    this.options = options;
    this.timers = new Timers(options.clock);
    this.usedPort = options.port;
  }

  get port(): number {
    return this.usedPort;
  }

  get sessions(): number {
    return this.live().length;
  }

  filters(): string[] {
    return this.live().flatMap(({ subscriber }) => [...subscriber.filters.keys()]);
  }

  /** Listens, on the port of the last time where there was one. */
  async open(): Promise<void> {
    if (this.server !== undefined) return;
    const { tls, socketClock, log } = this.options;
    const accept = (socket: Socket): void => {
      this.connections.add(new Connection(socket, this, socketClock));
    };
    const server = tls === undefined ? createServer(accept) : createSecureServer(tls, accept);
    server.on('tlsClientError', () => {});
    this.server = { server, ...connectionsOf(server) };
    try {
      this.usedPort = await listen(server, this.usedPort, 'cloud.mqttPort', log);
    } catch (error) {
      this.server = undefined;
      throw error;
    }
  }

  /** As when the machine of the broker goes down: connections break without a word. */
  async stop(): Promise<void> {
    const { server } = this;
    this.server = undefined;
    this.kept.clear();
    await server?.close();
  }

  async close(): Promise<void> {
    this.timers.close();
    await this.stop();
  }

  publish(message: Message): void {
    for (const connection of this.live()) connection.subscriber.offer(message);
    for (const { subscriber } of this.kept.values()) subscriber.offer(message);
  }

  /** Ends every session; the broker stays. */
  kick(): void {
    for (const connection of this.live()) connection.end(reasons.administrative);
  }

  /** Ends the sessions whose token is worth nothing any more, and looks again when the next one expires. */
  expire(): void {
    this.stopExpiry();
    let next = Number.POSITIVE_INFINITY;
    for (const connection of this.live()) {
      const grant = this.options.grants.check(connection.login?.password ?? '');
      if (grant === undefined) connection.end(reasons.notAuthorized);
      else next = Math.min(next, grant.remainingMs);
    }
    if (next < Number.POSITIVE_INFINITY) this.stopExpiry = this.timers.after(Math.min(next, MAX_WAIT_MS), () => this.expire());
  }

  admit({ clientId, username, password }: Login): Reason {
    if (clientId === '') return reasons.badClientId;
    if (username !== this.options.clientId || password === '') return reasons.badPassword;
    const grant = this.options.grants.check(password);
    if (grant === undefined) return reasons.badPassword;
    return grant.deviceId === clientId ? reasons.success : reasons.notAuthorized;
  }

  /** The state of a client that begins: a kept one where there is one and it is wanted. Whoever else uses the client id is taken over. */
  begin(connection: Connection, wantsKept: boolean): { readonly subscriber: Subscriber; readonly isKept: boolean } {
    const clientId = connection.login?.clientId ?? '';
    for (const other of this.live()) if (other !== connection && other.login?.clientId === clientId) other.end(reasons.takenOver);
    const kept = this.kept.get(clientId);
    this.kept.delete(clientId);
    this.expire();
    if (!wantsKept || kept === undefined || kept.endsAt <= this.options.clock.monotonic())
      return { subscriber: new Subscriber(), isKept: false };
    return { subscriber: kept.subscriber, isKept: true };
  }

  mayUse(filter: string): Reason {
    if (filter.startsWith('$share/')) return reasons.noSharedSubscriptions;
    if (!isWellFormed(filter)) return reasons.badFilter;
    if (!isAllowed(filter, this.options.belongings)) return reasons.notAuthorized;
    return isStateWildcard(filter) && this.options.refusesStateWildcard() ? reasons.notAuthorized : reasons.success;
  }

  closed(connection: Connection, keepForS: number): void {
    this.connections.delete(connection);
    const clientId = connection.login?.clientId;
    if (clientId === undefined || keepForS === 0 || this.server === undefined) return;
    this.kept.set(clientId, { subscriber: connection.subscriber, endsAt: this.options.clock.monotonic() + keepForS * 1000 });
  }

  private live(): Connection[] {
    return [...this.connections].filter(({ login }) => login !== undefined);
  }
}
