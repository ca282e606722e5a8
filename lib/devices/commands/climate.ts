/** What a person sends to an air conditioner or thermostat → the values to write. */

import { emptyValues, type Values } from '../../home/device';
import { badInput, isPlainObject, parseNumber, parseOnOff } from './parse';

/** The properties such a device can have, in the order they are told. */
export const climateProperties = ['on', 'mode', 'fan', 'swing', 'targetTemperature', 'relay'] as const;

const TAKES = "'on', 'off', a target temperature in °C, or {on, mode, fan, swing, targetTemperature, relay}";
const switches: ReadonlySet<string> = new Set(['on', 'swing', 'relay']);

/** Throws `BAD_INPUT`. Which values and ranges a model takes, the catalogue checks. */
export function parseClimate(payload: unknown, state: Values): Values {
  const values = emptyValues();
  if (isPlainObject(payload)) {
    for (const [name, value] of Object.entries(payload)) {
      const property = climateProperties.find((one) => one.toLowerCase() === name.toLowerCase());
      if (property === undefined) throw badInput(`The property "${name}"`, value, TAKES);
      values[property] = parseValue(property, value, state);
    }
    if (Object.keys(values).length === 0) throw badInput('The payload', payload, TAKES);
    return values;
  }
  const temperature = parseNumber(payload);
  if (temperature !== undefined) {
    values.targetTemperature = Math.round(temperature);
    return values;
  }
  const word = typeof payload === 'string' ? payload.trim().toLowerCase() : '';
  if (word !== 'on' && word !== 'off') throw badInput('The payload', payload, TAKES);
  values.on = word === 'on';
  return values;
}

function parseValue(property: (typeof climateProperties)[number], value: unknown, state: Values): boolean | number | string {
  if (switches.has(property)) {
    const on = parseOnOff(value);
    if (on === undefined) throw badInput(`The value of "${property}"`, value, "true, false, 'on', 'off' or 'toggle'");
    return on === 'toggle' ? state[property] !== true : on;
  }
  if (property === 'targetTemperature') {
    const temperature = parseNumber(value);
    if (temperature === undefined) throw badInput('The target temperature', value, 'a number in °C');
    return Math.round(temperature);
  }
  if (typeof value !== 'string') throw badInput(`The value of "${property}"`, value, 'a text');
  return value.trim().toLowerCase();
}
