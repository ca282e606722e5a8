/** Chance that can be repeated: the same seed, the same cases. And the values that programs tend to trip over. */

export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** From 0 up to 1 (mulberry32). */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number from 0 up to `limit`. */
  below(limit: number): number {
    return Math.floor(this.next() * limit);
  }

  isLucky(chance: number): boolean {
    return this.next() < chance;
  }

  pick<One>(list: readonly One[]): One {
    if (list.length === 0) throw new Error('there is nothing to pick from');
    return list[this.below(list.length)] as One;
  }

  /** Between none and `most` of what `make` gives. */
  some<One>(most: number, make: () => One): One[] {
    return Array.from({ length: this.below(most + 1) }, make);
  }

  /** Text of any characters, whole or broken. */
  text(most = 12): string {
    return String.fromCharCode(...this.some(most, () => (this.isLucky(0.7) ? 32 + this.below(95) : this.below(65_536))));
  }

  /** A number near an edge, or anywhere. */
  number(): number {
    switch (this.below(6)) {
      case 0:
        return this.pick(EDGES) + this.pick([0, 0, 1, -1, 0.5, -0.5]);
      case 1:
        return this.below(1_000) / 10;
      case 2:
        return this.below(200_000) - 50_000;
      case 3:
        return this.pick([-0, 1e21, -1e21, 2 ** 53, Number.MAX_VALUE, Number.MIN_VALUE, 0.1 + 0.2]);
      default:
        return this.below(120) - 10;
    }
  }

  /** Anything that JSON can hold, and often something that looks nearly right. */
  json(words: readonly string[], depth = 0): unknown {
    switch (this.below(depth > 2 ? 7 : 10)) {
      case 0:
      case 1:
      case 2:
        return spelled(this, this.pick(words));
      case 3:
        return this.number();
      case 4:
        return String(this.number());
      case 5:
        return this.pick([
          null,
          true,
          false,
          '',
          ' ',
          '0',
          'NaN',
          'Infinity',
          '0x10',
          '1e3',
          '١٢',
          '12abc',
          '\uD800',
          '+1',
          '-',
          '.',
          '1.',
        ]);
      case 6:
        return this.text();
      case 7:
        return this.some(4, () => this.json(words, depth + 1));
      case 8:
        return this.object(() => this.pick([...NAMES, ...words]), words, depth + 1);
      default:
        return { toString: 1, valueOf: 1, toJSON: 3, length: 16, id: this.text() };
    }
  }

  object(name: () => string, words: readonly string[], depth = 0): Record<string, unknown> {
    const made: Record<string, unknown> = {};
    // As JSON.parse does it: __proto__ is a property like any other.
    for (const key of this.some(4, name))
      Object.defineProperty(made, key, { value: this.json(words, depth), enumerable: true, configurable: true, writable: true });
    return made;
  }
}

/** Names that every object has, or seems to have. */
export const NAMES = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'then',
  'length',
];

const EDGES = [
  ...[0, 1, 2, 3, 8, 10, 64, 100, 254, 255, 256, 300, 600, 1_000, 1_100, 2_700, 2_800, 3_100, 3_600, 10_000, 10_001, 19_999],
  ...[
    20_000, 32_768, 65_535, 65_536, 86_400, 110_000, 131_072, 200_000, 0xff_ff_ff, 0x64_ff_ff_ff, 0xff_ff_ff_ff, -1, -50, -5_000, 17, 30,
    50,
  ],
];

/** The same word as people and firmware spell it. */
function spelled(random: Random, word: string): string {
  switch (random.below(8)) {
    case 0:
      return word.toUpperCase();
    case 1:
      return ` ${word}`;
    case 2:
      return `${word}\t`;
    case 3:
      return word.slice(0, -1);
    default:
      return word;
  }
}
