/** What a gateway remembers over a restart: its devices and their last values, in a state file. */

import { emptyValues, type Value, type Values } from '../home/device';
import type { StateFile } from '../home/state-file';
import type { DeviceRecord } from './device-record';

export interface RememberedDevice {
  readonly sid: string;
  readonly wireSid: string;
  readonly model: string;
  readonly values: Values;
  readonly lastSeen: number | undefined;
}

export interface Remembered {
  readonly sid: string;
  readonly devices: readonly RememberedDevice[];
}

/** What there is to remember, asked for when it is written. */
export type Recall = () => { readonly sid: string; readonly devices: readonly DeviceRecord[] };

export interface GatewayMemory {
  load(): Promise<Remembered | undefined>;
  watch(recall: Recall): void;
  /** Something changed: written within half a minute. */
  touch(): void;
  flush(): Promise<void>;
  close(): Promise<void>;
}

/** Remembers nothing. */
export const noMemory: GatewayMemory = {
  load: () => Promise.resolve(undefined),
  watch: () => {},
  touch: () => {},
  flush: () => Promise.resolve(),
  close: () => Promise.resolve(),
};

/** Remembers in a file. */
export function fileMemory(file: StateFile): GatewayMemory {
  return {
    load: async () => remembered(await file.load()),
    watch: (recall) =>
      file.source(() => {
        const { sid, devices } = recall();
        return {
          version: 1,
          sid,
          devices: devices.map(({ sid: device, wireSid, wireModel, values, lastSeen }) => ({
            sid: device,
            wireSid,
            model: wireModel,
            values,
            lastSeen,
          })),
        };
      }),
    touch: () => file.touch(),
    flush: () => file.flush(),
    close: () => file.close(),
  };
}

/** A state file is input like any other: what does not look right is left out. */
function remembered(stored: unknown): Remembered | undefined {
  if (!isRecord(stored) || !Array.isArray(stored.devices)) return undefined;
  const devices: RememberedDevice[] = [];
  for (const one of stored.devices as unknown[]) {
    if (!isRecord(one) || typeof one.sid !== 'string' || one.sid === '') continue;
    devices.push({
      sid: one.sid,
      wireSid: typeof one.wireSid === 'string' ? one.wireSid : one.sid,
      model: typeof one.model === 'string' ? one.model : '',
      values: rememberedValues(one.values),
      lastSeen: typeof one.lastSeen === 'number' ? one.lastSeen : undefined,
    });
  }
  return { sid: typeof stored.sid === 'string' ? stored.sid : '', devices };
}

function rememberedValues(stored: unknown): Values {
  const values = emptyValues();
  if (!isRecord(stored)) return values;
  for (const [property, value] of Object.entries(stored)) {
    if (value === null || ['boolean', 'number', 'string'].includes(typeof value) || isRecord(value)) values[property] = value as Value;
  }
  return values;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
