/**
 * Finds datagrams that arrived more than once: several interfaces and repeaters deliver copies (lumi-lan.md §1.3).
 * A genuine second click cannot come within the window, because the gateway itself waits 400 ms for a double click. A switch that
 * goes on, off and on again can: once its sid has said something else, only what comes as close as copies were ever seen is one.
 */

const WINDOW_MS = 200;
/** Four copies were seen within 55 ms (lumi-lan.md §1.3). */
const CLOSE_MS = 60;
/** A flood must not fill the memory: of one sid the last few datagrams are known, and past this many sids all are forgotten. */
const MOST_TEXTS = 32;
const MOST_SIDS = 20_000;

interface Heard {
  readonly text: string;
  readonly address: string;
  /** When it was new (monotonic). */
  readonly at: number;
}

export class Copies {
  /** What was said of each sid, the oldest first. Short: what is too old for a copy goes with the next that is new. */
  readonly #bySid = new Map<string, Heard[]>();

  /**
   * True when the same sender said the same of this sid a moment ago; remembers it otherwise. The sender counts, because what
   * somebody else repeats must not silence the gateway itself. `at`: now, monotonic.
   */
  isCopy(sid: string, text: string, address: string, at: number): boolean {
    const said = this.#bySid.get(sid);
    if (said === undefined) {
      if (this.#bySid.size >= MOST_SIDS) this.#bySid.clear();
      this.#bySid.set(sid, [{ text, address, at }]);
      return false;
    }
    for (let index = said.length - 1; index >= 0; index--) {
      const one = said[index];
      if (one === undefined) break;
      const age = at - one.at;
      // The last word of the sid is a copy for longer than those before it.
      if (age >= (index === said.length - 1 ? WINDOW_MS : CLOSE_MS)) break;
      if (one.text === text && one.address === address) return true;
    }
    add(said, { text, address, at });
    return false;
  }
}

/** Adds the newest, and drops what is no longer close and the oldest of too many. */
function add(said: Heard[], newest: Heard): void {
  const last = said.at(-1);
  // Nearly always all that was said before is too old. The array is used again: it has room.
  if (last === undefined || newest.at - last.at >= CLOSE_MS) {
    said.length = 1;
    said[0] = newest;
    return;
  }
  let old = Math.max(0, said.length - MOST_TEXTS + 1);
  for (let one = said[old]; one !== undefined && newest.at - one.at >= CLOSE_MS; one = said[++old]);
  if (old > 0) said.splice(0, old);
  said.push(newest);
}
