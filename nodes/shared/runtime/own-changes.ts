/** Tells what a node changed itself from what changed elsewhere: the push of its own write comes before its answer, or after it. */

import type { Clock } from '../../../lib/home/clock';
import type { Values } from '../../../lib/home/device';
import type { AccountEvent } from '../../../lib/miot';

export type PropertyNews = Extract<AccountEvent, { kind: 'property' }>;
/** Told with the values that changed elsewhere. */
type Tell = (event: PropertyNews, news: Values) => void;

/** What a command wrote, and what was known before it, by the names of the description. */
export interface Written {
  readonly written?: Values;
  readonly before?: Values;
}

interface Expected {
  readonly name: string;
  readonly value: unknown;
  readonly until: number;
}

/** A push that comes later than this is not awaited any more: by then the value was read. */
const AWAITED_MS = 10_000;

export class OwnChanges {
  readonly #clock: Clock;
  #underWay = 0;
  /** Heard while a command is under way: whose change it is shows when that is answered. */
  #waiting: PropertyNews[] = [];
  #expected: readonly Expected[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many pushes are awaited. */
  get awaited(): number {
    return this.#expected.length;
  }

  hear(event: PropertyNews, tell: Tell): void {
    if (this.#underWay > 0) this.#waiting.push(event);
    else this.#judge(event, tell);
  }

  /** Runs a command. */
  async during<Result extends Written>(run: () => Promise<Result>, tell: Tell): Promise<Result> {
    this.#underWay += 1;
    try {
      const result = await run();
      this.#expect(result);
      return result;
    } finally {
      this.#underWay -= 1;
      // The answer goes first.
      if (this.#underWay === 0) queueMicrotask(() => queueMicrotask(() => this.#release(tell)));
    }
  }

  /** A value that was already so is no change, and will not be told as one; unless a change before it is still on its way. */
  #expect({ written = {}, before = {} }: Written): void {
    this.#prune();
    const until = this.#clock.monotonic() + AWAITED_MS;
    const isAwaited = (name: string): boolean => this.#expected.some((one) => one.name === name);
    const changes = Object.entries(written).filter(([name, value]) => before[name] !== value || isAwaited(name));
    this.#expected = [...this.#expected, ...changes.map(([name, value]) => ({ name, value, until }))];
  }

  #prune(): void {
    const now = this.#clock.monotonic();
    this.#expected = this.#expected.filter(({ until }) => until > now);
  }

  #release(tell: Tell): void {
    if (this.#underWay > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#judge(event, tell);
  }

  #judge(event: PropertyNews, tell: Tell): void {
    this.#prune();
    const news: Values = {};
    for (const name of event.changed) {
      const value = event.values[name];
      if (value !== undefined && !this.#isOwn(name, value)) news[name] = value;
    }
    if (Object.keys(news).length > 0) tell(event, news);
  }

  /** Each write is pushed once, and an older one before a newer. After another value, what comes next is not what was awaited. */
  #isOwn(name: string, value: unknown): boolean {
    const index = this.#expected.findIndex((one) => one.name === name && one.value === value);
    this.#expected = this.#expected.filter((one, at) => one.name !== name || (index >= 0 && at > index));
    return index >= 0;
  }
}
