/** What a search has heard so far: answers to hello and announcements, brought together by did (miio-lan.md §5). */

import { type Endpoint, endpointText } from './endpoint';
import type { PacketHeader } from './packet';
import type { FoundDevice } from './types';

interface Greeting {
  readonly header: PacketHeader;
  readonly host: string;
  readonly token: string;
}

interface Announced {
  readonly host: string;
  readonly model: string;
}

/** More than live in one network; somebody may call out invented ones as fast as they can. */
const MOST = 2_000;

export class Finds {
  /** By all 64 bits, the freshest last. */
  readonly #greetings = new Map<string, Greeting>();
  readonly #announced = new Map<string, Announced>();
  readonly #isKnown: (did: string) => boolean;

  constructor(isKnown: (did: string) => boolean) {
    this.#isKnown = isKnown;
  }

  greet(header: PacketHeader, from: Endpoint, token: string): void {
    if (!this.#hasRoom(this.#greetings, header.did64)) return;
    this.#greetings.delete(header.did64);
    this.#greetings.set(header.did64, { header, host: endpointText(from), token });
  }

  /** False where it was told before, and where too many were. */
  announce(did: string, model: string, place: Endpoint): boolean {
    if (!this.#hasRoom(this.#announced, did)) return false;
    const host = endpointText(place);
    const isNews = this.#announced.get(did)?.host !== host;
    this.#announced.set(did, { host, model });
    return isNews;
  }

  /** Where that device answered hello. */
  greetedAt(did: string): string | undefined {
    const greetings = [...this.#greetings.values()].reverse();
    const exact = greetings.find(({ header }) => header.did64 === did);
    return (exact ?? greetings.find(({ header }) => header.did32 === did))?.host;
  }

  /** The same, or where it announced itself. */
  hostOf(did: string): string | undefined {
    return this.greetedAt(did) ?? this.#announced.get(did)?.host;
  }

  /** Each device once; in no order that means anything. */
  devices(): readonly FoundDevice[] {
    const found = new Map<string, FoundDevice>();
    for (const [did, { host, model }] of this.#announced) found.set(did, { did, host, model, token: '' });
    for (const { header, host, token } of this.#greetings.values()) {
      const did = this.#didOf(header);
      found.set(did, { did, host, model: found.get(did)?.model ?? '', token });
    }
    return [...found.values()];
  }

  #hasRoom(heard: ReadonlyMap<string, unknown>, did: string): boolean {
    return heard.size < MOST || heard.has(did) || this.#isKnown(did);
  }

  /** Some devices fill the upper half of a 32-bit did with something else: all 64 bits count only where somebody knows them (miio-lan.md §1). */
  #didOf({ did64, did32 }: PacketHeader): string {
    return this.#announced.has(did64) || this.#isKnown(did64) ? did64 : did32;
  }
}
