/** What a person sends to a switch, a wall switch with several gangs, or a plug → the values to write. */

import { emptyValues, type Values } from '../../home/device';
import { LumiotError } from '../../home/errors';
import { badInput, isPlainObject, type OnOffToggle, parseNumber, parseOnOff } from './parse';

export interface SwitchContext {
  /** Gangs of the device: 1…3. */
  readonly channels: number;
  /** Setting of the node: 0 = every, else 1…3. */
  readonly channel: number;
  /** What is known of the device now: decides what 'toggle' means. */
  readonly state: Values;
}

const TAKES = "true, false, 'on', 'off', 'toggle', 1, 0, {on, channel} or {channel1: true, channel2: false}";
const CHANNEL = /^channel([1-3])$/;

/** Property of a gang: `on` where there is one, `channelN` where there are several. */
export function channelProperty(channels: number, channel: number): string {
  return channels > 1 ? `channel${channel}` : 'on';
}

/** Properties a setting stands for. Throws `UNSUPPORTED` where the device has no such gang. */
export function channelProperties({ channels, channel }: Pick<SwitchContext, 'channels' | 'channel'>): string[] {
  if (channels === 0) throw new LumiotError('UNSUPPORTED', 'This device has nothing to switch. Choose a switch or a plug.');
  if (channel > channels) {
    const has = channels === 1 ? 'only one channel' : `only ${channels} channels`;
    throw new LumiotError(
      'UNSUPPORTED',
      `There is no channel ${channel}: this device has ${has}. Choose another in the node, or 0 for every.`,
    );
  }
  const wanted = channel > 0 ? [channel] : Array.from({ length: channels }, (_, index) => index + 1);
  return wanted.map((one) => channelProperty(channels, one));
}

/**
 * The values to write, toggles already resolved so that a retry cannot toggle twice.
 * Throws `BAD_INPUT`, `UNSUPPORTED` (no such channel).
 */
export function parseSwitch(payload: unknown, context: SwitchContext): Values {
  if (isPlainObject(payload)) return parseObject(payload, context);
  const wanted = parseOnOff(payload);
  if (wanted === undefined) throw badInput('The payload', payload, TAKES);
  return switchAll(wanted, channelProperties(context), context.state);
}

/** True where 'toggle' asks for a state that is not known: then read first. */
export function needsState(payload: unknown, { channels, channel, state }: SwitchContext): boolean {
  if (channels === 0 || channel > channels) return false;
  const asks = isPlainObject(payload) ? Object.values(payload) : [payload];
  const isUnknown = channelProperties({ channels, channel }).some((property) => typeof state[property] !== 'boolean');
  return isUnknown && asks.some((one) => parseOnOff(one) === 'toggle');
}

function parseObject(payload: Readonly<Record<string, unknown>>, context: SwitchContext): Values {
  const keys = Object.keys(payload);
  const channelKeys = keys.filter((key) => CHANNEL.test(key.toLowerCase()));
  if (channelKeys.length > 0 && channelKeys.length === keys.length) {
    const values = emptyValues();
    for (const key of channelKeys) {
      const channel = Number(key.slice(-1));
      const [property = ''] = channelProperties({ channels: context.channels, channel });
      Object.assign(values, switchAll(onOff(payload[key], key), [property], context.state));
    }
    return values;
  }
  if (!keys.includes('on')) throw badInput('The payload', payload, TAKES);
  const channel = payload.channel === undefined ? context.channel : parseNumber(payload.channel);
  if (channel === undefined || !Number.isInteger(channel) || channel < 0 || channel > 3) {
    throw badInput('The channel', payload.channel, 'a number from 1 to 3, or 0 for every');
  }
  return switchAll(onOff(payload.on, 'on'), channelProperties({ channels: context.channels, channel }), context.state);
}

function onOff(value: unknown, name: string): OnOffToggle {
  const wanted = parseOnOff(value);
  if (wanted === undefined) throw badInput(`The value of "${name}"`, value, "true, false, 'on', 'off' or 'toggle'");
  return wanted;
}

/** Several at once toggle together: off when any is on. */
function switchAll(wanted: OnOffToggle, properties: readonly string[], state: Values): Values {
  const on = wanted === 'toggle' ? !properties.some((property) => state[property] === true) : wanted;
  const values = emptyValues();
  for (const property of properties) values[property] = on;
  return values;
}
