/** What a key that was read has replaced: a dialog that is cancelled must leave a gateway with the key it had. In memory only. */

import { randomBytes } from 'node:crypto';

interface Replaced {
  readonly id: string;
  /** Undefined where there was none. */
  readonly before: string | undefined;
  /** What was read last. */
  readonly read: string;
}

/** Dialogs that may be open at once, and a few that were closed in another way. */
const MOST = 20;

export class KeyUndo {
  /** By tickets that nobody can guess, oldest first. */
  readonly #replaced = new Map<string, Replaced>();

  /** `ticket`: of the same dialog, which has read before; '' = none. Gives the one to undo this with. */
  note(ticket: string, id: string, before: string | undefined, read: string): string {
    const earlier = this.#replaced.get(ticket);
    if (earlier?.id === id && earlier.read === before) {
      this.#replaced.set(ticket, { ...earlier, read });
      return ticket;
    }
    const made = randomBytes(16).toString('hex');
    this.#replaced.set(made, { id, before, read });
    for (const oldest of this.#replaced.keys()) {
      if (this.#replaced.size <= MOST) break;
      this.#replaced.delete(oldest);
    }
    return made;
  }

  /** What is to be stored again, once. Undefined where that is not known, or where the key was changed since. */
  take(ticket: string, id: string, stored: string | undefined): { readonly key: string | undefined } | undefined {
    const replaced = this.#replaced.get(ticket);
    if (replaced?.id !== id) return undefined;
    this.#replaced.delete(ticket);
    return replaced.read === stored ? { key: replaced.before } : undefined;
  }
}
