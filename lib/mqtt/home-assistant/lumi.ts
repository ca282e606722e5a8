/** A model of the catalogue as components: composite entities first, then one for each property that is left, then what happens. */

import { buttonsOf, type Definition, describe, type PropertyDescription } from '../../devices';
import type { PropertyName } from '../../home/vocabulary';
import { word } from '../../home/vocabulary';
import { type Speaker, speakerParts } from './actions';
import { climateClaim } from './climate';
import { command, entity, type Members, type Part, type Place } from './component';
import { coverClaim } from './cover';
import { hubParts } from './hub';
import { lightClaim } from './light';
import { memberTemplate, numberTemplate, onOffTemplate, take, textTemplate } from './templates';
import { type Look, looks, mains, speakers } from './words';

export function lumiParts(place: Place, definition: Definition): readonly Part[] {
  const described = new Map(describe(definition).map((description) => [description.property, description]));
  const isGateway = definition.family === 'gateway';
  const claims = [climateClaim(place, described), lightClaim(place, described, isGateway ? 'Light' : null), coverClaim(place, described)];
  const taken = new Set<PropertyName>(['action', ...claims.flatMap(({ takes }) => takes)]);
  const left = [...described.values()].filter(({ property }) => !taken.has(property));
  return [
    ...claims.flatMap(({ parts }) => parts),
    ...left.flatMap((description) => propertyParts(place, definition, description)),
    ...(isGateway ? hubParts(place) : []),
    ...speakerParts(place, speakersOf(definition)),
  ];
}

function propertyParts(place: Place, { family }: Definition, description: PropertyDescription): readonly Part[] {
  const { property, writable, uncertain } = description;
  // The field is guessed: nobody is shown an entity that may stay empty. What a plug has used is uncertain only on old firmware.
  const isGuess = uncertain === true && !writable && family !== 'plug';
  if (property === 'user') return [userPart(place)];
  if (property === 'acceleration') return axisParts(place);
  const look = looks[property];
  if (look === undefined) return [];
  const name = mains[family] === property ? null : look.name;
  const common: Members = {
    state_topic: place.state,
    ...(look.isDiagnostic ? { entity_category: 'diagnostic' } : {}),
    ...(look.isHidden || isGuess ? { enabled_by_default: false } : {}),
  };
  if (word(property)?.type !== 'boolean') return [entity(place, 'sensor', property, name, { ...common, ...sensor(description, look) })];
  if (writable) return [entity(place, 'switch', property, name, { ...common, ...toggle(place, property, family === 'plug') })];
  return [entity(place, 'binary_sensor', property, name, { ...common, ...classOf(look), value_template: onOffTemplate(property) })];
}

function sensor({ property, unit, values }: PropertyDescription, look: Look): Members {
  if (values !== undefined) return { device_class: 'enum', options: values, value_template: textTemplate(property) };
  if (word(property)?.type !== 'number') return { value_template: textTemplate(property) };
  return {
    ...classOf(look),
    ...(look.stateClass === undefined ? {} : { state_class: look.stateClass }),
    ...(unit === undefined ? {} : { unit_of_measurement: unit }),
    value_template: numberTemplate(property),
  };
}

function toggle(place: Place, property: PropertyName, isOutlet: boolean): Members {
  return {
    device_class: isOutlet ? 'outlet' : 'switch',
    value_template: onOffTemplate(property),
    state_on: 'ON',
    state_off: 'OFF',
    command_topic: place.set,
    payload_on: command({ [property]: true }),
    payload_off: command({ [property]: false }),
  };
}

function classOf({ deviceClass }: Look): Members {
  return deviceClass === undefined ? {} : { device_class: deviceClass };
}

/** Who opened last: 'finger 3'. */
function userPart(place: Place): Part {
  return entity(place, 'sensor', 'user', 'Last user', {
    state_topic: place.state,
    value_template: `${take('user')}{{ v['method'] ~ ' ' ~ v['id'] if v is mapping else 'None' }}`,
  });
}

function axisParts(place: Place): readonly Part[] {
  return ['x', 'y', 'z'].map((axis) =>
    entity(place, 'sensor', `acceleration_${axis}`, `Acceleration ${axis}`, {
      state_topic: place.state,
      state_class: 'measurement',
      entity_category: 'diagnostic',
      enabled_by_default: false,
      value_template: memberTemplate('acceleration', axis),
    }),
  );
}

/** One for each key; for what has no keys, one. */
function speakersOf(definition: Definition): readonly Speaker[] {
  const { family, actions } = definition;
  if (actions === undefined) return [];
  const common = {
    events: actions.names.map((name) => ({ type: name, action: name })),
    extras: actions.names.includes('rotate') ? ['angle', 'durationMs'] : [],
    isButton: family === 'button',
  };
  const keys = buttonsOf(definition);
  if (keys.length > 0)
    return keys.map((button) => ({
      ...common,
      key: `event_${button}`,
      name: `${button[0]?.toUpperCase() ?? ''}${button.slice(1)}`,
      button,
      subtype: button,
    }));
  return [{ ...common, key: 'event', name: speakers.has(family) ? null : 'Event', subtype: family === 'button' ? 'button_1' : family }];
}
