/** A home on MQTT: tells a broker what a home says, and a home what a broker says. Knows no connection: messages come and go through its owner. */

import type { Clock } from '../home/clock';
import type { LumiotError } from '../home/errors';
import type { Log } from '../home/log';
import type { PublishedMemory } from './memory';
import type { DiscoveryOf, Home, MqttMessage, MqttReceived, MqttSettings, Result } from './types';

export interface MappingOptions {
  readonly home: Home;
  readonly settings: MqttSettings;
  /** Must not wait. What is published while the broker is not connected may be lost: it is published again when its connection is heard of. */
  readonly publish: (message: MqttMessage) => void;
  /** Undefined: no discovery, whatever the settings say. */
  readonly discovery: DiscoveryOf | undefined;
  readonly memory: PublishedMemory;
  readonly clock: Clock;
  readonly log: Log;
}

/** What a message that was received came to. */
export type Received =
  /** Nothing that means anything to this home. */
  | { readonly outcome: 'ignored' }
  /** The edge or Home Assistant said how it stands. */
  | { readonly outcome: 'noticed' }
  /** A command was carried out; `result` has been published. */
  | { readonly outcome: 'answered'; readonly device: string; readonly result: Extract<Result, { ok: true }> }
  /** A command was not carried out; `result` has been published, and says the same. */
  | { readonly outcome: 'failed'; readonly device: string; readonly result: Extract<Result, { ok: false }>; readonly error: LumiotError };

export class Mapping {
  constructor(_options: MappingOptions) {}

  /** Whether the broker is known to hear and to be heard: `<base>/status` came back since the start. */
  get isHeard(): boolean {
    return false;
  }

  /** The flows are up: from now on everything is published. */
  start(): void {}

  /** Takes a message of a broker. Never rejects. */
  receive(_message: MqttReceived): Promise<Received> {
    return Promise.resolve({ outcome: 'ignored' });
  }

  /** What is said of the devices (names, rooms) may have changed without the home telling: publishes what differs. */
  look(): void {}

  /** Ends. `isGone`: the node is deleted, so that everything is taken back; otherwise nothing is published, and memory stays. */
  close(_isGone: boolean): Promise<void> {
    return Promise.resolve();
  }
}
