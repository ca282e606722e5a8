/** What a session says: to those who watch it, to those who use its tokens, and to the log; each problem once, and no secret. */

import { harmless, type Log } from '../home/log';
import { textOf } from './narrowing';
import { redact } from './redact';
import type { AccessToken, SessionView } from './tokens';

export interface SessionVoiceOptions {
  readonly log: Log;
  readonly view: () => SessionView;
  /** Whatever must not be read in a log. */
  readonly secrets: () => readonly string[];
}

export class SessionVoice {
  readonly #options: SessionVoiceOptions;
  readonly #log: Log;
  readonly #watchers = new Set<(view: SessionView) => void>();
  readonly #tokenListeners = new Set<(token: AccessToken) => void>();
  /** What was last told, so that one problem is told once. */
  #told = '';

  constructor(options: SessionVoiceOptions) {
    this.#options = options;
    this.#log = harmless(options.log);
  }

  watch(listener: (view: SessionView) => void): () => void {
    this.#watchers.add(listener);
    this.#call(listener, this.#options.view());
    return () => void this.#watchers.delete(listener);
  }

  onToken(listener: (token: AccessToken) => void): () => void {
    this.#tokenListeners.add(listener);
    return () => void this.#tokenListeners.delete(listener);
  }

  publish(): void {
    for (const watcher of [...this.#watchers]) this.#call(watcher, this.#options.view());
  }

  announce(token: AccessToken): void {
    for (const listener of [...this.#tokenListeners]) this.#call(listener, token);
  }

  /** Says a problem, unless it was the last one said; `what` names it where its words vary. */
  tell(level: keyof Log, text: string, what = text): void {
    if (what === this.#told) return;
    this.#told = what;
    this.say(level, text);
  }

  say(level: keyof Log, text: string): void {
    this.#log[level](redact(text, this.#options.secrets()));
  }

  /** There is no problem any more; `text` is for those who heard of one. */
  calm(text?: string): void {
    if (this.#told !== '' && text !== undefined) this.say('info', text);
    this.#told = '';
  }

  /** Nobody listens any more; the log goes on. */
  hush(): void {
    this.#watchers.clear();
    this.#tokenListeners.clear();
  }

  #call<Event>(listener: (event: Event) => void, event: Event): void {
    try {
      listener(event);
    } catch (error) {
      this.tell('error', textOf(error));
    }
  }
}
