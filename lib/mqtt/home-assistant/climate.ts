/** Air-conditioning of the LAN as one entity, as far as the model has the properties. Two words differ: 'wind' is 'fan_only', 'middle' is 'medium'. */

import type { PropertyDescription } from '../../devices';
import type { PropertyName } from '../../home/vocabulary';
import { type Claim, entity, type Members, type Place } from './component';
import { numberTemplate, quoted, reach, take } from './templates';

/** Their word by ours. */
const modeWords: ReadonlyMap<string, string> = new Map([['wind', 'fan_only']]);
const fanWords: ReadonlyMap<string, string> = new Map([['middle', 'medium']]);

type Described = ReadonlyMap<PropertyName, PropertyDescription>;

export function climateClaim(place: Place, described: Described): Claim<PropertyName> {
  const isWritable = (property: PropertyName): boolean => described.get(property)?.writable === true;
  if (!isWritable('on') || !isWritable('mode') || !isWritable('targetTemperature')) return { parts: [], takes: [] };
  const takes = (['on', 'mode', 'targetTemperature', 'fan', 'swing'] as const).filter(isWritable);
  const climate = entity(place, 'climate', 'climate', null, {
    temperature_unit: 'C',
    temp_step: 1,
    precision: 1,
    ...power(place),
    ...mode(place, described.get('mode')?.values ?? []),
    ...target(place, described.get('targetTemperature')),
    ...(isWritable('fan') ? fan(place, described.get('fan')?.values ?? []) : {}),
    ...(isWritable('swing') ? swing(place) : {}),
    ...(described.has('temperature') ? current(place) : {}),
  });
  return { parts: [climate], takes };
}

function power({ set }: Place): Members {
  return {
    power_command_topic: set,
    power_command_template: `{"on": {{ 'true' if value == 'ON' else 'false' }}}`,
    payload_on: 'ON',
    payload_off: 'OFF',
  };
}

/** Off is a mode there: what runs is only told, and only asked for, while it is on. */
function mode({ state, set }: Place, values: readonly string[]): Members {
  const running = `${take('mode')}{{ 'None' if v is not string else ${translated('v', modeWords)} }}`;
  const wanted = translated('value', inverted(modeWords));
  return {
    modes: ['off', ...values.map((value) => modeWords.get(value) ?? value)],
    mode_state_topic: state,
    mode_state_template: `{% if ${reach('on')} is false %}off{% elif ${reach('on')} is not true %}None{% else %}${running}{% endif %}`,
    mode_command_topic: set,
    mode_command_template: `{% if value == 'off' %}{"on": false}{% else %}{"on": true, "mode": "{{ ${wanted} }}"}{% endif %}`,
  };
}

function target({ state, set }: Place, description: PropertyDescription | undefined): Members {
  return {
    temperature_state_topic: state,
    temperature_state_template: numberTemplate('targetTemperature'),
    temperature_command_topic: set,
    temperature_command_template: '{"targetTemperature": {{ value }}}',
    ...(description?.min === undefined ? {} : { min_temp: description.min }),
    ...(description?.max === undefined ? {} : { max_temp: description.max }),
  };
}

function fan({ state, set }: Place, values: readonly string[]): Members {
  return {
    fan_modes: values.map((value) => fanWords.get(value) ?? value),
    fan_mode_state_topic: state,
    fan_mode_state_template: `${take('fan')}{{ 'None' if v is not string else ${translated('v', fanWords)} }}`,
    fan_mode_command_topic: set,
    fan_mode_command_template: `{"fan": "{{ ${translated('value', inverted(fanWords))} }}"}`,
  };
}

function swing({ state, set }: Place): Members {
  return {
    swing_modes: ['on', 'off'],
    swing_mode_state_topic: state,
    swing_mode_state_template: `${take('swing')}{{ 'on' if v is true else 'off' if v is false else 'None' }}`,
    swing_mode_command_topic: set,
    swing_mode_command_template: `{"swing": "{{ value }}"}`,
  };
}

function current({ state }: Place): Members {
  return { current_temperature_topic: state, current_temperature_template: numberTemplate('temperature') };
}

function translated(variable: string, words: ReadonlyMap<string, string>): string {
  return [...words].reduceRight((other, [from, to]) => `${quoted(to)} if ${variable} == ${quoted(from)} else ${other}`, variable);
}

function inverted(words: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  return new Map([...words].map(([from, to]) => [to, from]));
}
