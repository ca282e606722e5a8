/** The way into the node: what Node-RED's own "mqtt in" gives, and nothing else. */

import { LumiotError } from '../../lib/home/errors';
import type { MqttReceived } from '../../lib/mqtt';

/** The most that MQTT has room for (MQTT 5.0 §1.5.6). One who sent more would be thrown out by the broker, again at each connection. */
const MOST_CORRELATION_BYTES = 65_535;

/** Throws `BAD_INPUT`. */
export function receivedOf(message: Readonly<Record<string, unknown>>): MqttReceived {
  const { topic, payload, retain, correlationData } = message;
  if (typeof topic !== 'string' || topic === '') {
    throw new LumiotError(
      'BAD_INPUT',
      'This message has no topic, so it did not come from a broker. Wire "mqtt in" nodes to this input; to command a device from a flow, use the node of its kind.',
    );
  }
  const correlation = correlationData instanceof Uint8Array ? correlationData : undefined;
  if (correlation !== undefined && correlation.byteLength > MOST_CORRELATION_BYTES) {
    throw new LumiotError(
      'BAD_INPUT',
      `The correlation data is longer than the ${MOST_CORRELATION_BYTES} bytes that MQTT has room for. Send less.`,
    );
  }
  return { topic, payload, retain: retain === true, correlationData: correlation };
}
