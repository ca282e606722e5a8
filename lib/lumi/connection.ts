/**
 * The life of the connection to one gateway: search, connect, notice that it is gone, find it again. The only place that moves the
 * state. Commands are in gateway.ts, requests in link.ts, everything that happens by the clock in upkeep.ts.
 */

import type { Timer } from '../home/clock';
import { LumiotError, toLumiotError } from '../home/errors';
import { Claims } from './claims';
import type { DeviceRecord } from './device-record';
import type { Found } from './found';
import type { Frame } from './frame';
import type { Inventory } from './inventory';
import type { Lan, Member } from './lan';
import type { Link } from './link';
import { portClosedText } from './link-errors';
import { Search } from './search';
import type { GatewaySettings } from './settings';
import type { Standing } from './standing';

export interface ConnectionOptions {
  readonly lan: Lan;
  /** The gateway as the network knows it. */
  readonly member: Member;
  readonly link: Link;
  readonly inventory: Inventory;
  readonly standing: Standing;
  readonly settings: () => GatewaySettings;
  /** For texts: "34ce00fb61a9 (Hall)". */
  readonly describe: () => string;
  /** The gateway is known now. */
  readonly onIdentified: () => void;
  readonly onRead: (frame: Frame) => void;
}

/** A question or its answer may get lost: it is asked three times, as long as nobody answers. */
const LOCATE = { everyMs: 350, times: 3 } as const;
const RETRY_AFTER_FAILURE_MS = 30_000;
const RELIST_GAP_MS = 5_000;
/** How often a liar is mentioned in the log. */
const COMPLAIN_EVERY_MS = 60_000;

export class Connection {
  readonly #options: ConnectionOptions;
  /** Devices about to be read. */
  readonly #toRead = new Set<DeviceRecord>();
  readonly #claims: Claims;
  #complainedAt = Number.NEGATIVE_INFINITY;
  #search: Search | undefined;
  #endPause: (() => void) | undefined;
  #locating: Promise<boolean> | undefined;
  #located: (() => void) | undefined;
  #relisting: Promise<void> | undefined;
  #relistedAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<void> | undefined;
  #isClosed = false;

  constructor(options: ConnectionOptions) {
    this.#options = options;
    this.#claims = new Claims(options.lan.environment.clock, {
      ask: () => this.#askWhereItWas(),
      follow: (found) => {
        this.#follow(found);
        options.lan.settled(found.address);
      },
      refuse: (found) => this.#refuse(found),
    });
  }

  /** Searches and connects, again and again; resolves when the gateway is online for the first time, or closed. */
  async run(): Promise<void> {
    const { lan, standing, settings } = this.#options;
    while (!this.#isClosed) {
      const { sid, host, interface: localAddress, discoveryRetries } = settings();
      standing.enter({ phase: 'searching' });
      this.#search = new Search({
        lan,
        sid,
        host,
        interface: localAddress,
        retries: discoveryRetries,
        onProblem: (error) => standing.enter({ phase: 'searching', error }),
      });
      const found = await this.#search.run();
      this.#search = undefined;
      if (found === undefined || (await this.#connect(found))) return;
      await this.#pause(RETRY_AFTER_FAILURE_MS);
    }
  }

  close(): void {
    this.#isClosed = true;
    this.#claims.close();
    this.#search?.cancel();
    this.#endPause?.();
    this.#located?.();
  }

  /** Somebody showed itself: perhaps the gateway searched for, or this one at a new address. */
  found(found: Found): void {
    this.#search?.offer(found);
    const { standing, link } = this.#options;
    const { peer } = link;
    // Its own heartbeat from another address is checked like any other report; see Lan.
    if (peer === undefined || found.sid !== peer.sid || found.by === 'heartbeat') return;
    if (found.address === peer.address) this.#claims.answered();
    if (found.address === peer.address || standing.state.phase !== 'online') this.#follow(found);
    else this.#claims.hear(found);
  }

  #follow(found: Found): void {
    const { link, lan, describe } = this.#options;
    const { peer } = link;
    if (this.#isClosed || peer === undefined) return;
    if (found.address !== peer.address || found.port !== peer.port)
      lan.environment.log.info(`Gateway ${describe()} is at ${found.address}:${found.port} now.`);
    link.reach({ ...found, dialect: found.dialect ?? link.dialect });
    this.#located?.();
  }

  #askWhereItWas(): void {
    const { lan, link, settings } = this.#options;
    lan.whois(settings().interface, link.peer?.address ?? '').catch((error: unknown) => this.#warn(error));
  }

  #refuse({ address }: Found): void {
    const { lan, link, describe } = this.#options;
    const now = lan.environment.clock.monotonic();
    if (now - this.#complainedAt < COMPLAIN_EVERY_MS) return;
    this.#complainedAt = now;
    lan.environment.log.warn(
      `Somebody at ${address} says to be gateway ${describe()}, which still answers at ${link.peer?.address}. It was not believed; find out who that is.`,
    );
  }

  /** It speaks: if it was lost, it is back, and what happened meanwhile is read. */
  heard(): void {
    if (this.#options.standing.state.phase !== 'offline') return;
    this.#online();
    this.#list('all').catch((error: unknown) => this.#warn(error));
  }

  networkChanged(): void {
    const { lan, standing } = this.#options;
    const { error } = lan.sockets;
    if (error === undefined) standing.solved('SOCKET');
    else standing.problem(error);
    this.#search?.hurry();
  }

  /** Asks for the list, unless it was just asked for. Never rejects. */
  relist(): Promise<void> {
    if (this.#relisting !== undefined) return this.#relisting;
    const { lan, link } = this.#options;
    const now = lan.environment.clock.monotonic();
    if (now - this.#relistedAt < RELIST_GAP_MS || link.peer === undefined) return Promise.resolve();
    this.#relistedAt = now;
    this.#relisting = this.#list('new')
      .catch((error: unknown) => this.#warn(error))
      .finally(() => {
        this.#relisting = undefined;
      });
    return this.#relisting;
  }

  /** A silent gateway is asked directly. Resolves when it is clear whether it is there. */
  async probe(): Promise<void> {
    const { standing } = this.#options;
    const wasOnline = standing.state.phase === 'online';
    try {
      await this.#list(wasOnline ? 'new' : 'all').catch(async (error: unknown) => {
        // It may only have moved.
        if (!(await this.locate())) throw error;
        await this.#list('all').catch((again: unknown) => {
          throw this.#portClosed(again);
        });
      });
      if (!wasOnline) this.#online();
    } catch (error) {
      standing.enter({ phase: 'offline', error: this.#lost(error) });
    }
  }

  /** Asks where the gateway is now; true when it answered. */
  locate(): Promise<boolean> {
    this.#locating ??= this.#locate().finally(() => {
      this.#locating = undefined;
    });
    return this.#locating;
  }

  /** Reads devices one after the other; resolves when all of them were asked. One that does not answer is no reason to stop, and is told. */
  readEach(devices: Iterable<DeviceRecord>): Promise<void> {
    for (const device of devices) this.#toRead.add(device);
    if (this.#toRead.size > 0) this.#reading ??= this.#readAll();
    return this.#reading ?? Promise.resolve();
  }

  async #readAll(): Promise<void> {
    for (const device of this.#toRead) {
      this.#toRead.delete(device);
      try {
        this.#options.onRead(await this.#options.link.read(device.wireSid));
      } catch (error) {
        if (this.#isClosed) break;
        this.#options.lan.environment.log.info(`${device.name} could not be read: ${toLumiotError(error, 'TIMEOUT').message}`);
      }
    }
    this.#reading = undefined;
  }

  /** True when the gateway listed its devices. */
  async #connect(found: Found): Promise<boolean> {
    const { lan, member, link, inventory, standing } = this.#options;
    if (this.#isClosed) return false;
    standing.enter({ phase: 'connecting' });
    link.reach(found);
    this.#options.onIdentified();
    lan.claim(found.sid, member);
    inventory.ensure(found.sid, found.wireSid, found.model);
    try {
      await this.#list('all');
    } catch (error) {
      standing.enter({ phase: 'failed', error: found.by === 'iam' ? this.#portClosed(error) : toLumiotError(error, 'TIMEOUT') });
      return false;
    }
    this.#online();
    return true;
  }

  #online(): void {
    const { lan, link, standing, describe } = this.#options;
    if (this.#isClosed || standing.state.phase === 'online') return;
    lan.environment.log.info(`Gateway ${describe()} is online at ${link.peer?.address}:${link.peer?.port}.`);
    standing.enter({ phase: 'online' });
  }

  /** What a gateway that answers whois lacks when nothing came from its port. */
  #portClosed(error: unknown): LumiotError {
    const { link, describe } = this.#options;
    const reason = toLumiotError(error, 'TIMEOUT', { gateway: link.peer?.sid });
    if (reason.code !== 'TIMEOUT') return reason;
    return new LumiotError('PORT_CLOSED', portClosedText(describe(), link.peer?.port ?? 0), { gateway: link.peer?.sid, cause: error });
  }

  #lost(error: unknown): LumiotError {
    if (error instanceof LumiotError && error.code === 'PORT_CLOSED') return error;
    const text = `Gateway ${this.#options.describe()} is silent: neither its heartbeats nor its answers arrive. Check that it has power and is on the network.`;
    return new LumiotError('GATEWAY_OFFLINE', text, { gateway: this.#options.link.peer?.sid, cause: error });
  }

  /** Asks for the list, then reads: every device, or only the new ones. Resolves after the list. */
  async #list(which: 'all' | 'new'): Promise<void> {
    const { link, inventory } = this.#options;
    const list = await link.list();
    if (this.#isClosed) return;
    const added = inventory.takeList(list, link.peer?.sid ?? '');
    void this.readEach(which === 'all' ? [...inventory.devices] : added);
  }

  #locate(): Promise<boolean> {
    const { lan, link, settings } = this.#options;
    const { interface: localAddress, host } = settings();
    const { clock } = lan.environment;
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const settle = (isThere: boolean): void => {
        clock.clearTimeout(timer);
        this.#located = undefined;
        resolve(isThere);
      };
      const ask = (times: number): void => {
        // Who answered from elsewhere is believed a moment later.
        if (times <= 0 && !this.#claims.isPending) {
          settle(false);
          return;
        }
        timer = clock.setTimeout(() => ask(times - 1), LOCATE.everyMs);
        if (times <= 0) return;
        // Where it was, where it should be, and everybody.
        for (const target of new Set([link.peer?.address ?? '', host, '']))
          lan.whois(localAddress, target).catch((error: unknown) => this.#warn(error));
      };
      this.#located = () => settle(!this.#isClosed);
      ask(LOCATE.times);
    });
  }

  #pause(ms: number): Promise<void> {
    const { clock } = this.#options.lan.environment;
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = clock.setTimeout(() => this.#endPause?.(), ms);
      this.#endPause = () => {
        clock.clearTimeout(timer);
        this.#endPause = undefined;
        resolve();
      };
    });
  }

  #warn(error: unknown): void {
    if (!this.#isClosed) this.#options.lan.environment.log.warn(toLumiotError(error, 'TIMEOUT').message);
  }
}
