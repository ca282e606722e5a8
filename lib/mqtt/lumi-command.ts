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
 * | plug, switch               | everything else                                               | lumi-switch, every channel |
 * | light; a gateway with one  | everything else                                               | lumi-light |
 * | curtain                    | everything else                                               | lumi-curtain |
 * | thermostat; an air conditioning gateway | everything else                                  | lumi-climate |
 * | a device of another family | any other object                                              | lumi-device, {set: …} |
 *
 * With it {property: value} sets every value that a model of the catalogue takes: the node of its family knows them all.
 * Texts and numbers to a gateway are for its light: 'orange' is a colour, 40 a brightness. A ringtone is always {tone: 'orange'}.
 */

import { type Definition, isWritable } from '../devices';
import { parseHub } from '../devices/commands/hub';
import { isPlainObject } from '../devices/commands/parse';
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
  type Order,
  type Reply,
} from '../lumi/commands';

/** What the node of a family does. */
type FamilyCommand = (order: Order) => Promise<Reply | Overtaken>;

const deviceWishes = ['set', 'write', 'read'];
const hubWishes = ['pair', 'remove', 'radio', 'arm'];
const hubWords: ReadonlySet<string> = new Set(['list', 'pair', 'stop-pairing', 'refresh', 'doctor']);
const toneWishes = ['tone', 'stop'];
const noDefaults = { tone: undefined, volume: undefined, duration: '' };

/** Rejects with a `LumiotError`; resolves with `OVERTAKEN` where a newer command took its place. */
export async function commandLumi(
  gateway: Gateway,
  id: string,
  payload: unknown,
  miio?: () => GatewayOverMiio | undefined,
): Promise<Reply | Overtaken> {
  const write: Order['write'] = (device, values) => gateway.write(device.sid, values);
  if (wishes(payload, deviceWishes)) return commandDevice({ gateway, payload, write }, () => gateway.find(id));
  if (normalizeSid(id) === gateway.sid) {
    // The doctor, the radio and the alarm do without a gateway that is well: it is not looked for before.
    if (hubWords.has(wordIn(payload)) || wishes(payload, hubWishes)) return commandHub(gateway, parseHub(payload), miio?.());
    if (wordIn(payload) === 'stop' || wishes(payload, toneWishes)) return commandRingtone(gateway, payload, noDefaults);
  }
  const device = await gateway.find(id);
  const command = familyCommand(device.definition);
  if (command !== undefined) return command({ gateway, device, payload, write });
  // What is no object here, lumi-device refuses as it came.
  const wish = isPlainObject(payload) ? { set: payload } : payload;
  return commandDevice({ gateway, payload: wish, write }, () => Promise.resolve(device));
}

function familyCommand(definition: Definition): FamilyCommand | undefined {
  switch (definition.family) {
    case 'plug':
    case 'switch':
      return (order) => commandSwitch(order, 0);
    case 'light':
      return commandLight;
    case 'curtain':
      return (order) => commandCurtain({ ...order, payload: positionIn(order.payload) }, false);
    case 'thermostat':
      return commandClimate;
    case 'gateway':
      return isWritable(definition, 'targetTemperature') ? commandClimate : commandLight;
    default:
      return undefined;
  }
}

function positionIn(payload: unknown): unknown {
  return isPlainObject(payload) && Object.keys(payload).join() === 'position' ? payload.position : payload;
}

/** An object that has one of these fields, in any case. */
function wishes(payload: unknown, fields: readonly string[]): boolean {
  return isPlainObject(payload) && Object.keys(payload).some((one) => fields.includes(one.trim().toLowerCase()));
}

function wordIn(payload: unknown): string {
  return typeof payload === 'string' ? payload.trim().toLowerCase() : '';
}
