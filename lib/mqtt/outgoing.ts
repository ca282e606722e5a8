/** What goes out to the broker: whole messages, until the end, and never an exception. */

import { harmless, type Log } from '../home/log';
import type { MqttMessage, MqttSettings } from './types';

export interface Letter {
  readonly topic: string;
  readonly payload: string;
  readonly isJson: boolean;
  readonly retain: boolean;
  readonly correlationData?: Uint8Array | undefined;
}

/** Of different faults; the log is not for more. */
const MOST_COMPLAINTS = 20;

export class Outgoing {
  readonly #publish: (message: MqttMessage) => void;
  readonly #qos: MqttSettings['qos'];
  readonly #retainedQos: MqttSettings['qos'];
  readonly #log: Log;
  readonly #complaints = new Set<string>();
  #isClosed = false;

  constructor(publish: (message: MqttMessage) => void, qos: MqttSettings['qos'], log: Log) {
    this.#publish = publish;
    this.#qos = qos;
    // The last of what is kept counts, however often it comes. Of many at once with QoS 2 Mosquitto 2 refuses those beyond its
    // max_inflight_messages and max_queued_messages, and with MQTT 3.1.1 without a word.
    this.#retainedQos = qos === 2 ? 1 : qos;
    this.#log = harmless(log);
  }

  send(letter: Letter): void {
    if (!this.#isClosed) this.#post(letter);
  }

  /** How a command ended: whoever waits for it knows of no end. */
  answer(letter: Letter): void {
    this.#post(letter);
  }

  #post({ topic, payload, isJson, retain, correlationData }: Letter): void {
    try {
      this.#publish({
        topic,
        payload,
        qos: retain ? this.#retainedQos : this.#qos,
        retain,
        ...(isJson ? { contentType: 'application/json' } : {}),
        ...(correlationData === undefined ? {} : { correlationData }),
      });
    } catch (error) {
      this.complain(error);
    }
  }

  /** One line per fault, not one per device. */
  complain(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (this.#complaints.size >= MOST_COMPLAINTS || this.#complaints.has(text)) return;
    this.#complaints.add(text);
    this.#log.error(`The home could not be told to MQTT: ${text}`);
  }

  warn(text: string): void {
    this.#log.warn(text);
  }

  close(): void {
    this.#isClosed = true;
  }
}
