/** The other mappings of this process: two may tell of one device for a while, when it moves, or of one home, into two brokers. */

export interface Neighbour {
  /** Undefined until it is known. */
  readonly home: string | undefined;
  /** It has published something there that is true. */
  holds(topic: string): boolean;
  /** Somebody took back what it may have published. */
  renew(): void;
}

export class Neighbours {
  readonly #all = new Set<Neighbour>();

  enter(one: Neighbour): void {
    this.#all.add(one);
  }

  leave(one: Neighbour): void {
    this.#all.delete(one);
  }

  /** Another home tells what is there now: who took it back would take it from the other. */
  isOfAnother(topic: string, self: Neighbour): boolean {
    for (const other of this.#all) if (other !== self && other.home !== self.home && other.holds(topic)) return true;
    return false;
  }

  /** `self` leaves it to the other, of whom it is not known who spoke last there. */
  leaveTo(topic: string, self: Neighbour): void {
    for (const other of this.#all) if (other !== self && other.home !== self.home && other.holds(topic)) other.renew();
  }

  /** `self` has taken back what it told of its home. Who tells of the same home may have lost it with that. */
  tookBack(self: Neighbour): void {
    for (const other of this.#all) if (other !== self && other.home === self.home) other.renew();
  }
}

/** Those of this process. */
export const neighbours = new Neighbours();
