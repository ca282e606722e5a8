/** How many properties the devices of a model take in one request: learned, and shared by all of them (miio-lan.md §4.2). */

const sizes = [10, 5, 2, 1];
const MOST = 10;
/** Bytes of a packet: some devices take no more than 1,024. */
export const MOST_BYTES = 1_000;

export class BatchSizes {
  readonly #learned = new Map<string, number>();

  /** `model`: whatever names the kind of device; its did where the model is not known. */
  sizeFor(model: string): number {
    return this.#learned.get(model) ?? MOST;
  }

  /** A request of more was refused, and the same in parts of `size` was answered. */
  learn(model: string, size: number): void {
    if (size < this.sizeFor(model)) this.#learned.set(model, size);
  }
}

/** The next smaller size; 0 where there is none. */
export function smallerThan(size: number): number {
  return sizes.find((candidate) => candidate < size) ?? 0;
}

/** Parts of at most `most` items whose request takes at most `MOST_BYTES`; one item alone may take more. */
export function partsOf<Item>(items: readonly Item[], most: number, bytesOf: (part: readonly Item[]) => number): Item[][] {
  const parts: Item[][] = [];
  let part: Item[] = [];
  for (const item of items) {
    if (part.length > 0 && (part.length >= most || bytesOf([...part, item]) > MOST_BYTES)) {
      parts.push(part);
      part = [];
    }
    part.push(item);
  }
  if (part.length > 0) parts.push(part);
  return parts;
}
