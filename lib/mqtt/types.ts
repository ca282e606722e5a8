/** The contract between a home (a gateway with its devices, or an account) and its mapping to MQTT. No I/O, no connection. */

import type { Definition } from '../devices';
import type { Action, DeviceInfo, Values } from '../home/device';
import type { LumiotError } from '../home/errors';
import type { DeviceSpec } from '../miot';
import type { Topics } from './topics';

/** What a core "mqtt out" node publishes. An empty payload that is retained takes back what was retained. */
export interface MqttMessage {
  readonly topic: string;
  readonly payload: string;
  readonly qos: 0 | 1 | 2;
  readonly retain: boolean;
  /** MQTT 5; brokers of 3.1.1 never see it. */
  readonly contentType?: 'application/json';
  /** MQTT 5: the caller's, given back as it came. */
  readonly correlationData?: Uint8Array;
}

/** What a core "mqtt in" node gives, whatever its output is set to: text, a buffer, or parsed JSON. */
export interface MqttReceived {
  readonly topic: string;
  readonly payload: unknown;
  /** Told for what the broker had kept: a command that was retained is old. */
  readonly retain: boolean;
  readonly correlationData: Uint8Array | undefined;
}

/** What discovery is derived from. */
export type Description = { readonly kind: 'lumi'; readonly definition: Definition } | { readonly kind: 'miot'; readonly spec: DeviceSpec };

/** A device as it is now; made anew whenever it is asked for. */
export interface HomeDevice {
  readonly info: DeviceInfo;
  /** Every value known; `null` is "no reading". Names are those of the vocabulary, or 'service:property' for an account. */
  readonly state: Values;
  /** Undefined until it is known what the device is. */
  readonly description: Description | undefined;
}

/** Something that happened at a device: `name` is 'single', or 'service:event' for an account. */
export interface Happening extends Action {
  /** Of an event of an account, by name. */
  readonly arguments?: Values;
}

/** What happens to a home as a whole. Devices that join and leave are told by `added` and `removed` as well. */
export type HomeNews =
  | { readonly event: 'joined' | 'left'; readonly device: DeviceInfo }
  | { readonly event: 'pairing'; readonly pairing: boolean; readonly seconds: number }
  | { readonly event: 'alert'; readonly code: string; readonly text: string; readonly cleared: boolean }
  | { readonly event: 'account'; readonly word: string };

/** Hears a home. Calls are synchronous and must not throw. */
export interface HomeListener {
  /** Values of a device changed. */
  state(device: HomeDevice): void;
  action(device: HomeDevice, happening: Happening): void;
  /** There is a device that was not there, or what is said of it (name, room, model, description) may have changed. */
  added(device: HomeDevice): void;
  removed(id: string): void;
  /** The home, or some of its devices, may have become reachable or unreachable. */
  availability(): void;
  news(news: HomeNews): void;
}

/** How a command ended well. */
export interface HomeAnswer {
  /** What took effect, as the nodes answer it (docs: "Messages"). */
  readonly payload: unknown;
  /** `{ok, ms, attempts, confirmed}` where the device acknowledged something. */
  readonly ack?: object;
}

/** A gateway with its devices, or an account with its own. */
export interface Home {
  readonly kind: 'gateway' | 'account';
  /** The level of its topics: the gateway's sid; for an account the id of its config node. Undefined until it is known. */
  readonly id: string | undefined;
  readonly name: string;
  /** `null` while it is being found out. */
  readonly isOnline: boolean | null;
  /** Whoever knows the devices has listed them: not only what is remembered, or what spoke by itself. */
  readonly isListed: boolean;
  devices(): Iterable<HomeDevice>;
  /** By any spelling a person uses. */
  device(id: string): HomeDevice | undefined;
  /** Begins to tell; returns the way to end it. */
  listen(listener: HomeListener): () => void;
  /**
   * Carries out what the node of the device's family takes as `msg.payload`, or `{property: value}`; a gateway under its own id takes
   * what its light, its ringtones (`{tone}`) and `lumi-hub` take. Resolves when it took effect; undefined where a newer command took
   * its place. Rejects with a `LumiotError`.
   */
  set(id: string, payload: unknown): Promise<HomeAnswer | undefined>;
  /** Asks the device itself. `properties`: those of an account's device to be asked for; empty = all. Rejects with a `LumiotError`. */
  get(id: string, properties: readonly string[]): Promise<HomeAnswer>;
}

/** What discovery needs beside the device. */
export interface DiscoveryContext {
  readonly topics: Topics;
  readonly home: Pick<Home, 'id' | 'kind' | 'name'> & Partial<Pick<Home, 'device'>>;
  readonly qos: 0 | 1 | 2;
}

/** Makes what Home Assistant is told of a device; undefined where there is nothing it could show. */
export type DiscoveryOf = (device: HomeDevice, context: DiscoveryContext) => object | undefined;

export interface MqttSettings {
  /** Checked: no wildcard, no slash at either end; 'lumiot' or 'lumiot/house-a'. */
  readonly baseTopic: string;
  readonly homeAssistant: boolean;
  readonly discoveryPrefix: string;
  readonly qos: 0 | 1 | 2;
}

/** What `<base>/<home>/<device>/result` says. */
export type Result = { readonly command: 'set' | 'get'; readonly requestId?: string | number } & (
  | { readonly ok: true; readonly payload: unknown; readonly ack?: object }
  | { readonly ok: true; readonly overtaken: true }
  | { readonly ok: false; readonly code: LumiotError['code']; readonly error: string }
);

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
