/** The border of the home file: checks every field and fills in what was left out. Past it nobody checks again. */

import { address, fail, flag, type Json, list, object, port, text, whole } from './check';
import { parseCloud } from './cloud/parse';
import type { HomeConfig, ResolvedBroadcast, ResolvedDevice, ResolvedGateway, ResolvedHome } from './config';
import { MIIO_PORT, parseWifi } from './miio/parse';

const SID = /^[0-9a-f]{1,16}$/i;
const KEY = /^[\x20-\x7e]{16}$/;
const MAINS = /^(lumi\.)?(plug|86plug|ctrl_|switch[_.][bln]\d|relay|curtain|natgas|sensor_natgas|light|dimmer|rgbw_light|airrtc)/;
const BATTERY = /^(lumi\.)?curtain\.hagl04$/;

/** Checks a parsed home file. Throws `BAD_INPUT` with a sentence that names the gateway, the device and the field. */
export function parseHome(json: unknown): ResolvedHome {
  const home = object(json, 'The home file', 'must be one JSON object with "gateways"');
  const where = 'The home file';
  const gateways = list(home.gateways, `${where}: "gateways"`).map((entry, index) => parseGateway(entry, index));
  refuseDoubles(gateways);
  const control = home.control === undefined ? undefined : object(home.control, `${where}: "control"`, 'must be an object with a "port"');
  const cloud = home.cloud === undefined || home.cloud === null ? undefined : parseCloud(home.cloud, `${where}: "cloud"`);
  const wifi = parseWifi(home.wifi, `${where}: "wifi"`, { account: cloud?.devices ?? [], gateways: gateways.map(({ sid }) => sid) });
  return {
    gateways,
    controlPort: control === undefined ? undefined : port(control.port, `${where}: "control.port"`, 1881),
    lively: flag(home.lively, `${where}: "lively"`, false),
    interface: address(home.interface, `${where}: "interface"`),
    whoisPort: port(home.whoisPort, `${where}: "whoisPort"`, 4321),
    eventPort: port(home.eventPort, `${where}: "eventPort"`, 9898),
    cloud,
    wifi,
    broadcast: parseBroadcast(home.broadcast, `${where}: "broadcast"`),
  };
}

/** Checks a parsed home file like `parseHome`, and says so to the compiler. */
export function assertHome(json: unknown): asserts json is HomeConfig {
  parseHome(json);
}

/** Checks one device; `where` begins the sentence of an error. */
export function parseDevice(json: unknown, where: string): ResolvedDevice {
  const device = object(json, where, 'must be an object with "sid", "model" and "fields"');
  const sid = text(device.sid, `${where}: "sid"`);
  if (!SID.test(sid)) fail(`${where}: "sid" is "${sid}"; it must be hexadecimal digits, such as 158d0001a2b3c4.`);
  const here = `${where} (${sid})`;
  const model = text(device.model, `${here}: "model"`);
  const power = device.power ?? (MAINS.test(model) && !BATTERY.test(model) ? 'mains' : 'battery');
  if (power !== 'mains' && power !== 'battery') fail(`${here}: "power" must be "battery" or "mains".`);
  return {
    sid,
    model,
    name: text(device.name ?? '', `${here}: "name"`),
    fields: object(device.fields ?? {}, `${here}: "fields"`, 'must be an object of raw wire fields, such as {"voltage": 3000}'),
    hidden: flag(device.hidden, `${here}: "hidden"`, false),
    power,
    travelMs: whole(device.travelMs, `${here}: "travelMs"`, 5000, 0, 3_600_000),
    effectMs: device.effectMs === undefined ? undefined : whole(device.effectMs, `${here}: "effectMs"`, 60, 0, 60_000),
  };
}

function parseGateway(json: unknown, index: number): ResolvedGateway {
  const gateway = object(json, `Gateway ${index + 1}`, 'must be an object with "sid" and "key"');
  const sid = text(gateway.sid, `Gateway ${index + 1}: "sid"`);
  if (!SID.test(sid)) fail(`Gateway ${index + 1}: "sid" is "${sid}"; it must be the MAC in hexadecimal digits, such as 34ce00fb61a9.`);
  const where = `Gateway ${sid}`;
  const key = text(gateway.key, `${where}: "key"`);
  if (!KEY.test(key)) fail(`${where}: "key" has ${key.length} characters; it must be 16 ASCII characters, such as 0987654321qwerty.`);
  const protocol = gateway.protocol ?? (gateway.model === undefined || gateway.model === 'gateway' ? 1 : 2);
  if (protocol !== 1 && protocol !== 2) fail(`${where}: "protocol" must be 1 or 2.`);
  const model = gateway.model === undefined ? (protocol === 1 ? 'gateway' : 'gateway.v3') : text(gateway.model, `${where}: "model"`);
  const given = object(gateway.fields ?? {}, `${where}: "fields"`, 'must be an object of raw wire fields');
  const devices = list(gateway.devices ?? [], `${where}: "devices"`).map((entry, at) => parseDevice(entry, `${where}, device ${at + 1}`));
  const seen = new Set([sid]);
  for (const device of devices) {
    if (seen.has(device.sid)) fail(`${where}: the sid ${device.sid} stands twice; give every device its own.`);
    seen.add(device.sid);
  }
  return {
    sid,
    name: text(gateway.name ?? '', `${where}: "name"`),
    key,
    address: address(gateway.address, `${where}: "address"`),
    port: port(gateway.port, `${where}: "port"`, 9898),
    protocol,
    model,
    fields: Object.fromEntries(Object.entries({ ...ownFields(model, protocol), ...given }).filter(([, value]) => value !== null)),
    devices,
    heartbeatMs: whole(gateway.heartbeatMs, `${where}: "heartbeatMs"`, 10_000, 10, 86_400_000),
    tokenMs: whole(gateway.tokenMs, `${where}: "tokenMs"`, 20_000, 0, 86_400_000),
    announcesProtocol: flag(gateway.announcesProtocol, `${where}: "announcesProtocol"`, true),
  };
}

/** What a gateway of this model reads as when its file says nothing (lumi-lan.md §4.1, §4.5). */
function ownFields(model: string, protocol: 1 | 2): Json {
  if (protocol === 1) return { rgb: 0, illumination: 352, proto_version: '1.1.2' };
  if (!model.startsWith('acpartner')) return { rgb: 0, illumination: 352, proto_version: '2.0.1' };
  const conditioner = { on_off_cfg: 'off', mode_cfg: 'cool', ws_cfg: 'middle', swing_cfg: 'unswing', temp_cfg: 25, ac_power: 1 };
  return { ...conditioner, illumination: 352, proto_version: '2.0.2', fw_ver: '1.4.1_115.0149', relay_status: 'on' };
}

function refuseDoubles(gateways: readonly ResolvedGateway[]): void {
  const sids = new Set<string>();
  const places = new Map<string, string>();
  for (const { sid, address: host, port: number } of gateways) {
    if (sids.has(sid)) fail(`Gateway ${sid} stands twice in the home file; give each gateway its own sid.`);
    sids.add(sid);
    if (number === 0) continue;
    const place = `${host}:${number}`;
    const other = places.get(place);
    if (other !== undefined) fail(`Gateways ${other} and ${sid} both use ${place}; give one of them another "port" or "address".`);
    places.set(place, sid);
  }
}

function parseBroadcast(json: unknown, where: string): ResolvedBroadcast | undefined {
  if (json === undefined || json === false) return undefined;
  const broadcast = json === true ? {} : object(json, where, 'must be true, false, or an object with "address", "port" and "mdnsPort"');
  return {
    address: address(broadcast.address ?? '127.255.255.255', `${where}.address`),
    port: port(broadcast.port, `${where}.port`, MIIO_PORT),
    mdnsPort: port(broadcast.mdnsPort, `${where}.mdnsPort`, 5353),
  };
}
