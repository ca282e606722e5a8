/** What a person sends to a switch, a wall switch with several gangs, or a plug → the values to write. */

import { emptyValues, type Values } from '../../home/device';
import { LumiotError } from '../../home/errors';
import { badInput, fieldsByName, isPlainObject, type OnOffToggle, parseNumber, parseOnOff } from './parse';

export interface SwitchContext {
  /** Gangs of the device: 1…3. */
  readonly channels: number;
  /** Setting of the node: 0 = every, else 1…3. */
  readonly channel: number;
  /** What is known of the device now: decides what 'toggle' means. */
  readonly state: Values;
}

const TAKES = "true, false, 'on', 'off', 'toggle', 1, 0, {on, channel} or {channel1: true, channel2: false}";
const CHANNELS = ['channel1', 'channel2', 'channel3'] as const;

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
  const values = emptyValues();
  for (const { wanted, properties } of asked(payload, context)) {
    // Several at once toggle together: off when any is on.
    const on = wanted === 'toggle' ? !properties.some((property) => context.state[property] === true) : wanted;
    for (const property of properties) values[property] = on;
  }
  return values;
}

/** True where 'toggle' asks for a state that is not known: then read first. */
export function needsState(payload: unknown, context: SwitchContext): boolean {
  const isUnknown = (property: string): boolean => typeof context.state[property] !== 'boolean';
  return asked(payload, context).some(({ wanted, properties }) => wanted === 'toggle' && properties.some(isUnknown));
}

/** What is wanted of which gangs. */
interface Asked {
  readonly wanted: OnOffToggle;
  readonly properties: readonly string[];
}

function asked(payload: unknown, context: SwitchContext): Asked[] {
  if (isPlainObject(payload)) return askedByObject(payload, context);
  const wanted = parseOnOff(payload);
  if (wanted === undefined) throw badInput('The payload', payload, TAKES);
  return [{ wanted, properties: channelProperties(context) }];
}

function askedByObject(payload: Readonly<Record<string, unknown>>, { channels, channel }: SwitchContext): Asked[] {
  const fields = fieldsByName(payload, ['on', 'channel', ...CHANNELS], TAKES);
  const named = CHANNELS.filter((name) => fields[name] !== undefined);
  // Some channels by name and all of them at once: nobody can tell what is meant.
  if (named.length > 0 === (fields.on !== undefined || fields.channel !== undefined)) throw badInput('The payload', payload, TAKES);
  if (named.length > 0) {
    return named.map((name) => ({
      wanted: onOff(fields[name], name),
      properties: channelProperties({ channels, channel: Number(name.slice(-1)) }),
    }));
  }
  const chosen = fields.channel === undefined ? channel : parseNumber(fields.channel);
  if (chosen === undefined || !Number.isInteger(chosen) || chosen < 0 || chosen > 3) {
    throw badInput('The channel', fields.channel, 'a number from 1 to 3, or 0 for every');
  }
  return [{ wanted: onOff(fields.on, 'on'), properties: channelProperties({ channels, channel: chosen }) }];
}

function onOff(value: unknown, name: string): OnOffToggle {
  const wanted = parseOnOff(value);
  if (wanted === undefined) throw badInput(`The value of "${name}"`, value, "true, false, 'on', 'off' or 'toggle'");
  return wanted;
}
