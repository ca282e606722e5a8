/** The way into the node: what Node-RED's own "mqtt in" gives, and nothing else. */

import { LumiotError } from '../../lib/home/errors';
import type { MqttReceived } from '../../lib/mqtt';

/** Throws `BAD_INPUT`. */
export function receivedOf(message: Readonly<Record<string, unknown>>): MqttReceived {
  const { topic, payload, retain, correlationData } = message;
  if (typeof topic !== 'string' || topic === '') {
    throw new LumiotError(
      'BAD_INPUT',
      'This message has no topic, so it did not come from a broker. Wire "mqtt in" nodes to this input; to command a device from a flow, use the node of its kind.',
    );
  }
  return { topic, payload, retain: retain === true, correlationData: correlationData instanceof Uint8Array ? correlationData : undefined };
}
