/** What an account remembers over a restart: its devices and their last values, never a secret. In a state file beside the token store. */

import { emptyValues, type Value, type Values } from '../home/device';
import type { StateFile } from '../home/state-file';
import type { CloudRecord } from './account-types';
import type { CloudDevice } from './cloud-device';

export interface RememberedDevice {
  readonly listed: CloudDevice;
  /** False: it is known from the settings alone. */
  readonly isListed: boolean;
  readonly values: Values;
  readonly lastSeen: number | undefined;
}

export interface RememberedAccount {
  readonly homes: readonly string[];
  readonly devices: readonly RememberedDevice[];
}

export interface AccountMemory {
  load(): Promise<RememberedAccount>;
  watch(recall: () => { readonly homes: readonly string[]; readonly devices: Iterable<CloudRecord> }): void;
  touch(): void;
  flush(): Promise<void>;
  close(): Promise<void>;
  remove(): Promise<void>;
}

const nothing: RememberedAccount = { homes: [], devices: [] };
const quiet = (): Promise<void> => Promise.resolve();

/** Remembers nothing. */
export const noAccountMemory: AccountMemory = {
  load: () => Promise.resolve(nothing),
  watch: () => {},
  touch: () => {},
  flush: quiet,
  close: quiet,
  remove: quiet,
};

export function accountMemory(file: StateFile): AccountMemory {
  return {
    load: async () => remembered(await file.load()),
    watch: (recall) =>
      file.source(() => {
        const { homes, devices } = recall();
        return {
          version: 1,
          homes,
          devices: [...devices].map(({ listed, isListed, values, lastSeen }) => ({ listed: stored(listed), isListed, values, lastSeen })),
        };
      }),
    touch: () => file.touch(),
    flush: () => file.flush(),
    close: () => file.close(),
    remove: () => file.remove(),
  };
}

/** Field by field: the token of a device stays out. */
function stored({
  did,
  name,
  model,
  urn,
  isOnline,
  home,
  room,
  connection,
  parent,
  address,
  mac,
  firmware,
  isShared,
}: CloudDevice): object {
  return { did, name, model, urn, isOnline, home, room, connection, parent, address, mac, firmware, isShared };
}

/** A state file is input like any other: what does not look right is left out. */
function remembered(file: unknown): RememberedAccount {
  if (!isRecord(file)) return nothing;
  const homes = Array.isArray(file.homes) ? file.homes.filter((name): name is string => typeof name === 'string') : [];
  const rows: readonly unknown[] = Array.isArray(file.devices) ? file.devices : [];
  return {
    homes,
    devices: rows.flatMap((row) => {
      if (!isRecord(row) || !isRecord(row.listed)) return [];
      const { listed } = row;
      const text = (name: string): string => (typeof listed[name] === 'string' ? listed[name] : '');
      const isListed = row.isListed !== false;
      if (text('did') === '' || (isListed && text('urn') === '')) return [];
      return [
        {
          listed: {
            did: text('did'),
            name: text('name'),
            model: text('model'),
            urn: text('urn'),
            isOnline: listed.isOnline === true,
            home: text('home'),
            room: text('room'),
            connection: typeof listed.connection === 'number' ? listed.connection : undefined,
            parent: text('parent'),
            address: text('address'),
            mac: text('mac'),
            firmware: text('firmware'),
            isShared: listed.isShared === true,
            token: '',
          },
          isListed,
          values: rememberedValues(row.values),
          lastSeen: typeof row.lastSeen === 'number' ? row.lastSeen : undefined,
        },
      ];
    }),
  };
}

function rememberedValues(stored: unknown): Values {
  const values = emptyValues();
  if (!isRecord(stored)) return values;
  for (const [name, value] of Object.entries(stored)) {
    if (['boolean', 'number', 'string'].includes(typeof value)) values[name] = value as Value;
  }
  return values;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
