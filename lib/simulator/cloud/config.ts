/** What a home file says about the pretend cloud, before anything is checked or filled in. */

export interface CloudDeviceConfig {
  readonly did: string;
  readonly name?: string | undefined;
  readonly model: string;
  /** URN of one of the descriptions the pretend cloud has; the one whose model fits unless told. */
  readonly urn?: string | undefined;
  readonly home?: string | undefined;
  readonly room?: string | undefined;
  readonly online?: boolean | undefined;
  /** Shared by another account. */
  readonly shared?: boolean | undefined;
  readonly parent?: string | undefined;
  readonly token?: string | undefined;
  readonly address?: string | undefined;
  readonly connection?: number | undefined;
  /** Values by 'siid.piid'; the others begin with something ordinary. */
  readonly values?: Readonly<Record<string, unknown>> | undefined;
}

export interface CloudConfig {
  /** HTTP(S); 0 = any free port. */
  readonly port?: number | undefined;
  readonly mqttPort?: number | undefined;
  readonly clientId?: string | undefined;
  /** The only one that is registered for the client id. */
  readonly redirectUrl?: string | undefined;
  /** Life of an access token in seconds; 259200 unless told. */
  readonly expiresIn?: number | undefined;
  /** Account id of the pretend user. */
  readonly uid?: string | undefined;
  /** Devices per page of the list; 200 unless told: small ones make paging visible. */
  readonly pageSize?: number | undefined;
  /** PEM texts, or paths of PEM files: HTTPS and MQTT over TLS. Absent: both in plain text, for loopback only. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly devices?: readonly CloudDeviceConfig[] | undefined;
}

export interface ResolvedCloudDevice {
  readonly did: string;
  readonly name: string;
  readonly model: string;
  readonly urn: string;
  readonly home: string;
  readonly room: string;
  readonly online: boolean;
  readonly shared: boolean;
  readonly parent: string;
  readonly token: string;
  readonly address: string;
  readonly connection: number;
  readonly values: Readonly<Record<string, unknown>>;
}

/** A cloud with nothing left to decide; good as a `CloudConfig` too. */
export interface ResolvedCloud {
  readonly port: number;
  readonly mqttPort: number;
  readonly clientId: string;
  readonly redirectUrl: string;
  readonly expiresIn: number;
  readonly uid: string;
  readonly pageSize: number;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly devices: readonly ResolvedCloudDevice[];
}
