/** How an account stands, in one place: sign-in, push and trouble become one state for watchers and one word for flows. */

import type { Clock } from '../home/clock';
import type { LumiotError } from '../home/errors';
import type { AccountState, AccountWord } from './account-types';
import type { SessionView } from './tokens';

export interface StandingOptions {
  readonly clock: Clock;
  readonly session: () => SessionView;
  readonly push: () => AccountState['push'];
  readonly onWord: (word: AccountWord, error: LumiotError | undefined) => void;
}

type Watcher = (state: AccountState) => void;

export class AccountStanding {
  readonly #options: StandingOptions;
  readonly #watchers = new Set<Watcher>();
  #trouble: LumiotError | undefined;
  #word: AccountWord | undefined;

  constructor(options: StandingOptions) {
    this.#options = options;
  }

  get state(): AccountState {
    const session = this.#options.session();
    return { session, push: this.#options.push(), error: this.#sessionError(session) ?? this.#trouble };
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

  /** The cloud does not answer, or answers again. */
  troubled(error: LumiotError | undefined): void {
    if (error?.message === this.#trouble?.message) return;
    this.#trouble = error;
    this.changed();
  }

  /** Tells everybody who watches, and flows when the word for it changed. */
  changed(): void {
    const { state } = this;
    for (const watcher of [...this.#watchers]) watcher(state);
    const word = wordOf(state);
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
