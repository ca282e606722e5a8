/** Device tokens between the moment they are found and the moment the user picks them: in memory only, for ten minutes, for one account. */

import type { Clock, Timer } from '../../../lib/home/clock';
import { LumiotError } from '../../../lib/home/errors';
import type { ImportedDevice } from '../../../lib/miio/types';

const KEPT_MS = 10 * 60_000;
const MOST_PREVIEWS = 3;

export interface PreviewEnvironment {
  /** Asked for each time: tests change it. */
  readonly clock: () => Clock;
  /** An id that nobody can guess. */
  readonly newId: () => string;
}

/** A device of a preview under the number by which it is picked. */
export type Picked = readonly [index: number, device: ImportedDevice];

interface Preview {
  readonly account: string;
  readonly devices: Map<number, ImportedDevice>;
  readonly timer: Timer;
}

export class TokenPreviews {
  readonly #environment: PreviewEnvironment;
  /** Oldest first. */
  readonly #previews = new Map<string, Preview>();

  constructor(environment: PreviewEnvironment) {
    this.#environment = environment;
  }

  /** Keeps devices under the id it returns; the oldest makes room. Without devices there is nothing to pick: ''. */
  keep(account: string, devices: readonly ImportedDevice[]): string {
    if (devices.length === 0) return '';
    const id = this.#environment.newId();
    const timer = this.#environment.clock().setTimeout(() => this.#previews.delete(id), KEPT_MS);
    this.#previews.set(id, { account, devices: new Map(devices.entries()), timer });
    for (const oldest of this.#previews.keys()) {
      if (this.#previews.size <= MOST_PREVIEWS) break;
      this.#forget(oldest);
    }
    return id;
  }

  /** The devices picked, by their numbers. Throws `BAD_INPUT` where they are gone, or were found for another account. */
  pick(id: string, account: string, indexes: readonly number[]): readonly Picked[] {
    const preview = this.#previews.get(id);
    // Whether it exists for somebody else is nobody's business.
    if (preview === undefined || preview.account !== account)
      throw new LumiotError(
        'BAD_INPUT',
        'What was found is not kept any more: it is forgotten after ten minutes, or when other files were opened since. Open the file again.',
      );
    return [...new Set(indexes)].flatMap((index) => {
      const device = preview.devices.get(index);
      return device === undefined ? [] : [[index, device] as const];
    });
  }

  /** The import is over. Only the devices that failed stay, so that they can be tried again. */
  settle(id: string, failed: readonly number[]): void {
    const preview = this.#previews.get(id);
    if (preview === undefined) return;
    for (const index of [...preview.devices.keys()]) if (!failed.includes(index)) preview.devices.delete(index);
    if (preview.devices.size === 0) this.#forget(id);
  }

  #forget(id: string): void {
    this.#environment.clock().clearTimeout(this.#previews.get(id)?.timer);
    this.#previews.delete(id);
  }
}
