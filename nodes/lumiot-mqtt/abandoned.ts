/** What a node has published that has no home any more, or settings that cannot be used: it stays for now, and goes with the node. */

import type { MqttMessage, PublishedMemory } from '../../lib/mqtt';
import { neighbours } from '../../lib/mqtt/neighbours';

/** Of the edge itself, and not of this node alone. */
const STATUS_OF_AN_EDGE = /\/status$/;

export interface AbandonedOptions {
  readonly memory: () => PublishedMemory;
  readonly publish: (message: MqttMessage) => void;
}

export class Abandoned {
  readonly #options: AbandonedOptions;
  #topics: readonly string[] = [];

  constructor(options: AbandonedOptions) {
    this.#options = options;
  }

  /** Reads what there is, so that it is known when the node goes. */
  look(): void {
    void this.#options
      .memory()
      .load()
      .then((topics) => {
        this.#topics = topics;
      });
  }

  takeBack(): Promise<void> {
    const self = { home: undefined, holds: () => false, renew: () => {} };
    for (const topic of this.#topics) {
      if (STATUS_OF_AN_EDGE.test(topic) || neighbours.isOfAnother(topic, self)) continue;
      this.#options.publish({ topic, payload: '', qos: 1, retain: true });
    }
    return this.#options.memory().remove();
  }
}
