/**
 * The one subscription of the page to live values: held while somebody looks at them and the page can be seen. What it hears goes
 * to the caches of gateways and of accounts.
 */

import { renewWatch } from './api.mts';
import { redraw } from './redraw.mts';

/** A cache that wants to hear. */
export interface Listener {
  /** Whether somebody looks at its values; forgets those who have gone. */
  isWatched(): boolean;
  /** Takes a message of the server, if it is one of its own. */
  hear(message: unknown): void;
  /** Asks the server again for all it knows. */
  reload(): void;
  /** A deploy may have changed everything. */
  forget(): void;
}

const TOPIC = 'lumiot/devices';
/** The server's lease lasts 30 s. */
const RENEW_MS = 20_000;

export class LiveFeed {
  readonly #listeners: Listener[] = [];
  #timer: number | undefined;

  constructor() {
    // What was not deployed a moment ago may be now.
    RED.events.on('deploy', () => this.#afterDeploy());
    RED.events.on('editor:close', () => this.look());
    document.addEventListener('visibilitychange', () => this.look());
    RED.comms.on?.('connect', () => {
      if (this.#timer !== undefined) this.#renew();
    });
  }

  add(listener: Listener): void {
    this.#listeners.push(listener);
  }

  /** Begins or ends the subscription, as there are watchers and a page to see. */
  look(): void {
    const watched = this.#listeners.filter((listener) => listener.isWatched());
    const isWanted = watched.length > 0 && document.visibilityState === 'visible';
    if (isWanted === (this.#timer !== undefined)) return;
    if (isWanted) {
      RED.comms.subscribe(TOPIC, this.#hear);
      this.#timer = window.setInterval(() => {
        this.look();
        if (this.#timer !== undefined) this.#extend();
      }, RENEW_MS);
      this.#renew();
    } else {
      RED.comms.unsubscribe(TOPIC, this.#hear);
      window.clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** What happened while nobody looked is asked for once. */
  #renew(): void {
    this.#extend();
    for (const listener of this.#listeners) listener.reload();
  }

  #extend(): void {
    // Without an answer the values stand still; the next attempt is a lease away.
    renewWatch().catch(() => {});
  }

  readonly #hear = (_topic: string, message: unknown): void => {
    for (const listener of this.#listeners) listener.hear(message);
  };

  #afterDeploy(): void {
    if (this.#timer !== undefined) this.#renew();
    else for (const listener of this.#listeners) listener.forget();
    redraw();
  }
}

declare global {
  interface Window {
    lumiotFeed?: LiveFeed;
  }
}

/** Every dialog is a bundle of its own; the page's window is what they share. */
export function feed(): LiveFeed {
  window.lumiotFeed ??= new LiveFeed();
  return window.lumiotFeed;
}
