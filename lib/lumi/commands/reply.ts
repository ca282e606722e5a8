/** What every command for a device of a gateway is given, and what it answers: the same for nodes and for MQTT. */

import type { Values } from '../../home/device';
import type { GatewayAck } from '../../miio/gateway-commands';
import type { Ack } from '../commander';
import type { DeviceRecord } from '../device-record';
import type { Gateway } from '../gateway';
import type { Overtaken } from '../lane';

/** What a person sent to a device. */
export interface Order {
  readonly gateway: Gateway;
  readonly device: DeviceRecord;
  readonly payload: unknown;
  /** Writes and waits until it took effect. */
  readonly write: (device: DeviceRecord, values: Values) => Promise<Ack | Overtaken>;
}

/** How it ended well. */
export interface Reply {
  readonly device: DeviceRecord;
  readonly payload: unknown;
  /** Absent for an object of several values. */
  readonly property?: string;
  readonly previous?: unknown;
  /** Absent where nothing was written. */
  readonly ack?: Ack | GatewayAck;
  /** Further properties of the message. */
  readonly more?: Readonly<Record<string, unknown>>;
}

/** Of these properties those that have a value. */
export function knownOf(state: Values, properties: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    properties.filter((property) => state[property] !== undefined && state[property] !== null).map((one) => [one, state[one]]),
  );
}
