/** The pretend Wi-Fi devices as a home file describes them and as tests, the control and the demo handle them (miio-lan.md §7). */

export interface WifiDeviceConfig {
  /** Decimal digits, 32 or 64 bits. */
  readonly did: string;
  readonly name?: string | undefined;
  /** One of the models the pretend cloud has a description for, a gateway ('lumi.gateway.v3'), or anything with `values`. */
  readonly model: string;
  /** 32 hexadecimal digits. */
  readonly token: string;
  /** 127.0.0.1 unless told. */
  readonly address?: string | undefined;
  /** 0 = any free port; 54321 unless told. */
  readonly port?: number | undefined;
  readonly mac?: string | undefined;
  /** Values by 'siid.piid'; the others begin with something ordinary. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
  /** Gateways: the LAN key that `get_lumi_dpf_aes_key` gives. The one of the pretend gateway with `sid` unless told; '' = never switched on. */
  readonly lanKey?: string | undefined;
  /** Gateways: the sid of the pretend gateway that this device is. */
  readonly sid?: string | undefined;
  /** Tells its token in the answer to hello, as a device that is not set up does. */
  readonly showsToken?: boolean | undefined;
  /** Properties per request beyond which it answers -9999 (miio-lan.md §4.2); 15 unless told. */
  readonly maxProperties?: number | undefined;
  /** Speaks no spec methods: answers them with -10000. */
  readonly legacy?: boolean | undefined;
}

export const wifiFaultNames = [
  /** Ignores requests (and hello with `on: 'hello'`). */
  'drop',
  /** Carries out, and never answers. */
  'lose-reply',
  'delay',
  'duplicate',
  /** Its clock begins anew at 0. */
  'reboot',
  /** Another address or port: `to`. */
  'move',
  /** Another token: `token`, or one at random. */
  'new-token',
  /** Answers nothing at all, hello neither. */
  'offline',
  /** Answers in the broken JSON of miio-lan.md §4.3. */
  'odd-json',
  /** Answers reads with -9999. */
  'busy',
  'clear',
] as const;

export type WifiFaultName = (typeof wifiFaultNames)[number];

export interface WifiFaultRequest {
  readonly fault: WifiFaultName;
  /** Share of the requests it meets, 1 unless told. */
  readonly ratio?: number | undefined;
  /** delay: how late; otherwise when it ends by itself. */
  readonly ms?: number | undefined;
  /** Requests after which it ends by itself. */
  readonly count?: number | undefined;
  readonly on?: 'hello' | 'call' | undefined;
  /** move: 'address:port'. */
  readonly to?: string | undefined;
  readonly token?: string | undefined;
}

/** One request that was understood. */
export interface WifiRequest {
  readonly id: number;
  readonly method: string;
  readonly params: unknown;
  readonly stamp: number;
}

/** What `GET /home` shows of it: never its token or LAN key. */
export interface WifiDeviceSnapshot {
  readonly did: string;
  readonly name: string;
  readonly model: string;
  readonly host: string;
  readonly faults: readonly WifiFaultName[];
  /** By 'service:property' where the description names it; of gateways also `armed` and `radio`. */
  readonly state: Readonly<Record<string, unknown>>;
}

export interface PretendWifiDevice {
  readonly did: string;
  readonly model: string;
  /** 'address:port' as it is now. */
  readonly host: string;
  readonly token: string;
  /** Seconds of its own clock. */
  readonly stamp: number;
  value(siid: number, piid: number): unknown;
  /** A value changes at the device. */
  change(siid: number, piid: number, value: unknown): void;
  fault(request: WifiFaultRequest): Promise<void>;
  /** Names of what is broken now. */
  faults(): readonly WifiFaultName[];
  /** The last 1,000, oldest first; a repeated id counts again. */
  requests(): readonly WifiRequest[];
  /** How often an action or a set was carried out, by 'siid.aiid', 'siid.piid' or method. */
  carriedOut(): ReadonlyMap<string, number>;
  /** Datagrams it did not answer: wrong checksum, stale stamp, malformed. */
  readonly ignored: number;
  snapshot(): WifiDeviceSnapshot;
  close(): Promise<void>;
}
