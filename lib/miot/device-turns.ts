/** Who comes first at a device: commands are sent in the order they were given, and a toggle knows what came of those before it. */

interface Turn {
  /** This one and those before it were sent and answered. */
  readonly answered: Promise<unknown>;
  /** They are over as well: proved, or given up. */
  readonly over: Promise<unknown>;
}

/** What must have become of the commands before. */
export type After = keyof Turn;

/** Gives the device to the next one, though this one is not over. */
export type LetGo = () => void;

export class DeviceTurns {
  readonly #last = new Map<string, Turn>();

  run<Result>(did: string, after: After, job: (letGo: LetGo) => Promise<Result>): Promise<Result> {
    const before = this.#last.get(did);
    let letGo: LetGo = () => {};
    const answered = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const result = (before?.[after] ?? Promise.resolve()).then(() => job(letGo));
    const ended = result.then(letGo, letGo);
    const turn: Turn = { answered, over: Promise.all([before?.over, ended]) };
    this.#last.set(did, turn);
    void turn.over.then(() => {
      if (this.#last.get(did) === turn) this.#last.delete(did);
    });
    return result;
  }
}
