/** What Wi-Fi devices on the LAN are to the rest of the package: the contract of lib/miio (miio-lan.md). */

import type { LumiotError } from '../home/errors';

/** `siid` and `piid` number service and property as the device's description does. */
export interface MiioRef {
  readonly did: string;
  readonly siid: number;
  readonly piid: number;
}

export type MiioValue = boolean | number | string;

/** One property of a read or of a write, in the order asked for. A code 0 without a value is `null` (miio-lan.md §4.1). */
export type MiioResult = MiioRef &
  (
    | { readonly ok: true; readonly value: MiioValue | null; readonly isAccepted: boolean }
    | { readonly ok: false; readonly error: LumiotError; readonly code: number }
  );

/** Where a device is and what opens it. */
export interface MiioTarget {
  /** Decimal digits; '' = whichever device answers at `host`. */
  readonly did: string;
  /** IPv4 address or host name, optionally with ':port' (54321 unless told); '' = found by its did with a broadcast. */
  readonly host: string;
  /** 32 hexadecimal digits. A secret. */
  readonly token: string;
  /** 'yeelink.light.lamp1'; '' = unknown. */
  readonly model: string;
  /** For sentences: 'Desk lamp (68332340)'. */
  readonly label: string;
}

/** What repeating a call would do; decides how often it is sent (miio-lan.md §4). */
export type CallKind = 'read' | 'set' | 'action';

/** How a device was last met. 'token-rejected': it answers hello and no signed request (miio-lan.md §3). */
export type MiioStanding = 'unknown' | 'reachable' | 'offline' | 'token-rejected';

/** A device that answered a broadcast or announced itself (miio-lan.md §5). */
export interface FoundDevice {
  readonly did: string;
  /** IPv4 address, with ':port' where it is not 54321. */
  readonly host: string;
  /** '' where only hello was answered. */
  readonly model: string;
  /** Told in its hello by a device that is not set up, or by old firmware; '' otherwise. A secret. */
  readonly token: string;
}

/** What `miIO.info` says, without what is secret (miio-lan.md §4.1). */
export interface MiioInfo {
  readonly model: string;
  readonly firmware: string;
  readonly hardware: string;
  readonly mac: string;
}

/** A Wi-Fi device on the LAN. Implemented by `MiioDevice`. Rejects with `DEVICE_OFFLINE`, `TOKEN_REJECTED`, `UNKNOWN_OUTCOME` (actions only), `UNSUPPORTED`, `QUEUE_FULL`, `TIMEOUT`, `SOCKET` or the code of its answer. */
export interface LocalDevice {
  readonly standing: MiioStanding;
  /** As it was given, or as whoever answered said; '' before. */
  readonly did: string;
  /** As last heard from; undefined before. */
  readonly address: string | undefined;
  get(refs: readonly MiioRef[]): Promise<readonly MiioResult[]>;
  /** `onRequest` is called for each request sent. */
  set(values: readonly (MiioRef & { readonly value: MiioValue })[], onRequest?: () => void): Promise<readonly MiioResult[]>;
  /** Never carried out twice by accident: a lost answer is `UNKNOWN_OUTCOME`. `inputs` in the order of the description. */
  action(
    target: { readonly did: string; readonly siid: number; readonly aiid: number },
    inputs: readonly MiioInput[],
    onRequest?: () => void,
  ): Promise<{ readonly outputs: readonly MiioValue[]; readonly isAccepted: boolean }>;
  /** Any method with its `params`; gives `result` as it came. */
  call(method: string, params: unknown, kind: CallKind, onRequest?: () => void): Promise<unknown>;
  info(): Promise<MiioInfo>;
  /** Ends everything pending: with `DEVICE_OFFLINE`, or with `TIMEOUT` where another takes its place with what is known of it now. */
  close(isReplaced?: boolean): void;
}

/** An input of an action: on the LAN it carries the number of its property (miio-lan.md §4.1, unverified on hardware). */
export interface MiioInput {
  readonly piid: number;
  readonly value: MiioValue;
}

/** A device and its token as found in a file of the user (miio-lan.md §8). */
export interface ImportedDevice {
  /** '' where the file does not know it. */
  readonly did: string;
  readonly name: string;
  readonly host: string;
  readonly mac: string;
  readonly model: string;
  /** 32 hexadecimal digits in lower case. A secret. */
  readonly token: string;
}

/** A row that was left out, and why, in a sentence without any secret. */
export interface SkippedRow {
  readonly name: string;
  readonly reason: string;
}

/** What a file turned out to be. */
export type TokenSource = 'android-backup' | 'android-database' | 'ios-database' | 'yeelight' | 'text';

export interface TokenImport {
  readonly source: TokenSource;
  readonly devices: readonly ImportedDevice[];
  readonly skipped: readonly SkippedRow[];
}
