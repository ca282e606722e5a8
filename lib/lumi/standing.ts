/** Where a gateway stands, and who wants to know: the state of its connection, what stands between the user and full use, the listeners. */

import type { Clock } from '../home/clock';
import type { ErrorCode, LumiotError } from '../home/errors';
import type { Log } from './environment';

/** Where a gateway stands; one status for everybody is made from this. */
export type GatewayState =
  | { readonly phase: 'idle' }
  /** With the problem of the last round, once there was one. */
  | { readonly phase: 'searching'; readonly error?: LumiotError }
  | { readonly phase: 'connecting' }
  | { readonly phase: 'online' }
  | { readonly phase: 'offline'; readonly error: LumiotError }
  | { readonly phase: 'failed'; readonly error: LumiotError };

export type GatewayListener = (state: GatewayState) => void;

/** How long a command given at the start waits for the gateway to be found. */
const PATIENCE_MS = 5_000;

export class Standing {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<GatewayListener>();
  readonly #problems = new Map<ErrorCode, LumiotError>();
  #state: GatewayState = { phase: 'idle' };
  /** The problem the log was told of last. */
  #warned: ErrorCode | undefined;
  #isClosed = false;

  constructor(clock: Clock, log: Log) {
    this.#clock = clock;
    this.#log = log;
  }

  get state(): GatewayState {
    return this.#state;
  }

  get problems(): ReadonlyMap<ErrorCode, LumiotError> {
    return this.#problems;
  }

  /** Hears every change of state or problem, and the present one at once. Returns the way to stop. */
  watch(listener: GatewayListener): () => void {
    this.#listeners.add(listener);
    this.#call(listener);
    return () => this.#listeners.delete(listener);
  }

  enter(state: GatewayState): void {
    if (this.#isClosed) return;
    const error = errorOf(state);
    this.#state = state;
    // One line per problem: a search that fails again and again says so once.
    if (error !== undefined && error.code !== this.#warned) {
      this.#warned = error.code;
      this.#log.warn(error.message);
    }
    if (state.phase === 'online') this.#warned = undefined;
    this.#tell();
  }

  problem(error: LumiotError): void {
    const isNews = this.#problems.get(error.code)?.message !== error.message;
    this.#problems.set(error.code, error);
    if (isNews) this.#tell();
  }

  solved(code: ErrorCode): void {
    if (this.#problems.delete(code)) this.#tell();
  }

  /** Resolves when it is decided whether the gateway can be used, or after a few seconds. */
  settled(): Promise<void> {
    if (this.#isClosed || isSettled(this.#state)) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#clock.clearTimeout(timer);
        this.#listeners.delete(look);
        resolve();
      };
      const look: GatewayListener = (state) => {
        if (this.#isClosed || isSettled(state)) finish();
      };
      const timer = this.#clock.setTimeout(finish, PATIENCE_MS);
      this.#listeners.add(look);
    });
  }

  /** The last word: idle. Listeners are not told, only those who wait for a decision. */
  close(): void {
    this.#isClosed = true;
    this.#state = { phase: 'idle' };
    this.#tell();
    this.#listeners.clear();
  }

  #tell(): void {
    for (const listener of [...this.#listeners]) this.#call(listener);
  }

  #call(listener: GatewayListener): void {
    try {
      listener(this.#state);
    } catch (error) {
      this.#log.error(`A node failed on the state of its gateway: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

function isSettled(state: GatewayState): boolean {
  return state.phase === 'online' || errorOf(state) !== undefined;
}

function errorOf(state: GatewayState): LumiotError | undefined {
  return 'error' in state ? state.error : undefined;
}
