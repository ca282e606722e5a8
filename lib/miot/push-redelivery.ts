/**
 * Tells a message that was delivered twice from two that say the same. With QoS 1 a broker may repeat what was not acknowledged, and marks
 * it (MQTT 5 §3.3.1.1); a second click carries no mark and is never taken for a copy.
 */

import { createHash } from 'node:crypto';

export interface Delivery {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  readonly isRedelivered: boolean;
  readonly id: number | undefined;
}

const MOST = 512;

export class Redeliveries {
  /** In the order they came. */
  readonly #seen = new Set<string>();

  /** True for a marked copy of something that has arrived. A marked one that never did is news. */
  isCopy(delivery: Delivery): boolean {
    if (delivery.qos === 0) return false;
    const { id, topic, payload } = delivery;
    // The identifier alone is no proof: it is used again after each acknowledgement.
    const key = `${id ?? ''} ${topic} ${createHash('sha1').update(payload).digest('base64')}`;
    if (delivery.isRedelivered && this.#seen.has(key)) return true;
    this.#seen.delete(key);
    this.#seen.add(key);
    const [oldest] = this.#seen;
    if (this.#seen.size > MOST && oldest !== undefined) this.#seen.delete(oldest);
    return false;
  }
}
