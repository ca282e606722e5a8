/** From a message of the broker to what it tells anew: copies, things of the past and devices nobody follows are left out. */

import { isIgnored, parsePush } from './payloads';
import type { Message } from './push-connection';
import type { PushEvent } from './push-events';
import { Redeliveries } from './push-redelivery';

export class PushInbox {
  readonly #redeliveries = new Redeliveries();
  readonly #onIgnored: (reason: string) => void;

  constructor(onIgnored: (reason: string) => void) {
    this.#onIgnored = onIgnored;
  }

  receive(message: Message, followed: ReadonlySet<string>): PushEvent[] {
    if (this.#redeliveries.isCopy(message)) return [];
    const events = parsePush(message.topic, message.payload);
    if (isIgnored(events)) {
      this.#onIgnored(events.ignored);
      return [];
    }
    // What the broker kept happened some time ago; a state is still one, a click is not.
    return events.filter(({ did, kind }) => followed.has(did) && !(message.isRetained && kind === 'event'));
  }
}
