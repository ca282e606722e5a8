/** One property of an account's device as an entity: a switch, a number, a list or a text where it can be set, else a sensor. */

import type { DeviceSpec, SpecProperty } from '../../miot';
import { command, entity, type Members, type Part, type Place } from './component';
import { memberOf, type Naming, serviceOf } from './spec-names';
import { numberWords, type SpecLook, switchWords, truthWords, unitWords } from './spec-words';
import { commandTemplate, listedTemplate, numberTemplate, onOffTemplate, quoted, textTemplate } from './templates';

/** A longer list is a number: nobody chooses from it, and it would fill the message. */
const MOST_OPTIONS = 64;
const LONGEST_TEXT = 255;
/** What Home Assistant takes for a number without a range, and its smallest step. */
const WIDEST = 2_147_483_647;
const SMALLEST_STEP = 0.001;

export function specPropertyParts(place: Place, spec: DeviceSpec, property: SpecProperty, naming: Naming): readonly Part[] {
  if (!isShown(spec, property)) return [];
  const { name, canWrite } = property;
  const isMain = spec.main === name;
  // What is beside what the device is about, and can be set, is a setting.
  const isSetting = canWrite && spec.main !== undefined && serviceOf(spec.main) !== serviceOf(name);
  const { platform, members } = canWrite ? control(place, spec, property) : sensor(place, property);
  return [
    entity(place, platform, name, isMain ? null : naming.of(name), { ...members, ...(isSetting ? { entity_category: 'config' } : {}) }),
  ];
}

interface Entity {
  readonly platform: string;
  readonly members: Members;
}

/** Nothing can be said of what nobody described, and nothing is ever told of an argument of an event. */
function isShown({ events }: DeviceSpec, { name, isUndescribed, canRead, canWrite, canNotify }: SpecProperty): boolean {
  if (isUndescribed === true || !(canRead || canWrite || canNotify)) return false;
  return canRead || canWrite || !events.some((event) => event.arguments.some((argument) => argument.name === name));
}

function control(place: Place, spec: DeviceSpec, property: SpecProperty): Entity {
  const { name, format, canRead, canNotify } = property;
  const state = (template: string): Members => (canRead || canNotify ? { state_topic: place.state, value_template: template } : {});
  const set: Members = { command_topic: place.set, command_template: commandTemplate(name) };
  const options = optionsOf(property);
  if (options !== undefined) {
    const { shown, chosen } = choices(options);
    return {
      platform: 'select',
      members: {
        ...state(listedTemplate(name, shown)),
        ...set,
        command_template: commandTemplate(name, `{{ ${chosen} | tojson }}`),
        options: shown.map((one) => one.name),
      },
    };
  }
  switch (format) {
    case 'boolean':
      return {
        platform: 'switch',
        members: { ...classOf(switchWords[spec.type]), ...state(onOffTemplate(name)), ...onAndOff(place, name) },
      };
    case 'text':
      return { platform: 'text', members: { ...state(textTemplate(name, '')), ...set, max: LONGEST_TEXT } };
    case 'integer':
    case 'number':
      return { platform: 'number', members: { ...classAndUnit(property), ...state(numberTemplate(name)), ...set, ...rangeOf(property) } };
  }
}

function sensor(place: Place, property: SpecProperty): Entity {
  const { name, format } = property;
  const options = optionsOf(property);
  const state_topic = place.state;
  if (options !== undefined) {
    const value_template = listedTemplate(name, options);
    return { platform: 'sensor', members: { device_class: 'enum', options: options.map((one) => one.name), state_topic, value_template } };
  }
  switch (format) {
    case 'boolean': {
      const look = truthWords[memberOf(name)];
      return {
        platform: 'binary_sensor',
        members: { ...classOf(look?.deviceClass), ...categoryOf(look), state_topic, value_template: onOffTemplate(name) },
      };
    }
    case 'text':
      return { platform: 'sensor', members: { state_topic, value_template: textTemplate(name) } };
    case 'integer':
    case 'number':
      return { platform: 'sensor', members: { ...measured(property), state_topic, value_template: numberTemplate(name) } };
  }
}

function onAndOff({ set }: Place, name: string): Members {
  return {
    state_on: 'ON',
    state_off: 'OFF',
    command_topic: set,
    payload_on: command({ [name]: true }),
    payload_off: command({ [name]: false }),
  };
}

type Options = NonNullable<SpecProperty['values']>;

function optionsOf({ format, values }: SpecProperty): Options | undefined {
  const isListed = (format === 'integer' || format === 'number') && values !== undefined;
  return isListed && values.length > 0 && values.length <= MOST_OPTIONS ? values : undefined;
}

/** Where something is chosen, Home Assistant takes the word "none" for unknown, in whatever case: it gets another. */
function choices(options: Options): { readonly shown: Options; readonly chosen: string } {
  const none = options.find((one) => one.name.toLowerCase() === 'none');
  if (none === undefined) return { shown: options, chosen: 'value' };
  const word = ['nothing', 'no one', 'not any'].find((one) => options.every((other) => other.name !== one)) ?? `${none.name}.`;
  const shown = options.map((one) => (one === none ? { ...one, name: word } : one));
  return { shown, chosen: `(${quoted(none.name)} if value == ${quoted(word)} else value)` };
}

function rangeOf({ format, range }: SpecProperty): Members {
  const step = range?.step ?? (format === 'integer' ? 1 : SMALLEST_STEP);
  const isRange = range !== undefined && range.max > range.min;
  const { min, max } = isRange ? range : { min: -WIDEST, max: WIDEST };
  return { min, max, step: Math.max(SMALLEST_STEP, step), mode: isRange ? 'auto' : 'box' };
}

function measured(property: SpecProperty): Members {
  const members = classAndUnit(property);
  const stateClass = members.device_class === 'energy' ? 'total_increasing' : 'measurement';
  return { ...members, state_class: stateClass, ...categoryOf(lookOf(property)) };
}

function classAndUnit(property: SpecProperty): Members {
  const { unit } = property;
  const look = lookOf(property);
  const shown = unit === undefined || unit === 'rgb' ? {} : { unit_of_measurement: unit };
  if (look !== undefined) return { device_class: look.deviceClass, ...shown };
  return { ...classOf(unit === undefined ? undefined : unitWords[unit]), ...shown };
}

/** A name only counts with a unit that its class knows. */
function lookOf({ name, unit }: SpecProperty): SpecLook | undefined {
  const member = memberOf(name);
  const look = Object.hasOwn(numberWords, member) ? numberWords[member] : undefined;
  return look?.units === undefined || (unit !== undefined && look.units.includes(unit)) ? look : undefined;
}

function classOf(deviceClass: string | undefined): Members {
  return deviceClass === undefined ? {} : { device_class: deviceClass };
}

function categoryOf(look: SpecLook | undefined): Members {
  return look?.isDiagnostic === true ? { entity_category: 'diagnostic' } : {};
}
