/** What a Wi-Fi device was asked and did: the last requests, the answers it would repeat, and how often something was carried out. */

import type { Outcome } from './answer';
import type { WifiRequest } from './types';
import type { Opened } from './wire';

const REMEMBERED_REQUESTS = 1000;
const REMEMBERED_ANSWERS = 16;

export class Journal {
  private readonly asked: WifiRequest[] = [];
  private readonly answers = new Map<number, Outcome>();
  private readonly done = new Map<string, number>();

  add(request: WifiRequest): void {
    this.asked.push(request);
    if (this.asked.length > REMEMBERED_REQUESTS) this.asked.shift();
  }

  /** A repeated id is a repeated packet: it gets the answer it missed, and nothing is done again (miio-lan.md §4). */
  once(id: number, carryOut: () => Outcome): Outcome {
    const known = this.answers.get(id);
    if (known !== undefined) return known;
    const outcome = carryOut();
    this.answers.set(id, outcome);
    for (const oldest of this.answers.keys()) if (this.answers.size > REMEMBERED_ANSWERS) this.answers.delete(oldest);
    return outcome;
  }

  /** As a restart does. */
  forgetAnswers(): void {
    this.answers.clear();
  }

  count(what: string): void {
    this.done.set(what, (this.done.get(what) ?? 0) + 1);
  }

  requests(): readonly WifiRequest[] {
    return [...this.asked];
  }

  carriedOut(): ReadonlyMap<string, number> {
    return new Map(this.done);
  }
}

/** Undefined for what is no request: a device has nobody to tell so. */
export function parseCall({ text, stamp }: Opened): WifiRequest | undefined {
  try {
    const json: unknown = JSON.parse(text);
    if (typeof json !== 'object' || json === null) return undefined;
    const { id, method, params } = json as Record<string, unknown>;
    if (typeof id !== 'number' || !Number.isInteger(id) || typeof method !== 'string' || params === undefined) return undefined;
    return { id, method, params, stamp };
  } catch {
    return undefined;
  }
}
