/**
 * Finds datagrams that arrived more than once: several interfaces and repeaters deliver copies (lumi-lan.md §1.3).
 * A genuine second click cannot come within the window, because the gateway itself waits 400 ms for a double click. A switch that
 * goes on, off and on again can: once its sid has said something else, only what comes as close as copies were ever seen is one.
 */

const WINDOW_MS = 200;
/** Four copies were seen within 55 ms (lumi-lan.md §1.3). */
const CLOSE_MS = 60;
/** A flood must not fill the memory: of one sid the last few datagrams are known. */
const MOST_TEXTS = 32;

interface Heard {
  readonly text: string;
  readonly address: string;
  /** When it was new (monotonic). */
  readonly at: number;
}

/** What was said of one sid last, and just before that. */
export class LastWords {
  #text = '';
  #address = '';
  #at = Number.NEGATIVE_INFINITY;
  /** What was said so shortly before the last word that it may still be copied, the oldest first. Nearly always nothing. */
  #before: Heard[] | undefined;

  /**
   * True when the same sender said the same a moment ago; remembers it otherwise. The sender counts, because what somebody else
   * repeats must not silence the gateway itself. `at`: now, monotonic.
   */
  isCopy(text: string, address: string, at: number): boolean {
    const age = at - this.#at;
    // The last word of the sid is a copy for longer than those before it.
    if (age < WINDOW_MS && this.#text === text && this.#address === address) return true;
    if (age >= CLOSE_MS) this.#before = undefined;
    else if (this.#wasJustSaid(text, address, at)) return true;
    else this.#keepLast(at);
    this.#text = text;
    this.#address = address;
    this.#at = at;
    return false;
  }

  #wasJustSaid(text: string, address: string, at: number): boolean {
    if (this.#before === undefined) return false;
    for (const one of this.#before) if (at - one.at < CLOSE_MS && one.text === text && one.address === address) return true;
    return false;
  }

  /** The last word becomes one of those before it; what is no longer close and the oldest of too many go. */
  #keepLast(at: number): void {
    // The same array again: a new one for each report took a tenth of what the whole of lib/lumi does, measured at 20,000/s.
    this.#before ??= [];
    while (this.#isOldestOver(this.#before, at)) this.#before.shift();
    this.#before.push({ text: this.#text, address: this.#address, at: this.#at });
  }

  #isOldestOver(before: readonly Heard[], at: number): boolean {
    const [oldest] = before;
    return oldest !== undefined && (at - oldest.at >= CLOSE_MS || before.length > MOST_TEXTS - 2);
  }
}
