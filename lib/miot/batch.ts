/** Reads of properties, gathered across callers: a dashboard of fifty lamps is one request (miot-cloud.md §2.5). */

import type { Clock, Timer } from '../home/clock';
import { closedError, type Waits } from './api-waits';
import { askInHalves } from './batch-halves';
import { type PropertyOutcome, resultsOf } from './batch-outcome';
import { keyOf } from './cloud-answer';
import type { PropertyRef, PropertyResult } from './cloud-device';
import { meaningOf } from './codes';

export interface PropertyReadsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly waits: Waits;
  /** One request; results in the order asked for. */
  readonly ask: (refs: readonly PropertyRef[]) => Promise<readonly PropertyResult[]>;
}

/** A property somebody waits for. */
interface Entry {
  readonly ref: PropertyRef;
  readonly waiting: ((outcome: PropertyOutcome) => void)[];
  /** How often it has been asked for. */
  tries: number;
}

const GATHER_MS = 200;
const MOST_PROPERTIES = 150;
const MOST_REQUESTS = 4;

/** How often and how late a property is asked for again, by what its code allows (miot-cloud.md §2.4). */
const again = {
  no: { tries: 1, delayMs: 0 },
  refresh: { tries: 1, delayMs: 0 },
  once: { tries: 2, delayMs: 1_000 },
  verify: { tries: 2, delayMs: 1_000 },
  poll: { tries: 3, delayMs: 1_000 },
  backoff: { tries: 3, delayMs: 3_000 },
} as const;

export class PropertyReads {
  readonly #options: PropertyReadsOptions;
  #pending = new Map<string, Entry>();
  #timer: Timer | undefined;
  /** The gathering is over: what is pending goes as soon as there is room. */
  #isDue = false;
  #underWay = 0;
  /** Devices that spoilt the answer of others: each is asked for by itself until it has one. */
  readonly #alone = new Set<string>();

  constructor(options: PropertyReadsOptions) {
    this.#options = options;
  }

  /** Results in the order asked for. Rejects only where no request got through. */
  async get(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    if (this.#options.waits.isClosed) throw closedError();
    const outcomes = await Promise.all(
      refs.map(
        (ref) =>
          new Promise<PropertyOutcome>((resolve) => {
            this.#add({ ref, waiting: [resolve], tries: 0 });
          }),
      ),
    );
    return resultsOf(refs, outcomes);
  }

  close(): void {
    this.#options.clock.clearTimeout(this.#timer);
    this.#timer = undefined;
    const entries = [...this.#pending.values()];
    this.#pending.clear();
    for (const entry of entries) settle(entry, { refused: closedError() });
  }

  /** Joins what is not sent yet; an answer under way may be older than the caller's question. */
  #add(entry: Entry): void {
    const key = keyOf(entry.ref);
    const pending = this.#pending.get(key);
    if (pending === undefined) this.#pending.set(key, entry);
    else pending.waiting.push(...entry.waiting);
    if (this.#isDue) this.#pump();
    else
      this.#timer ??= this.#options.clock.setTimeout(() => {
        this.#timer = undefined;
        this.#isDue = true;
        this.#pump();
      }, GATHER_MS);
  }

  #pump(): void {
    while (this.#underWay < MOST_REQUESTS && this.#pending.size > 0) {
      const entries = this.#nextBatch();
      for (const { ref } of entries) this.#pending.delete(keyOf(ref));
      void this.#ask(entries);
    }
    if (this.#pending.size === 0) this.#isDue = false;
  }

  #nextBatch(): readonly Entry[] {
    const entries = [...this.#pending.values()];
    const alone = entries[0]?.ref.did ?? '';
    const isTogether = this.#alone.has(alone)
      ? ({ ref }: Entry): boolean => ref.did === alone
      : ({ ref }: Entry): boolean => !this.#alone.has(ref.did);
    return entries.filter(isTogether).slice(0, MOST_PROPERTIES);
  }

  async #ask(entries: readonly Entry[]): Promise<void> {
    this.#underWay++;
    const byRef = new Map(entries.map((entry) => [entry.ref, entry]));
    const spoilers = await askInHalves([...byRef.keys()], {
      ask: this.#options.ask,
      told: (ref, outcome) => {
        const entry = byRef.get(ref);
        if (outcome !== undefined && 'result' in outcome) this.#alone.delete(ref.did);
        if (entry === undefined) return;
        if (outcome !== undefined && 'refused' in outcome) settle(entry, outcome);
        else this.#answer(entry, outcome?.result);
      },
    });
    for (const did of spoilers) this.#alone.add(did);
    this.#underWay--;
    this.#pump();
  }

  #answer(entry: Entry, result: PropertyResult | undefined): void {
    if (result === undefined) {
      settle(entry, { refused: closedError() });
      return;
    }
    entry.tries++;
    const { tries, delayMs } = result.ok || result.code >= 0 ? again.no : again[meaningOf(result.code).retry];
    if (entry.tries >= tries) {
      settle(entry, { result });
      return;
    }
    const { random, waits } = this.#options;
    // The others of this answer do not wait for it.
    waits.wait(delayMs * (0.5 + random())).then(
      () => this.#add(entry),
      () => settle(entry, { result }),
    );
  }
}

function settle(entry: Entry, outcome: PropertyOutcome): void {
  for (const resolve of entry.waiting) resolve(outcome);
}
