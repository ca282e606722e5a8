/** The border of a home file's "cloud": checks every field and fills in what was left out. Past it nobody checks again. */

import { createHash } from 'node:crypto';
import { fail, flag, type Json, list, object, text, whole } from '../check';
import type { ResolvedCloud, ResolvedCloudDevice } from './config';
import { definitionOf, definitions } from './specs';

const CLIENT_ID = /^\d{1,20}$/;
const DID = /^[\w.-]{1,64}$/;
const UID = /^\d{1,20}$/;
const TOKEN = /^[0-9a-f]{32}$/i;
const MAX_EXPIRES_S = 315_360_000;
// Wi-Fi, Wi-Fi with Bluetooth, cable (miot-cloud.md §2.3): these can be reached in the LAN and have a token for it.
const LAN_CONNECTIONS = new Set([0, 8, 12, 23]);

/** Throws `BAD_INPUT` with a sentence that names the device and the field; `where` begins it. */
export function parseCloud(json: unknown, where = 'The cloud'): ResolvedCloud {
  const cloud = object(json, where, 'must be an object, such as {"devices": []}');
  const at = (field: string): string => `${where}: "${field}"`;
  const clientId = text(cloud.clientId ?? '1234567890123456789', at('clientId'));
  if (!CLIENT_ID.test(clientId)) fail(`${at('clientId')} must be 1 to 20 digits in quotes; as a number JSON would round it.`);
  const uid = text(cloud.uid ?? '1000000001', at('uid'));
  if (!UID.test(uid)) fail(`${at('uid')} must be digits in quotes, such as "1000000001".`);
  const devices = list(cloud.devices, at('devices')).map((entry, index) => parseCloudDevice(entry, `${where}, device ${index + 1}`));
  refuseDoubles(devices, where);
  return {
    port: whole(cloud.port, at('port'), 0, 0, 65_535),
    mqttPort: whole(cloud.mqttPort, at('mqttPort'), 0, 0, 65_535),
    clientId,
    redirectUrl: url(cloud.redirectUrl ?? 'http://127.0.0.1:1880/lumiot/miot/callback', at('redirectUrl')),
    expiresIn: whole(cloud.expiresIn, at('expiresIn'), 259_200, 1, MAX_EXPIRES_S),
    uid,
    pageSize: whole(cloud.pageSize, at('pageSize'), 200, 1, 1000),
    tls: parseTls(cloud.tls, at('tls')),
    devices,
  };
}

function parseCloudDevice(json: unknown, where: string): ResolvedCloudDevice {
  const device = object(json, where, 'must be an object with "did" and "model"');
  const did = text(device.did, `${where}: "did"`);
  if (!DID.test(did)) fail(`${where}: "did" is "${did}"; it must be letters, digits and dots, such as 68332340 or lumi.158d0001a2b3c4.`);
  const here = `${where} (${did})`;
  const at = (field: string): string => `${here}: "${field}"`;
  const model = text(device.model, at('model'));
  const parent = text(device.parent ?? '', at('parent'));
  const connection = whole(device.connection, at('connection'), connectionOf(did, parent), 0, 1000);
  const ordinaryToken = LAN_CONNECTIONS.has(connection) ? createHash('md5').update(did).digest('hex') : '';
  const token = text(device.token ?? ordinaryToken, at('token'));
  if (token !== '' && !TOKEN.test(token)) fail(`${at('token')} must be 32 hexadecimal digits.`);
  const urn = urnOf(device, model, at);
  return {
    did,
    name: text(device.name ?? model, at('name')),
    model,
    urn,
    home: text(device.home ?? 'Home', at('home')),
    room: text(device.room ?? '', at('room')),
    online: flag(device.online, at('online'), true),
    shared: flag(device.shared, at('shared'), false),
    parent,
    token,
    address: text(device.address ?? '', at('address')),
    connection,
    values: parseValues(device.values, urn, at('values')),
  };
}

function urnOf(device: Json, model: string, at: (field: string) => string): string {
  const models = definitions.map((definition) => definition.model).join(', ');
  if (device.urn === undefined) {
    const fitting = definitions.find((definition) => definition.model === model);
    return fitting?.urn ?? fail(`${at('model')} is "${model}", which has no description; use one of ${models}, or give an "urn".`);
  }
  const urn = text(device.urn, at('urn'));
  if (definitionOf(urn) === undefined) fail(`${at('urn')} is "${urn}"; it must be that of one of ${models}.`);
  return urn;
}

function parseValues(json: unknown, urn: string, where: string): Json {
  const values = object(json ?? {}, where, 'must be an object by "siid.piid", such as {"2.1": true}');
  const properties =
    definitionOf(urn)?.services.flatMap(({ iid, properties: all }) => all.map((property) => `${iid}.${property.iid}`)) ?? [];
  for (const [key, value] of Object.entries(values)) {
    if (!properties.includes(key)) fail(`${where}: the device has no property "${key}"; it has ${properties.join(', ')}.`);
    if (!['boolean', 'number', 'string'].includes(typeof value)) fail(`${where}: "${key}" must be true, false, a number or text.`);
  }
  return values;
}

/** How a did of this kind is connected (miot-cloud.md §2.3). */
function connectionOf(did: string, parent: string): number {
  if (did.startsWith('blt.')) return 6;
  return did.startsWith('lumi.') || parent !== '' ? 3 : 0;
}

function parseTls(json: unknown, where: string): ResolvedCloud['tls'] {
  if (json === undefined) return undefined;
  const tls = object(json, where, 'must be an object with "cert" and "key"');
  return { cert: text(tls.cert, `${where}.cert`), key: text(tls.key, `${where}.key`) };
}

function url(value: unknown, where: string): string {
  const typed = text(value, where);
  const isWeb = URL.canParse(typed) && /^https?:$/.test(new URL(typed).protocol);
  return isWeb ? typed : fail(`${where} is "${typed}"; it must be an address such as http://127.0.0.1:1880/lumiot/miot/callback.`);
}

function refuseDoubles(devices: readonly ResolvedCloudDevice[], where: string): void {
  const seen = new Set<string>();
  for (const { did } of devices) {
    if (seen.has(did)) fail(`${where}: the did ${did} stands twice; give every device its own.`);
    seen.add(did);
  }
  for (const { did, parent } of devices)
    if (parent !== '' && !seen.has(parent)) fail(`${where}: the device ${did} has the "parent" ${parent}, which is not there.`);
}
