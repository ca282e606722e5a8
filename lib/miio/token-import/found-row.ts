/** One device as a file tells of it, whatever the file: names of fields differ, their meaning does not. Nothing is believed yet. */

export interface FoundRow {
  readonly did: string;
  readonly name: string;
  readonly host: string;
  readonly mac: string;
  readonly model: string;
  /** How it is connected, as the cloud counts; '' where the file does not say (miio-lan.md §5). */
  readonly pid: string;
  readonly token: string | Uint8Array;
}

/** Spellings of each field, without case, underscores and the "Z" of Apple's columns. The first that has a value counts. */
const spellings = {
  did: ['did', 'deviceid'],
  name: ['name'],
  host: ['localip', 'ip'],
  mac: ['mac'],
  model: ['model'],
  pid: ['pid'],
  token: ['token'],
} as const satisfies Record<keyof FoundRow, readonly string[]>;

/** How a field is compared: `localIP`, `local_ip` and `ZLOCALIP` are one. */
export function fieldName(spelled: string, isApple = false): string {
  const bare = spelled.toLowerCase().replaceAll('_', '');
  return isApple && bare.startsWith('z') ? bare.slice(1) : bare;
}

export const knownFields: ReadonlySet<string> = new Set(Object.values(spellings).flat());

/** `fields` by `fieldName`. */
export function foundRow(fields: ReadonlyMap<string, unknown>): FoundRow {
  const value = (names: readonly string[]): unknown => names.map((name) => fields.get(name)).find((one) => textOf(one) !== '');
  const text = (names: readonly string[]): string => textOf(value(names));
  const token = value(spellings.token);
  return {
    did: text(spellings.did),
    name: text(spellings.name),
    host: text(spellings.host),
    mac: text(spellings.mac),
    model: text(spellings.model),
    pid: text(spellings.pid),
    token: token instanceof Uint8Array ? token : textOf(token),
  };
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : '';
}
