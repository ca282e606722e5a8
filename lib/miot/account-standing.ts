/** How an account stands, in one place: sign-in, push and trouble become one state for watchers and one word for flows. */

import type { Clock } from '../home/clock';
import type { LumiotError } from '../home/errors';
import type { AccountState, AccountWord } from './account-types';
import type { SessionView } from './tokens';

export interface StandingOptions {
  readonly clock: Clock;
  readonly session: () => SessionView;
  readonly push: () => AccountState['push'];
  readonly local?: () => AccountState['local'];
  /** Somebody wants the cloud: else nobody is told to sign in. */
  readonly wantsCloud?: () => boolean;
  readonly onWord: (word: AccountWord, error: LumiotError | undefined) => void;
}

const nowhere = (): AccountState['local'] => ({ devices: 0, reachable: 0 });
const always = (): boolean => true;

type Watcher = (state: AccountState) => void;

/** One way of asking the cloud, and how that went. */
interface Way {
  error: LumiotError | undefined;
  /** Of the failures in a row: when the first one was. */
  failingSince: number;
  workedAt: number;
}

/** While one way works, the other one's failures do not mean that the cloud cannot be reached. Longer than the pause between two polls. */
const PROOF_MS = 600_000;
/** A proof this old is worth being renewed. */
const OLD_PROOF_MS = PROOF_MS / 2;

export class AccountStanding {
  readonly #options: StandingOptions;
  readonly #watchers = new Set<Watcher>();
  readonly #list = untried();
  readonly #requests = untried();
  #trouble: LumiotError | undefined;
  #word: AccountWord | undefined;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  get state(): AccountState {
    const session = this.#options.session();
    const { push, local = nowhere, wantsCloud = always } = this.#options;
    return { session, push: push(), local: local(), error: wantsCloud() ? (this.#sessionError(session) ?? this.#trouble) : undefined };
  }

  /** What flows were told last; undefined until something is known. */
  get word(): AccountWord | undefined {
    return this.#word;
  }

  watch(watcher: Watcher): () => void {
    this.#watchers.add(watcher);
    watcher(this.state);
    return () => this.#watchers.delete(watcher);
  }

  /** The list of devices was fetched, or could not be. */
  listed(error: LumiotError | undefined): void {
    this.#went(this.#list, error);
  }

  /** A read or a command was answered, or did not get through. */
  asked(error: LumiotError | undefined): void {
    this.#went(this.#requests, error);
  }

  /** Requests get nowhere: polls are not worth their while. */
  get isCutOff(): boolean {
    return this.#requests.error !== undefined && this.#trouble !== undefined;
  }

  /** Requests fail, and nothing has proved lately that the cloud is there. */
  get isInDoubt(): boolean {
    if (this.#requests.error === undefined) return false;
    return this.#trouble !== undefined || this.#options.clock.monotonic() - this.#list.workedAt > OLD_PROOF_MS;
  }

  /** Nobody asks the cloud any more. */
  reset(): void {
    Object.assign(this.#list, untried());
    Object.assign(this.#requests, untried());
    this.#judge();
  }

  #went(way: Way, error: LumiotError | undefined): void {
    const now = this.#options.clock.monotonic();
    if (error === undefined) way.workedAt = now;
    else if (way.error === undefined) way.failingSince = now;
    way.error = error;
    this.#judge();
  }

  #judge(): void {
    const [list, requests] = [this.#list, this.#requests];
    const trouble =
      list.error === undefined
        ? requests.error && (this.#isRefuted(requests, list) ? undefined : requests.error)
        : requests.error === undefined && this.#isRefuted(list, requests)
          ? undefined
          : list.error;
    if (trouble?.message === this.#trouble?.message) return;
    this.#trouble = trouble;
    this.changed();
  }

  /** The other way works, and did so after this one began to fail: that is no outage, and no reason to say so each time. */
  #isRefuted(failing: Way, other: Way): boolean {
    return other.workedAt > failing.failingSince && this.#options.clock.monotonic() - other.workedAt < PROOF_MS;
  }

  /** Tells everybody who watches, and flows when the word for it changed. */
  changed(): void {
    const { state } = this;
    for (const watcher of [...this.#watchers]) watcher(state);
    const word = (this.#options.wantsCloud ?? always)() ? wordOf(state) : undefined;
    if (word === this.#word) return;
    this.#word = word;
    if (word !== undefined) this.#options.onWord(word, state.error);
  }

  /** A refresh that failed is no news while the old token lives: no alarm before it matters (miot-cloud.md §5.3, F7). */
  #sessionError({ state, validUntil = 0 }: SessionView): LumiotError | undefined {
    if (!('error' in state)) return undefined;
    const isAlive = state.phase === 'degraded' && validUntil > this.#options.clock.now();
    return isAlive ? undefined : state.error;
  }
}

function untried(): Way {
  return { error: undefined, failingSince: 0, workedAt: Number.NEGATIVE_INFINITY };
}

function wordOf({ session, error }: AccountState): AccountWord | undefined {
  switch (session.state.phase) {
    case 'loading':
    case 'unconfigured':
      return undefined;
    case 'signed-out':
    case 'sign-in-needed':
      return 'sign-in-needed';
    case 'connected':
    case 'refreshing':
    case 'degraded':
      return error === undefined ? 'signed-in' : 'unreachable';
  }
}
