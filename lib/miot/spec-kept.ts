/** The newest so many of something, by key. */

/** A home has a few dozen kinds of devices; beyond this the oldest is read from the disk again. */
const MOST_KEPT = 500;

export class Kept<Content> {
  readonly #entries = new Map<string, Content>();

  get(key: string): Content | undefined {
    return this.#entries.get(key);
  }

  set(key: string, content: Content): void {
    this.#entries.delete(key);
    this.#entries.set(key, content);
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MOST_KEPT && oldest !== undefined) this.#entries.delete(oldest);
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }
}
