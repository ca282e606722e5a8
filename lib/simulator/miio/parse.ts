/** The border of a home file's "wifi": checks every field and fills in what was left out. Past it nobody checks again. */

import { createHash } from 'node:crypto';
import { address, fail, flag, type Json, list, object, port, text, whole } from '../check';
import type { ResolvedCloudDevice } from '../cloud/config';
import { definitions } from '../cloud/specs';
import type { ResolvedWifiDevice } from './config';
import { describeLoosely, type Scalar } from './loose';

export const MIIO_PORT = 54_321;
const DID = /^[1-9]\d{0,19}$/;
const LARGEST_DID = 2n ** 64n - 2n;
const TOKEN = /^[0-9a-f]{32}$/i;
const NO_TOKEN = /^(0{32}|f{32})$/i;
const KEY = /^[\x20-\x7e]{16}$/;
const PLACE = /^[1-9]\d*\.[1-9]\d*$/;

/** What else is in the home that a Wi-Fi device may be a side of. */
export interface Neighbours {
  readonly account: readonly ResolvedCloudDevice[];
  /** Sids; undefined where nobody knows. */
  readonly gateways: readonly string[] | undefined;
}

const nobody: Neighbours = { account: [], gateways: undefined };

/** Throws `BAD_INPUT` with a sentence that names the device and the field; `where` begins it. */
export function parseWifi(json: unknown, where: string, neighbours = nobody): readonly ResolvedWifiDevice[] {
  const devices = list(json ?? undefined, where).map((entry, index) => parseWifiDevice(entry, `${where}, device ${index + 1}`, neighbours));
  refuseDoubles(devices, where);
  return devices;
}

/** The same for one device. */
export function parseWifiDevice(json: unknown, where = 'The Wi-Fi device', { account, gateways } = nobody): ResolvedWifiDevice {
  const device = object(json, where, 'must be an object with "did", "model" and "token"');
  const did = text(device.did, `${where}: "did"`);
  if (!DID.test(did) || BigInt(did) > LARGEST_DID)
    fail(`${where}: "did" is "${did}"; it must be decimal digits in quotes, such as "68332340".`);
  const here = `${where} (${did})`;
  const at = (field: string): string => `${here}: "${field}"`;
  const model = text(device.model, at('model'));
  const token = text(device.token, at('token'));
  // A token is a secret: it is not repeated.
  if (!TOKEN.test(token) || NO_TOKEN.test(token)) fail(`${at('token')} must be 32 hexadecimal digits, and not all 0 or all f.`);
  const lanKey = device.lanKey === undefined ? undefined : text(device.lanKey, at('lanKey'));
  if (lanKey !== undefined && lanKey !== '' && !KEY.test(lanKey))
    fail(`${at('lanKey')} has ${lanKey.length} characters; it must be 16 ASCII characters, or none: it was never switched on then.`);
  const values = object(device.values ?? {}, at('values'), 'must be an object by "siid.piid", such as {"2.1": true}');
  const twin = account.find((device) => device.did === did);
  if (twin !== undefined && twin.model !== model)
    fail(`${at('model')} is "${model}", and the device of the cloud with this did is a "${twin.model}"; give both the same model.`);
  const description = describe(model, values, at, twin?.urn);
  const sid = device.sid === undefined ? undefined : text(device.sid, at('sid'));
  if (sid !== undefined && gateways?.includes(sid) === false)
    fail(`${at('sid')} is "${sid}"; it must be the sid of one of the home's gateways.`);
  const name = text(device.name ?? twin?.name ?? model, at('name'));
  const own = { did, name, model, token: token.toLowerCase(), values };
  return {
    ...own,
    address: address(device.address, at('address')),
    port: port(device.port, at('port'), MIIO_PORT),
    mac: text(device.mac ?? macOf(did), at('mac')),
    lanKey,
    sid,
    showsToken: flag(device.showsToken, at('showsToken'), false),
    maxProperties: whole(device.maxProperties, at('maxProperties'), 15, 1, 1000),
    legacy: flag(device.legacy, at('legacy'), false),
    ...description,
    thing: toThing(own, description.definition.urn),
  };
}

/** That of the cloud's device where it is one; else by its model; else by the kind of device that its model names, where that has every value given; else made of the values. */
function describe(
  model: string,
  values: Json,
  at: (field: string) => string,
  urn?: string,
): Pick<ResolvedWifiDevice, 'definition' | 'isLoose'> {
  for (const [key, value] of Object.entries(values)) {
    if (!PLACE.test(key)) fail(`${at('values')}: "${key}" is no place; write service and property as "siid.piid", such as "2.1".`);
    if (!isScalar(value)) fail(`${at('values')}: "${key}" must be true, false, a number or text.`);
  }
  const exact = definitions.find((definition) => (urn === undefined ? definition.model === model : definition.urn === urn));
  const fitting = exact ?? definitions.find(({ type }) => type === model.split('.')[1]);
  const places = fitting?.services.flatMap(({ iid, properties }) => properties.map((property) => `${iid}.${property.iid}`)) ?? [];
  const strange = Object.keys(values).filter((key) => !places.includes(key));
  if (fitting !== undefined && strange.length === 0) return { definition: fitting, isLoose: false };
  if (exact !== undefined) fail(`${at('values')}: the device has no property "${strange[0]}"; it has ${places.join(', ')}.`);
  if (Object.keys(values).length > 0)
    return { definition: describeLoosely(model, values as Readonly<Record<string, Scalar>>), isLoose: true };
  const known = definitions.map((definition) => definition.model).join(', ');
  return fail(`${at('model')} is "${model}", which has no description; use one of ${known}, or give "values".`);
}

function isScalar(value: unknown): value is Scalar {
  return typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}

function toThing(own: Pick<ResolvedWifiDevice, 'did' | 'name' | 'model' | 'token' | 'values'>, urn: string): ResolvedCloudDevice {
  return { ...own, urn, home: 'Home', room: '', online: true, shared: false, parent: '', address: '', connection: 0 };
}

function macOf(did: string): string {
  const digits = createHash('md5').update(did).digest('hex').slice(0, 12).toUpperCase();
  return (digits.match(/../g) ?? []).join(':');
}

function refuseDoubles(devices: readonly ResolvedWifiDevice[], where: string): void {
  const dids = new Set<string>();
  const places = new Map<string, string>();
  for (const { did, address: host, port: number } of devices) {
    if (dids.has(did)) fail(`${where}: the did ${did} stands twice; give every device its own.`);
    dids.add(did);
    if (number === 0) continue;
    const place = `${host}:${number}`;
    const other = places.get(place);
    if (other !== undefined)
      fail(`${where}: the devices ${other} and ${did} both use ${place}; give one of them another "port" or "address".`);
    places.set(place, did);
  }
}
