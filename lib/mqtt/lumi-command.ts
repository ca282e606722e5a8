/**
 * Carries out what is sent to a device of a gateway: finds the command that a payload is meant for. What each takes and answers is the
 * command's own affair; a node with the same input does the same.
 *
 * The first row that fits is meant:
 *
 * | sent to                    | payload                                                       | as the node |
 * |----------------------------|---------------------------------------------------------------|-------------|
 * | any device                 | an object with "set", "write" or "read"                       | lumi-device |
 * | the gateway itself         | 'list', 'pair', 'stop-pairing', 'refresh', 'doctor'; an object with "pair", "remove", "radio" or "arm" | lumi-hub |
 * | the gateway itself         | 'stop'; an object with "tone" or "stop"                       | lumi-ringtone |
 * | a curtain                  | {position: 40}, which means 40                                | lumi-curtain |
 * | any device                 | an object of values its model takes, one of which its node does not know: {colorTemperature: 4000} | lumi-device, {set: …} |
 * | plug, switch               | everything else                                               | lumi-switch, every channel |
 * | light; a gateway with one  | everything else                                               | lumi-light |
 * | curtain                    | everything else                                               | lumi-curtain |
 * | thermostat; an air conditioning gateway | everything else                                  | lumi-climate |
 * | a device of another family | any other object                                              | lumi-device, {set: …} |
 *
 * Texts and numbers to a gateway are for its light: 'orange' is a colour, 40 a brightness. A ringtone is always {tone: 'orange'}.
 */

import { type Definition, isWritable } from '../devices';
import { climateProperties } from '../devices/commands/climate';
import { parseHub } from '../devices/commands/hub';
import { isPlainObject } from '../devices/commands/parse';
import { toLumiotError } from '../home/errors';
import { normalizeSid } from '../home/ids';
import type { Gateway, Overtaken } from '../lumi';
import {
  commandClimate,
  commandCurtain,
  commandDevice,
  commandHub,
  commandLight,
  commandRingtone,
  commandSwitch,
  type GatewayOverMiio,
  lightProperties,
  namedError,
  type Order,
  type Reply,
} from '../lumi/commands';

/** What the node of a family does, and the properties it takes in an object. */
interface FamilyCommand {
  readonly takes: readonly string[];
  readonly run: (order: Order) => Promise<Reply | Overtaken>;
}

const switching: FamilyCommand = { takes: ['on', 'channel1', 'channel2', 'channel3'], run: (order) => commandSwitch(order, 0) };
const light: FamilyCommand = { takes: lightProperties, run: commandLight };
const curtain: FamilyCommand = {
  takes: ['position'],
  run: (order) => commandCurtain({ ...order, payload: positionIn(order.payload) }, false),
};
const climate: FamilyCommand = { takes: climateProperties, run: commandClimate };

const deviceWishes = ['set', 'write', 'read'];
const hubWishes = ['pair', 'remove', 'radio', 'arm'];
const hubWords: ReadonlySet<string> = new Set(['list', 'pair', 'stop-pairing', 'refresh', 'doctor']);
const toneWishes = ['tone', 'stop'];
const noDefaults = { tone: undefined, volume: undefined, duration: '' };

/** Rejects with a `LumiotError` that names the device and the gateway; resolves with `OVERTAKEN` where a newer command took its place. */
export async function commandLumi(
  gateway: Gateway,
  id: string,
  payload: unknown,
  miio?: () => GatewayOverMiio | undefined,
): Promise<Reply | Overtaken> {
  try {
    return await carryOut(gateway, id, payload, miio);
  } catch (thrown) {
    throw namedError(toLumiotError(thrown, 'UNSUPPORTED'), gateway, normalizeSid(id));
  }
}

async function carryOut(
  gateway: Gateway,
  id: string,
  payload: unknown,
  miio: (() => GatewayOverMiio | undefined) | undefined,
): Promise<Reply | Overtaken> {
  const write: Order['write'] = (device, values) => gateway.write(device.sid, values);
  if (names(payload, deviceWishes)) return commandDevice({ gateway, payload, write }, () => gateway.find(id));
  if (normalizeSid(id) === gateway.sid) {
    // The doctor, the radio and the alarm do without a gateway that is well: it is not looked for before.
    if (hubWords.has(wordIn(payload)) || names(payload, hubWishes)) return commandHub(gateway, parseHub(payload), miio?.());
    if (wordIn(payload) === 'stop' || names(payload, toneWishes)) return commandRingtone(gateway, payload, noDefaults);
  }
  const device = await gateway.find(id);
  const { definition } = device;
  const family = familyOf(definition);
  if (family !== undefined && !isBeyond(payload, definition, family)) return family.run({ gateway, device, payload, write });
  // What is no object here, lumi-device refuses as it came.
  const wish = isPlainObject(payload) ? { set: payload } : payload;
  return commandDevice({ gateway, payload: wish, write }, () => Promise.resolve(device));
}

function familyOf(definition: Definition): FamilyCommand | undefined {
  switch (definition.family) {
    case 'plug':
    case 'switch':
      return switching;
    case 'light':
      return light;
    case 'curtain':
      return curtain;
    case 'thermostat':
      return climate;
    case 'gateway':
      return isWritable(definition, 'targetTemperature') ? climate : light;
    default:
      return undefined;
  }
}

/** The model takes all of it, and the family's node not. */
function isBeyond(payload: unknown, definition: Definition, { takes }: FamilyCommand): boolean {
  if (!isPlainObject(payload)) return false;
  const properties = Object.keys(payload);
  return properties.every((one) => isWritable(definition, one)) && properties.some((one) => !takes.includes(one));
}

function positionIn(payload: unknown): unknown {
  return isPlainObject(payload) && Object.keys(payload).join() === 'position' ? payload.position : payload;
}

/** An object that has one of these fields, in any case. */
function names(payload: unknown, fields: readonly string[]): boolean {
  return isPlainObject(payload) && Object.keys(payload).some((one) => fields.includes(one.trim().toLowerCase()));
}

function wordIn(payload: unknown): string {
  return typeof payload === 'string' ? payload.trim().toLowerCase() : '';
}
