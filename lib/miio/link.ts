/**
 * The way to one device: where it is, whether it answers hello, and what its clock shows. Greets before a request where that is needed
 * (miio-lan.md §2), and looks for a device that has moved. Knows nothing of requests.
 */

import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { Log } from '../home/log';
import { ClockOffset } from './clock-offset';
import { likelyDid, plainDid } from './did';
import { type Endpoint, endpointText, isSameEndpoint } from './endpoint';
import type { MiioNetwork } from './network';
import { HELLO, type PacketHeader, readHelloReply } from './packet';
import { notFound, offline } from './sentences';
import type { MiioTarget } from './types';
import type { Wait, Waits } from './waits';
import { Whereabouts } from './whereabouts';

export interface LinkOptions {
  readonly clock: Clock;
  readonly log: Log;
  readonly network: MiioNetwork;
  readonly waits: Waits;
  /** Looks for a did in the whole network; gives its host, or undefined. */
  readonly find: ((did: string) => Promise<string | undefined>) | undefined;
  /** A packet of the device that is no answer to hello. */
  readonly onPacket: (bytes: Buffer) => void;
  /** It answered hello, or answers no more. */
  readonly onReached: (isReached: boolean) => void;
}

const HELLO_TRIES = 3;
const HELLO_MS = 1_500;
/** A stamp older than this is asked for again: some devices drift, some forget whom they spoke with (miio-lan.md §2). */
const FRESH_MS = 60_000;

export class Link {
  readonly #options: LinkOptions;
  readonly #offset: ClockOffset;
  #target: MiioTarget;
  /** As told, or as learned from a hello where it was not. */
  #did: string;
  #endpoint: Endpoint | undefined;
  #heardAt: Endpoint | undefined;
  #stopListening: (() => void) | undefined;
  #mustGreet = true;
  #generation = -1;
  #epoch = 0;
  #greeting: Promise<void> | undefined;
  #helloReply: Wait<true> | undefined;
  #stranger = '';
  #restarts = 0;
  readonly #whereabouts: Whereabouts;

  constructor(options: LinkOptions, target: MiioTarget) {
    this.#options = options;
    this.#offset = new ClockOffset(options.clock);
    this.#whereabouts = new Whereabouts(options);
    this.#target = target;
    this.#did = plainDid(target.did);
  }

  get did(): string {
    return this.#did;
  }

  /** Where it was last heard from. */
  get endpoint(): Endpoint | undefined {
    return this.#heardAt;
  }

  /** Seconds of the device's clock; only after `ready`. */
  get stamp(): number {
    return this.#offset.stamp ?? 0;
  }

  /** How often it began anew: it has forgotten then what it has carried out. */
  get restarts(): number {
    return this.#restarts;
  }

  configure(target: MiioTarget): void {
    const { host, did, token } = this.#target;
    // Whichever device is there: with another token it may be another one.
    const isElsewhere = target.host !== host || target.did !== did || (did === '' && target.token !== token);
    this.#target = target;
    if (!isElsewhere) return;
    this.#epoch++;
    // The one under way is for where it was; it ends by itself.
    this.#greeting = undefined;
    this.#did = plainDid(target.did);
    this.#endpoint = undefined;
    this.#heardAt = undefined;
    this.#whereabouts.forget();
    this.#offset.forget();
    this.#mustGreet = true;
    this.#stop();
    this.#helloReply?.end(undefined);
  }

  /** Something went unanswered: what we know of its clock may be wrong. */
  distrust(): void {
    this.#mustGreet = true;
  }

  /** A packet made with its token carries its clock. */
  heard(stamp: number): void {
    if (this.#offset.observe(stamp) !== 'restarted') return;
    this.#mustGreet = true;
    this.#restarted();
  }

  /** Resolves when the device can be spoken to. Rejects with `DEVICE_OFFLINE` or `SOCKET`. Whoever asks meanwhile shares the hello. */
  async ready(): Promise<void> {
    for (;;) {
      if (!this.#isStale()) return;
      const epoch = this.#epoch;
      this.#greeting ??= this.#greet();
      const greeting = this.#greeting;
      try {
        await greeting;
        if (epoch === this.#epoch) return;
      } catch (error) {
        // It was told another address meanwhile: that one counts.
        if (epoch === this.#epoch || this.#options.waits.isClosed) throw error;
      } finally {
        if (this.#greeting === greeting) this.#greeting = undefined;
      }
    }
  }

  /** Rejects with `SOCKET`. */
  async send(bytes: Uint8Array): Promise<void> {
    const endpoint = this.#endpoint;
    if (endpoint === undefined) throw offline(this.#target, undefined, '');
    await this.#options.network.sendTo(endpoint.address, endpoint.port, bytes);
  }

  close(): void {
    this.#stop();
  }

  #isStale(): boolean {
    if (this.#endpoint === undefined || this.#mustGreet) return true;
    return this.#offset.ageMs > FRESH_MS || this.#generation !== this.#options.network.generation;
  }

  async #greet(): Promise<void> {
    this.#stranger = '';
    const tried: Endpoint[] = [];
    let refused: LumiotError | undefined;
    const epoch = this.#epoch;
    const { host } = this.#target;
    const places = [
      async () => this.#endpoint,
      () => this.#whereabouts.configured(host),
      () => this.#whereabouts.found(this.#did, this.#name()),
    ];
    for (const place of places) {
      const endpoint = await place();
      if (this.#epoch !== epoch) return;
      if (endpoint === undefined || tried.some((other) => isSameEndpoint(other, endpoint))) continue;
      tried.push(endpoint);
      try {
        if ((await this.#helloAt(endpoint)) || this.#epoch !== epoch) return;
        refused = undefined;
      } catch (error) {
        if (!(error instanceof LumiotError) || error.code !== 'SOCKET') throw error;
        refused = error;
      }
    }
    // It may have moved: the next time it is looked for where it should be, not where it was.
    this.#stop();
    this.#endpoint = undefined;
    this.#options.onReached(false);
    if (refused !== undefined) throw refused;
    throw tried.length === 0 ? notFound(this.#target, this.#target.host) : offline(this.#target, tried[0], this.#stranger);
  }

  /** True when the device answered there. Rejects with `SOCKET` where not even the last hello could be sent. */
  async #helloAt(endpoint: Endpoint): Promise<boolean> {
    const { network, waits } = this.#options;
    waits.throwIfClosed();
    const epoch = this.#epoch;
    this.#listen(endpoint);
    let refused: unknown;
    for (let tries = 0; tries < HELLO_TRIES; tries++) {
      const reply = waits.begin<true>(HELLO_MS);
      this.#helloReply = reply;
      refused = undefined;
      network.sendTo(endpoint.address, endpoint.port, HELLO).catch((error: unknown) => {
        refused = error;
      });
      const isAnswered = await reply.ended;
      if (this.#helloReply === reply) this.#helloReply = undefined;
      if (isAnswered) return true;
      if (this.#epoch !== epoch) return false;
    }
    if (refused !== undefined) throw refused;
    return false;
  }

  #listen(endpoint: Endpoint): void {
    if (this.#stopListening !== undefined && isSameEndpoint(this.#endpoint, endpoint)) return;
    this.#stop();
    this.#endpoint = endpoint;
    this.#stopListening = this.#options.network.listen(endpoint, {
      did: this.#did,
      packet: (bytes, header) => this.#take(bytes, header),
      stranger: (did) => {
        this.#stranger = did;
      },
    });
  }

  #stop(): void {
    this.#stopListening?.();
    this.#stopListening = undefined;
  }

  #take(bytes: Buffer, header: PacketHeader): void {
    const hello = readHelloReply(bytes);
    if (!hello.ok) {
      this.#options.onPacket(bytes);
      return;
    }
    // Nobody asked: it may be old, or of somebody who wants our clock to be wrong.
    const reply = this.#helloReply;
    if (reply === undefined) return;
    this.#helloReply = undefined;
    if (this.#did === '') this.#learnDid(header);
    if (this.#offset.set(header.stamp) === 'restarted') this.#restarted();
    this.#mustGreet = false;
    this.#heardAt = this.#endpoint;
    this.#generation = this.#options.network.generation;
    this.#options.onReached(true);
    reply.end(true);
  }

  #restarted(): void {
    this.#restarts++;
    this.#options.log.info(`${this.#name()} has restarted.`);
  }

  #learnDid(header: PacketHeader): void {
    const endpoint = this.#endpoint;
    this.#did = likelyDid(header);
    this.#stop();
    if (endpoint !== undefined) this.#listen(endpoint);
  }

  #name(): string {
    const { label } = this.#target;
    const where = this.#endpoint === undefined ? '' : ` at ${endpointText(this.#endpoint)}`;
    return label !== '' ? label : `Device ${this.#did}${where}`;
  }
}
