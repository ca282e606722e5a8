/** What a home file says: the types of a pretend home before anything is checked or filled in. */

import type { CloudConfig, ResolvedCloud } from './cloud/config';
import type { ResolvedWifiDevice } from './miio/config';
import type { WifiDeviceConfig } from './miio/types';

export interface DeviceConfig {
  readonly sid: string;
  /** As the gateway would send it; '' is a model its firmware does not know (lumi-lan.md §3.1). */
  readonly model: string;
  /** For people; never on the wire. */
  readonly name?: string | undefined;
  /** Raw wire fields, sent exactly as they stand here. */
  readonly fields: Readonly<Record<string, unknown>>;
  /** Not paired yet: appears in the list only after the pairing window was opened. */
  readonly hidden?: boolean | undefined;
  readonly power?: 'battery' | 'mains' | undefined;
  /** Curtains: time for the way from closed to open, 5000 ms unless told. */
  readonly travelMs?: number | undefined;
  /** Time from a write to its effect and report, 30 to 100 ms at random unless told: for slow devices. */
  readonly effectMs?: number | undefined;
}

export interface GatewayConfig {
  readonly sid: string;
  /** For people; never on the wire. */
  readonly name?: string | undefined;
  /** The 16-character LAN password. */
  readonly key: string;
  /** 127.0.0.1 unless told. */
  readonly address?: string | undefined;
  /** 9898 unless told; 0 is any free port. */
  readonly port?: number | undefined;
  readonly protocol?: 1 | 2 | undefined;
  /** 'gateway', 'gateway.v3', 'acpartner.v3', … */
  readonly model?: string | undefined;
  /** rgb, illumination, proto_version …, on top of what the model has anyway; `null` takes a field away. */
  readonly fields?: Readonly<Record<string, unknown>> | undefined;
  readonly devices?: readonly DeviceConfig[] | undefined;
  /** Time between two heartbeats, each with a new token; 10000 ms unless told. */
  readonly heartbeatMs?: number | undefined;
  /** How long a token works after it was issued, 20000 ms unless told; the newest one always works. */
  readonly tokenMs?: number | undefined;
  /** `false`: `iam` says no `proto_version`, as old firmware; a read of the gateway still does. */
  readonly announcesProtocol?: boolean | undefined;
}

export interface HomeConfig {
  readonly gateways?: readonly GatewayConfig[] | undefined;
  readonly cloud?: CloudConfig | undefined;
  /** Devices in the Wi-Fi that speak miIO; one with the did of a device of the cloud is that device. */
  readonly wifi?: readonly WifiDeviceConfig[] | undefined;
  /** Lets the Wi-Fi devices be found; off unless told, because it takes ports of the whole machine. */
  readonly broadcast?: boolean | BroadcastConfig | undefined;
  /** Where the HTTP control listens on 127.0.0.1; 0 is any free port. Absent: no control. */
  readonly control?: { readonly port: number } | undefined;
  readonly lively?: boolean | undefined;
  /** Local address of the interface that carries the multicast; 127.0.0.1 never leaves the machine. */
  readonly interface?: string | undefined;
  /** 4321 unless told. */
  readonly whoisPort?: number | undefined;
  /** Where reports and heartbeats go; 9898 unless told. */
  readonly eventPort?: number | undefined;
}

/** Where Wi-Fi devices hear what is meant for everybody (miio-lan.md §5). */
export interface BroadcastConfig {
  /** 127.255.255.255 unless told; macOS and Windows broadcast nothing on loopback. */
  readonly address?: string | undefined;
  /** Of hellos; 54321 unless told. */
  readonly port?: number | undefined;
  /** Of mDNS questions, on the home's `interface`; 5353 unless told. */
  readonly mdnsPort?: number | undefined;
}

export interface ResolvedBroadcast {
  readonly address: string;
  readonly port: number;
  readonly mdnsPort: number;
}

export interface ResolvedDevice {
  readonly sid: string;
  readonly model: string;
  readonly name: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly hidden: boolean;
  readonly power: 'battery' | 'mains';
  readonly travelMs: number;
  readonly effectMs: number | undefined;
}

export interface ResolvedGateway {
  readonly sid: string;
  readonly name: string;
  readonly key: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 1 | 2;
  readonly model: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly devices: readonly ResolvedDevice[];
  readonly heartbeatMs: number;
  readonly tokenMs: number;
  readonly announcesProtocol: boolean;
}

/** A home with nothing left to decide. */
export interface ResolvedHome {
  readonly gateways: readonly ResolvedGateway[];
  readonly controlPort: number | undefined;
  readonly lively: boolean;
  readonly interface: string;
  readonly whoisPort: number;
  readonly eventPort: number;
  readonly cloud: ResolvedCloud | undefined;
  readonly wifi: readonly ResolvedWifiDevice[];
  readonly broadcast: ResolvedBroadcast | undefined;
}
