/** Finds one gateway on the network: by sid, or the only one there is. Asks again every minute until it is found. */

import { isIPv4 } from 'node:net';
import type { Timer } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { Found } from './found';
import type { Lan } from './lan';

export interface SearchOptions {
  readonly lan: Lan;
  /** '' = the only gateway that answers. */
  readonly sid: string;
  /** '' = by multicast. */
  readonly host: string;
  readonly interface: string;
  /** How often whois is sent in one round. */
  readonly retries: number;
  /** A round found nothing, or too much; the search goes on. */
  readonly onProblem: (error: LumiotError) => void;
}

/** How long answers to one whois are awaited. */
const WINDOW_MS = 700;
const PAUSE_MS = 60_000;
/** A flood of `iam` must not fill the memory. */
const MOST_FOUND = 64;

export class Search {
  readonly #options: SearchOptions;
  readonly #found = new Map<string, Found>();
  /** Who showed itself in the rounds before: no news, and no reason to begin another at once. */
  readonly #known = new Set<string>();
  #timer: Timer | undefined;
  #wake: (() => void) | undefined;
  #isOver = false;
  #isPausing = false;

  constructor(options: SearchOptions) {
    this.#options = options;
  }

  /** Resolves with the gateway; undefined when cancelled. Never rejects: what is wrong goes to `onProblem`. */
  async run(): Promise<Found | undefined> {
    while (!this.#isOver) {
      const found = await this.#round();
      if (found !== undefined) return found;
      await this.#wait(PAUSE_MS);
    }
    return undefined;
  }

  /** Somebody showed itself. */
  offer(found: Found): void {
    const { sid } = this.#options;
    if (sid !== '' && found.sid !== sid) return;
    const known = this.#found.get(found.sid);
    if (known?.by === 'iam' && found.by === 'heartbeat') return;
    if (known === undefined && this.#found.size >= MOST_FOUND) return;
    this.#found.set(found.sid, found);
    // Without a sid the others must have their chance to answer too.
    if (sid !== '' || !this.#known.has(found.sid)) this.#wakeUp(sid !== '' && found.by === 'iam');
  }

  cancel(): void {
    this.#isOver = true;
    this.#wakeUp(true);
  }

  /** The next round begins at once: the network changed. */
  hurry(): void {
    this.#wakeUp(false);
  }

  #wakeUp(mayCutWindow: boolean): void {
    if (this.#isPausing || mayCutWindow) this.#wake?.();
  }

  async #round(): Promise<Found | undefined> {
    const { host, sid } = this.#options;
    const tries = Math.max(1, this.#options.retries);
    let refused: LumiotError | undefined;
    for (let attempt = 1; attempt <= tries; attempt++) {
      refused = await this.#ask(host);
      const answered = await this.#answered(attempt >= Math.min(2, tries));
      if (answered !== undefined || this.#isOver) return answered;
    }
    // A host that does not answer may have another address by now: ask everybody once.
    if (host !== '') {
      refused = (await this.#ask('')) ?? refused;
      const answered = await this.#answered(true);
      if (answered !== undefined || this.#isOver) return answered;
    }
    // Some gateways send heartbeats but never answer whois: good enough, their port is nearly always the same.
    if (sid !== '' && this.#found.has(sid)) return this.#found.get(sid);
    this.#options.onProblem(refused ?? this.#problem());
    if (this.#known.size < MOST_FOUND) for (const one of this.#found.keys()) this.#known.add(one);
    this.#found.clear();
    return undefined;
  }

  /** The gateway meant, once those who will answer have answered. */
  async #answered(isDecided: boolean): Promise<Found | undefined> {
    const { sid } = this.#options;
    for (const seen of this.#found.values()) if (seen.by === 'heartbeat') await this.#ask(seen.address);
    await this.#wait(WINDOW_MS, false);
    if (sid !== '') return this.#found.get(sid)?.by === 'iam' ? this.#found.get(sid) : undefined;
    const atHost = [...this.#found.values()].filter(({ address, by }) => address === this.#options.host && by === 'iam');
    if (isIPv4(this.#options.host) && atHost.length === 1) return atHost[0];
    return isDecided && this.#found.size === 1 ? [...this.#found.values()][0] : undefined;
  }

  #problem(): LumiotError {
    const { sid, host } = this.#options;
    if (this.#found.size > 1) {
      const list = [...this.#found.values()].map((one) => `${one.sid} (${one.model || 'gateway'}, ${one.address})`).join(', ');
      return new LumiotError(
        'NOT_CONFIGURED',
        `Several gateways answer: ${list}. Enter the sid of the one that is meant in the gateway's settings.`,
      );
    }
    const which = sid === '' ? 'No gateway' : `Gateway ${sid} has not`;
    const where = host === '' ? 'on the network' : `at ${host}`;
    return new LumiotError(
      'GATEWAY_NOT_FOUND',
      `${which} answered ${where}. Check that its LAN protocol is switched on, that it is in the same network as this host (Docker needs host networking), and that the interface is the right one; or enter its address as host.`,
      { gateway: sid || undefined },
    );
  }

  async #ask(host: string): Promise<LumiotError | undefined> {
    try {
      await this.#options.lan.whois(this.#options.interface, host);
      return undefined;
    } catch (error) {
      return error instanceof LumiotError ? error : new LumiotError('SOCKET', String(error), { cause: error });
    }
  }

  #wait(ms: number, isPause = true): Promise<void> {
    const { clock } = this.#options.lan.environment;
    return new Promise((resolve) => {
      if (this.#isOver) {
        resolve();
        return;
      }
      this.#isPausing = isPause;
      this.#wake = () => {
        clock.clearTimeout(this.#timer);
        this.#timer = undefined;
        this.#wake = undefined;
        resolve();
      };
      this.#timer = clock.setTimeout(() => this.#wake?.(), ms);
    });
  }
}
