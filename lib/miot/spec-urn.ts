/** URNs of MIoT-Spec-V2: `urn:<namespace>:<kind>:<name>:<value>[:<product>[:<version>]]` (miot-cloud.md §4.2). */

export interface Urn {
  readonly namespace: string;
  /** 'device', 'service', 'property', 'action' or 'event'. */
  readonly kind: string;
  /** Fourth field, lower case: 'light'. */
  readonly name: string;
}

const MOST_CHARACTERS = 200;
const DEVICE = /^urn:[\w.-]+:device:[\w.-]+:[\w.-]+(:[\w.-]+)*$/i;
/** Fields of a URN that say what a thing is; the next one is the version of its description. */
const FIELDS_BEFORE_VERSION = 6;

/** Namespaces whose names mean the same on every device; any other belongs to one vendor. */
const standards: ReadonlySet<string> = new Set(['miot-spec-v2', 'bluetooth-spec']);

/** Undefined for what is no URN. */
export function parseUrn(text: unknown): Urn | undefined {
  if (typeof text !== 'string' || text.length > MOST_CHARACTERS) return undefined;
  const [scheme = '', namespace = '', kind = '', name = ''] = text.split(':');
  if (scheme.toLowerCase() !== 'urn' || namespace === '' || name === '') return undefined;
  return { namespace: namespace.toLowerCase(), kind: kind.toLowerCase(), name: name.toLowerCase() };
}

/** Of a device, and made of nothing that could lead out of a folder or a query. */
export function isDeviceUrn(text: string): boolean {
  return text.length <= MOST_CHARACTERS && DEVICE.test(text);
}

export function isProprietary({ namespace }: Urn): boolean {
  return !standards.has(namespace);
}

/** The same device whatever the version of its description. */
export function withoutVersion(urn: string): string {
  return urn.split(':').slice(0, FIELDS_BEFORE_VERSION).join(':');
}

/** Windows allows no colon in a file name. */
export function fileNameOf(urn: string): string {
  return urn.replaceAll(':', '_');
}
