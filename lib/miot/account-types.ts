/** What nodes, the editor and MQTT see of an account: the contract of `Account`. */

import type { Origin, Value, Values } from '../home/device';
import type { LumiotError } from '../home/errors';
import type { CloudDevice } from './cloud-device';
import type { DeviceSpec } from './spec-types';
import type { SessionView } from './tokens';

/** A device of the account with what is known of it. */
export interface CloudRecord {
  readonly did: string;
  /** As the account lists it now; the name and the address that the user set win. */
  readonly listed: CloudDevice;
  /** By the names of its description ('light:on'). */
  readonly values: Values;
  /** The account lists it; false where it is known from the settings alone. */
  readonly isListed: boolean;
  /** The way it was reached last: on the LAN or through the cloud. */
  readonly transport: 'miio' | 'miot';
  /** It answers on the LAN, or else what the cloud says. For Bluetooth devices that means nothing: `info` has null for them. */
  readonly isOnline: boolean;
  /** Somebody has said whether it is online: the account lists it, or it was asked on the LAN. Until then nobody knows. */
  readonly isTried: boolean;
  /** When it last pushed something or answered a command, in milliseconds since 1970: what is read is the cloud's memory (miot-cloud.md §2.3). */
  readonly lastSeen: number | undefined;
  /** Undefined until it was fetched. */
  readonly spec: DeviceSpec | undefined;
  /** It was not read as a whole in this process yet: of its values some may be what was remembered. */
  readonly isFresh: boolean;
}

/** Topic of `AccountEvents` about the account itself. */
export const ACCOUNT_TOPIC = '#account';

/** Hears everything that is heard anyway, and makes nothing be asked for: for the editor. */
export const WATCH_TOPIC = '#watch';

export type AccountWord = 'signed-in' | 'sign-in-needed' | 'unreachable';

export type AccountEvent =
  | {
      readonly kind: 'property';
      readonly device: CloudRecord;
      /** What this push or read said. */
      readonly values: Values;
      readonly changed: readonly string[];
      readonly previous: Values;
      /** Every value known, as it was then. */
      readonly state: Values;
      readonly origin: Origin;
      /** A read told these properties for the first time in this process: no news but a beginning, whatever was remembered. */
      readonly isInitial: boolean;
      readonly raw: unknown;
    }
  | {
      readonly kind: 'event';
      readonly device: CloudRecord;
      /** 'switch-sensor:click'. */
      readonly event: string;
      /** By the names of the description; what it does not name is 'argument1', 'argument2', …. */
      readonly arguments: Values;
      readonly state: Values;
      readonly raw: unknown;
    }
  | { readonly kind: 'online'; readonly device: CloudRecord; readonly isOnline: boolean; readonly raw: unknown }
  | { readonly kind: 'account'; readonly word: AccountWord; readonly error: LumiotError | undefined };

export interface AccountState {
  readonly session: SessionView;
  /** The push connection; 'off' where nobody needs it. */
  readonly push: 'off' | 'connecting' | 'connected' | 'waiting' | 'refused';
  /** Devices that have a way on the LAN, and how many of them answer there. */
  readonly local: { readonly devices: number; readonly reachable: number };
  /** Why the cloud cannot be used now; undefined where all is well. */
  readonly error: LumiotError | undefined;
}

/** How a command ended. */
export interface CloudAck {
  readonly ok: true;
  readonly ms: number;
  /** Requests that were sent for it; more than one where one was refused for its token or as one too many, or never arrived. */
  readonly attempts: number;
  /** 'report': a push said so; 'read': it was read back; 'ack': the device answered. */
  readonly confirmed: 'report' | 'read' | 'ack';
}

export interface SetOutcome {
  readonly device: CloudRecord;
  /** What was set, under the names of the description, as the wire has it. */
  readonly values: Values;
  /** What was known before. */
  readonly previous: Values;
  readonly ack: CloudAck;
}

export interface ActionOutcome {
  readonly device: CloudRecord;
  /** 'vacuum:start-sweep'. */
  readonly action: string;
  readonly outputs: Values;
  readonly ack: CloudAck;
}

export interface GetOutcome {
  readonly device: CloudRecord;
  /** In the order asked for, under the names of the description. */
  readonly values: Values;
  readonly previous: Values;
}

/** Inputs of an action: in the order of the description, or by name. */
export type ActionInputs = readonly Value[] | Readonly<Record<string, unknown>>;
