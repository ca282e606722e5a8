/** Tells what a node changed itself from what changed elsewhere: the push of its own write comes before its answer, or after it. */

import type { Clock } from '../../../lib/home/clock';
import type { Values } from '../../../lib/home/device';
import type { AccountEvent } from '../../../lib/miot';

export type PropertyNews = Extract<AccountEvent, { kind: 'property' }>;
/** Told with the values that changed elsewhere. */
type Tell = (event: PropertyNews, news: Values) => void;

/** A push that comes later than this is not awaited any more: by then the value was read. */
const AWAITED_MS = 10_000;

export class OwnChanges {
  readonly #clock: Clock;
  #underWay = 0;
  /** Heard while a command is under way: whose change it is shows when that is answered. */
  #waiting: PropertyNews[] = [];
  #expected: { readonly name: string; readonly value: unknown; readonly until: number }[] = [];

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(event: PropertyNews, tell: Tell): void {
    if (this.#underWay > 0) this.#waiting.push(event);
    else this.#judge(event, tell);
  }

  /** Runs a command. */
  async during<Result extends { readonly written?: Values }>(run: () => Promise<Result>, tell: Tell): Promise<Result> {
    this.#underWay += 1;
    try {
      const result = await run();
      const until = this.#clock.monotonic() + AWAITED_MS;
      for (const [name, value] of Object.entries(result.written ?? {})) this.#expected.push({ name, value, until });
      return result;
    } finally {
      this.#underWay -= 1;
      // The answer goes first.
      if (this.#underWay === 0) queueMicrotask(() => queueMicrotask(() => this.#release(tell)));
    }
  }

  #release(tell: Tell): void {
    if (this.#underWay > 0) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const event of waiting) this.#judge(event, tell);
  }

  #judge(event: PropertyNews, tell: Tell): void {
    const now = this.#clock.monotonic();
    this.#expected = this.#expected.filter(({ until }) => until > now);
    const news: Values = {};
    for (const name of event.changed) {
      const value = event.values[name];
      if (value !== undefined && !this.#isOwn(name, value)) news[name] = value;
    }
    if (Object.keys(news).length > 0) tell(event, news);
  }

  /** Each write is pushed once, and an older one before a newer. */
  #isOwn(name: string, value: unknown): boolean {
    const index = this.#expected.findIndex((one) => one.name === name && one.value === value);
    if (index < 0) return false;
    this.#expected = this.#expected.filter((one, at) => at > index || one.name !== name);
    return true;
  }
}
