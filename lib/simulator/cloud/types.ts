/** The pretend cloud as tests, the control and the demo handle it. */

import type { Household } from './household';

export const cloudFaultNames = [
  /** Requests of the API (not of tokens, unless `on` says so) are answered with HTTP 401. */
  'status-401',
  'status-500',
  /** HTTP 429 with Retry-After of `ms`, 5 s unless told. */
  'status-429',
  /** Accepts the request and never answers. */
  'hang',
  /** Does what was asked, then drops the connection without an answer. */
  'lose-reply',
  /** Drops the connection before anything was done. */
  'refuse',
  /** The user takes the permission back: every token is worth nothing, refresh says 96012. */
  'revoke',
  /** The refresh token is unknown: 96009. */
  'invalid-refresh',
  /** Tokens: `code:-6` without an inner code, HTTP 200 (miot-cloud.md §1.4). */
  'backend-glitch',
  /** HTML of a captive portal instead of JSON. */
  'bad-json',
  'broker-down',
  /** Closes MQTT sessions at once; the broker stays. */
  'broker-kick',
  /** SUBACK 0x87 for `device/<did>/state/#`. */
  'refuse-state-wildcard',
  'slow',
  'clear',
] as const;

export type CloudFaultName = (typeof cloudFaultNames)[number];

export interface CloudFaultRequest {
  readonly fault: CloudFaultName;
  /** Share of the requests it meets, 1 unless told. */
  readonly ratio?: number | undefined;
  /** When it ends by itself; slow: how late each answer is. */
  readonly ms?: number | undefined;
  /** Requests after which it ends by itself. */
  readonly count?: number | undefined;
  /** Only requests of this kind; every one unless told. */
  readonly on?: 'token' | 'api' | 'spec' | undefined;
}

/** One request as it came in, for tests that look at the wire. Tokens as they were sent: never print them. */
export interface CloudRequest {
  readonly method: string;
  /** Path with query. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly status: number;
}

export interface CloudAddresses {
  /** `http(s)://127.0.0.1:port`: settings `apiHost`, `oauthHost` and `specHost`. */
  readonly http: string;
  /** `mqtt(s)://127.0.0.1:port`: setting `mqttHost`. */
  readonly mqtt: string;
  readonly clientId: string;
  readonly redirectUrl: string;
}

export interface CloudDeviceSnapshot {
  readonly did: string;
  readonly name: string;
  readonly model: string;
  readonly urn: string;
  readonly room: string;
  readonly isOnline: boolean;
  /** By 'service:property' where the description names it. */
  readonly state: Readonly<Record<string, unknown>>;
}

/** Every method that names a device throws `NO_DEVICE` when there is none. */
export interface PretendCloud {
  readonly addresses: CloudAddresses;
  /** Its devices and homes, for what else of them is pretended: whoever changes them through it has the change pushed. */
  readonly household: Household;
  /** What the user's browser does: opens the authorise page, agrees (or not), and gives the address it is sent back to. */
  approve(authorizeUrl: string, answer?: 'agree' | 'deny'): Promise<string>;
  /** A value changes at the device: pushed to whoever subscribed. */
  change(did: string, siid: number, piid: number, value: unknown): void;
  /** An event of the device; arguments by piid, in order. */
  event(did: string, siid: number, eiid: number, args?: readonly { piid: number; value: unknown }[]): void;
  online(did: string, isOnline: boolean): void;
  /** Changes a value without telling anybody, as a lost push would. */
  setSilently(did: string, siid: number, piid: number, value: unknown): void;
  value(did: string, siid: number, piid: number): unknown;
  fault(request: CloudFaultRequest): void;
  /** Names of what is broken now. */
  faults(): readonly CloudFaultName[];
  /** Resolves when every fault asked for so far is in place: a broker that is down, or is back. */
  settled(): Promise<void>;
  /** The last 1,000 requests, oldest first. */
  requests(): readonly CloudRequest[];
  /** How often an action was carried out, by 'did.siid.aiid'. */
  actions(): ReadonlyMap<string, number>;
  /** How many access and refresh tokens would work now, and how many refreshes were made: for counting in tests. */
  tokens(): { readonly valid: number; readonly refreshable: number; readonly refreshes: number };
  /** Publishes any bytes under any topic: what a broker of the vendor might send. */
  publishRaw(topic: string, payload: string | Buffer): void;
  /** MQTT sessions that are open now. */
  readonly sessions: number;
  /** Subscription filters of all sessions. */
  filters(): readonly string[];
  devices(): readonly CloudDeviceSnapshot[];
  close(): Promise<void>;
}
