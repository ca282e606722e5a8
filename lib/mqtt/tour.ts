/** A way through all devices of a home, for a reason that says what is told of each. Told step by step: `Rounds` decides when. */

import type { Announcer, Part } from './announcer';
import type { Retained } from './retained';
import type { Settling } from './settling';
import type { Home } from './types';

/** Why all devices are gone through. */
export type Reason =
  /** There is a new connection. */
  | 'everything'
  /** Home Assistant has just started. */
  | 'birth'
  /** Another edge may have taken a discovery back. */
  | 'renewal'
  /** What is said of devices may have changed. */
  | 'look'
  /** Some devices are new. */
  | 'added'
  | 'availability'
  /** What an earlier run left behind is taken back. */
  | 'leftovers';

export interface TourOptions {
  readonly home: Home;
  readonly retained: Retained;
  readonly settling: Settling;
  /** The edge's own topic. */
  readonly status: string;
  /** As the home is called now; undefined until it has an id. */
  readonly announcer: () => Announcer | undefined;
  /** The broker is known to hear. */
  readonly isHeard: () => boolean;
  readonly onError: (error: unknown) => void;
}

const PARTS: Readonly<Record<Reason, readonly Part[]>> = {
  everything: ['discovery', 'info', 'availability', 'state'],
  birth: ['discovery', 'state'],
  renewal: ['discovery'],
  look: ['discovery', 'info', 'availability'],
  added: [],
  availability: ['availability'],
  leftovers: [],
};
const OF_A_NEW_DEVICE: ReadonlySet<Part> = new Set(PARTS.look);

export class Tour {
  readonly #options: TourOptions;
  readonly #added = new Set<string>();

  constructor(options: TourOptions) {
    this.#options = options;
  }

  /** The device is told of by the next tour, whatever its reason. */
  add(id: string): void {
    this.#added.add(id);
  }

  *steps(reasons: ReadonlySet<Reason>): Generator<void> {
    const { retained, home, isHeard } = this.#options;
    const announcer = this.#options.announcer();
    if (announcer === undefined) return;
    if (reasons.has('everything')) retained.forget();
    if (reasons.has('birth') || reasons.has('renewal')) retained.forget((topic) => announcer.topics.isDiscovery(topic));
    announcer.tellHome();
    const parts = new Set([...reasons].flatMap((reason) => PARTS[reason]));
    if (parts.size > 0) {
      for (const { info } of home.devices()) {
        this.#tell(info.id, parts);
        yield;
      }
    }
    for (const id of this.#added) {
      this.#added.delete(id);
      this.#tell(id, OF_A_NEW_DEVICE);
      yield;
    }
    if (!reasons.has('everything') && !reasons.has('leftovers')) return;
    for (const topic of retained.stale()) {
      if (this.#isLeftOver(topic)) retained.takeBack(topic);
      yield;
    }
    if (reasons.has('everything')) yield* retained.repeat(isHeard());
  }

  /** The device as it is at this moment: what was known when the tour began may be old. */
  #tell(id: string, parts: ReadonlySet<Part>): void {
    const { home, announcer, onError } = this.#options;
    try {
      const device = home.device(id);
      if (device !== undefined) announcer()?.tell(device, parts);
    } catch (error) {
      onError(error);
    }
  }

  /** Of what was not renewed: what can be no more, and once the home has told all its devices, what is no more. */
  #isLeftOver(topic: string): boolean {
    const { retained, settling, status, announcer } = this.#options;
    // Renewed since it was found so, or the edge's own, which its birth and will are about.
    if (topic === status || retained.isFresh(topic)) return false;
    return announcer()?.isForeign(topic) === true || settling.isSettled;
  }
}
