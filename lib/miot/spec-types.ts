/** A device's description (MIoT-Spec-V2) as the rest of the package uses it: names and ids, what may be read and written, and how. */

export type SpecFormat = 'boolean' | 'integer' | 'number' | 'text';

export interface SpecValue {
  readonly value: number;
  /** Unique within its list, kebab-case English: 'day', 'auto-2'. What flows may use instead of the number. */
  readonly name: string;
  /** For people, in the language asked for. */
  readonly label: string;
}

export interface SpecProperty {
  /** 'light:brightness'; unique within the device: 'switch.2:on' is the second service of that name in the order of their ids. */
  readonly name: string;
  readonly siid: number;
  readonly piid: number;
  /** For people: "Light · Brightness". */
  readonly label: string;
  readonly format: SpecFormat;
  /** Nothing describes it: it is known by its numbers, and takes and gives any value. */
  readonly isUndescribed?: boolean;
  readonly canRead: boolean;
  readonly canWrite: boolean;
  /** Changes are pushed. */
  readonly canNotify: boolean;
  /** '%', '°C', …; absent where there is none. */
  readonly unit?: string;
  readonly range?: { readonly min: number; readonly max: number; readonly step: number };
  readonly values?: readonly SpecValue[];
}

export interface SpecAction {
  readonly name: string;
  readonly siid: number;
  readonly aiid: number;
  readonly label: string;
  readonly inputs: readonly SpecProperty[];
  readonly outputs: readonly SpecProperty[];
}

export interface SpecEvent {
  readonly name: string;
  readonly siid: number;
  readonly eiid: number;
  readonly label: string;
  readonly arguments: readonly SpecProperty[];
}

export interface DeviceSpec {
  readonly urn: string;
  /** Fourth field of the URN: 'light', 'outlet', 'air-purifier'. */
  readonly type: string;
  readonly label: string;
  /** The vendor's own namespace instead of the standard's. */
  readonly isProprietary: boolean;
  readonly properties: readonly SpecProperty[];
  readonly actions: readonly SpecAction[];
  readonly events: readonly SpecEvent[];
  /** What people mean by this device: 'light:on' of a light, 'temperature-humidity-sensor:temperature' of a thermometer; undefined where nothing fits. */
  readonly main: string | undefined;
}
