/** Switches and colours the light of a gateway, a bulb or a dimmer, and tells when somebody else did. */

import type { NodeAPI } from 'node-red';
import { parseLight } from '../../lib/devices/commands/light';
import type { Values } from '../../lib/home/device';
import { OVERTAKEN } from '../../lib/lumi';
import { type Call, type Reply, registerControl } from '../shared/runtime/control';

const told = ['on', 'brightness', 'color'] as const;

export default function register(RED: NodeAPI): void {
  registerControl<object>(RED, {
    type: 'lumi-light',
    target: 'chosen',
    own: [],
    parse: () => ({}),
    perform,
    isWhole: true,
    observe: ({ device, changed }, _settings, { effects }) =>
      told.some((property) => changed.includes(property)) && !effects.isPlaying(device.sid) ? [{ payload: lightOf(device.values) }] : [],
  });
}

async function perform({ payload, gateway, device: find, write }: Call<object>): Promise<Reply | typeof OVERTAKEN> {
  const device = await find();
  parseLight(payload, device.values); // nonsense ends no effect
  await gateway.effects.stop(device.sid);
  // A colour that is not known yet would become white.
  if (device.readAt === undefined) await gateway.read(device.sid);
  const { values, effect } = parseLight(payload, gateway.intended(device));
  const previous = lightOf(device.values);
  const ack = effect === undefined ? await write(device, values) : await gateway.effects.play(device, { ...effect, values });
  if (ack === OVERTAKEN) return OVERTAKEN;
  return { device, ack, previous, payload: lightOf(effect === undefined ? { ...device.values, ...values } : device.values) };
}

/** What a light is, as far as it says so. */
function lightOf(state: Values): Record<string, unknown> {
  return Object.fromEntries(
    told.filter((property) => state[property] !== undefined && state[property] !== null).map((property) => [property, state[property]]),
  );
}
