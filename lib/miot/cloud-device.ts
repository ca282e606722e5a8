/** A device as the account lists it. */

export interface CloudDevice {
  readonly did: string;
  readonly name: string;
  /** 'yeelink.light.lamp1'. */
  readonly model: string;
  /** URN of its description in MIoT-Spec-V2. */
  readonly urn: string;
  readonly isOnline: boolean;
  readonly home: string;
  /** '' = in no room. */
  readonly room: string;
  /** How it is connected (`pid` of miot-cloud.md §2.3): 0 Wi-Fi, 3 Zigbee, 6 Bluetooth, …; undefined where the cloud does not say. */
  readonly connection: number | undefined;
  /** Of the gateway it belongs to; '' = of none. */
  readonly parent: string;
  readonly address: string;
  readonly mac: string;
  readonly firmware: string;
  /** Shared by somebody else. */
  readonly isShared: boolean;
  /** 32 hexadecimal digits; '' = none. A secret: it never leaves the process, and is stored encrypted only. */
  readonly token: string;
}

export interface Home {
  readonly id: string;
  readonly name: string;
  /** Of the account that owns it. */
  readonly uid: string;
}

export interface HomeList {
  /** Account the homes belong to: uid of the first own home (miot-cloud.md §2.3). '' where there is none. */
  readonly uid: string;
  readonly homes: readonly Home[];
  readonly devices: readonly CloudDevice[];
}

/** `siid` and `piid` number service and property as the device's description does. */
export interface PropertyRef {
  readonly did: string;
  readonly siid: number;
  readonly piid: number;
}

/** A value as the cloud carries it. */
export type CloudValue = boolean | number | string;

/** One property of a read or of a write, in the order asked for. Failed ones carry the error, so that the others are not lost. */
export type PropertyResult = PropertyRef &
  (
    | { readonly ok: true; readonly value: CloudValue; readonly isAccepted: boolean }
    | { readonly ok: false; readonly error: import('../home/errors').LumiotError; readonly code: number }
  );
