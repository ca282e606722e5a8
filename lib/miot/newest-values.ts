/** Reads that were overtaken: a value that was pushed after a read was asked for is newer than the answer. Asks nobody by itself. */

import { keyOf } from './cloud-answer';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';

export class NewestValues {
  #reads = 0;
  #pushes = 0;
  /** What was pushed while reads are under way. */
  readonly #pushed = new Map<string, { readonly number: number; readonly value: CloudValue }>();

  pushed(ref: PropertyRef, value: CloudValue): void {
    this.#pushes++;
    if (this.#reads > 0) this.#pushed.set(keyOf(ref), { number: this.#pushes, value });
  }

  /** Runs a read; where a property was pushed meanwhile, its result has what was pushed. */
  async during(read: () => Promise<readonly PropertyResult[]>): Promise<readonly PropertyResult[]> {
    const before = this.#pushes;
    this.#reads++;
    try {
      const results = await read();
      return results.map((result) => {
        const pushed = this.#pushed.get(keyOf(result));
        return result.ok && pushed !== undefined && pushed.number > before ? { ...result, value: pushed.value } : result;
      });
    } finally {
      this.#reads--;
      if (this.#reads === 0) this.#pushed.clear();
    }
  }
}
