/** The directory of names: what one source of devices learned (an account in the cloud) reaches another (a gateway) through here alone. */

export interface KnownName {
  readonly name: string;
  readonly room: string;
}

export class Names {
  readonly #bySource = new Map<string, ReadonlyMap<string, KnownName>>();

  /** Replaces everything a source knows. Ids as `normalizeSid` writes them. */
  publish(source: string, names: ReadonlyMap<string, KnownName>): void {
    this.#bySource.set(source, names);
  }

  withdraw(source: string): void {
    this.#bySource.delete(source);
  }

  /** The first name any source has for a device. */
  find(id: string): KnownName | undefined {
    // Asked for every message, and most have no account.
    if (this.#bySource.size === 0) return undefined;
    for (const names of this.#bySource.values()) {
      const known = names.get(id);
      if (known !== undefined) return known;
    }
    return undefined;
  }
}

/** The directory of this process. */
export const names = new Names();
