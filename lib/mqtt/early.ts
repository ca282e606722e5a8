/** Events of a home that come before its listener: what was held over a redeploy is given as the flows start, at once. */

const MOST = 1_000;

export class Early<Event> {
  #kept: Event[] = [];

  keep(event: Event): void {
    if (this.#kept.length >= MOST) this.#kept.shift();
    this.#kept.push(event);
  }

  /** In their order. */
  give(hear: (event: Event) => void): void {
    for (const event of this.#kept.splice(0)) hear(event);
  }
}
