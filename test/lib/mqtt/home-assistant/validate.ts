/** Says everything that is wrong with a discovery message, by the table of `schema.ts`; an empty list is a valid one. */

import { Template } from '@huggingface/jinja';
import * as schema from './schema';

type Json = Readonly<Record<string, unknown>>;

export interface Expected {
  /** Where the device lives, `<base>/<home>/<device>`: every topic of it stands below. */
  readonly state: string;
  readonly availability: readonly string[];
  readonly qos: 0 | 1 | 2;
}

const ID = /^[a-zA-Z0-9_-]+$/;
/** What `Topics.of` has for Home Assistant to hear, and the one topic for it to speak on. */
const HEARD = ['', '/action'];
const SPOKEN = '/set';

export function complaints(payload: unknown, expected: Expected): string[] {
  const root = asObject(payload);
  if (root === undefined) return ['the message is no object'];
  const found = keys('the message', root, schema.root);
  const check = (name: string, value: unknown, allowed: { readonly required: readonly string[]; readonly allowed: readonly string[] }) => {
    const object = asObject(value);
    found.push(...(object === undefined ? [`${name} is no object`] : keys(name, object, allowed)));
    if (object !== undefined) found.push(...emptyTexts(name, object));
  };
  check('device', root.device, schema.device);
  check('origin', root.origin, schema.origin);
  found.push(...availability(root, expected));
  const components = asObject(root.components);
  if (components === undefined || Object.keys(components).length === 0) return [...found, 'no components'];
  found.push(...Object.entries(components).flatMap(([key, component]) => ofComponent(key, asObject(component), expected)));
  return [...found, ...ofAll(Object.values(components).flatMap((component): Json[] => [asObject(component) ?? {}]))];
}

function availability({ availability: topics, availability_mode: mode }: Json, expected: Expected): string[] {
  const found: string[] = [];
  if (!schema.availabilityModes.includes(mode as string)) found.push(`availability_mode ${String(mode)}`);
  if (!Array.isArray(topics)) return [...found, 'availability is no list'];
  for (const one of topics) found.push(...keys('availability', asObject(one) ?? {}, schema.availability));
  const told = topics.map((one) => asObject(one)?.topic);
  if (JSON.stringify(told) !== JSON.stringify(expected.availability)) found.push(`availability of ${JSON.stringify(told)}`);
  return found;
}

function ofComponent(key: string, component: Json | undefined, expected: Expected): string[] {
  if (component === undefined) return [`${key} is no object`];
  const row = schema.components[String(component.platform)];
  if (row === undefined) return [`${key}: unknown platform ${String(component.platform)}`];
  const found = keys(key, component, row);
  if (component.qos !== expected.qos) found.push(`${key}: qos ${String(component.qos)}`);
  if (!ID.test(key)) found.push(`${key}: no id`);
  if (component.unique_id !== undefined && !ID.test(String(component.unique_id)))
    found.push(`${key}: unique_id ${String(component.unique_id)}`);
  for (const [name, words] of Object.entries(row.words ?? {})) {
    if (component[name] !== undefined && !words.includes(String(component[name]))) found.push(`${key}: ${name} ${String(component[name])}`);
  }
  for (const [name, value] of Object.entries(component)) found.push(...ofMember(key, name, value, expected));
  return [...found, ...classes(key, component, row), ...lists(key, component), ...numbers(key, component), ...pairs(key, component)];
}

function ofMember(key: string, name: string, value: unknown, { state }: Expected): string[] {
  if (name === 'entity_category') return [];
  if (name.endsWith('command_topic') || name === 'set_position_topic')
    return value === `${state}${SPOKEN}` ? [] : [`${key}: ${name} ${String(value)}`];
  if (name === 'topic' || name.endsWith('_topic'))
    return HEARD.some((end) => value === `${state}${end}`) ? [] : [`${key}: ${name} ${String(value)}`];
  if (name.endsWith('_template')) return template(key, name, value);
  return [];
}

/** Balanced, and understood. */
function template(key: string, name: string, value: unknown): string[] {
  if (typeof value !== 'string') return [`${key}: ${name} is no text`];
  const count = (mark: RegExp): number => value.match(mark)?.length ?? 0;
  if (count(/\{\{/g) > count(/\}\}/g) || count(/\{%/g) !== count(/%\}/g) || count(/\{% if /g) !== count(/\{% endif %\}/g))
    return [`${key}: ${name} is not balanced`];
  try {
    new Template(value);
    return [];
  } catch (error) {
    return [`${key}: ${name}: ${String(error)}`];
  }
}

function classes(key: string, component: Json, { classes: known }: schema.ComponentSchema): string[] {
  const { device_class: name, unit_of_measurement: unit = null, state_class: state, platform, entity_category: category } = component;
  const found: string[] = [];
  if (category !== undefined && !schema.categories.includes(String(category))) found.push(`${key}: entity_category ${String(category)}`);
  if (category === 'config' && schema.readers.includes(String(platform))) found.push(`${key}: a ${String(platform)} is no setting`);
  if (name !== undefined) {
    const units = known === undefined || !Object.hasOwn(known, String(name)) ? undefined : known[String(name)];
    if (units === undefined) found.push(`${key}: device_class ${String(name)}`);
    else if (units !== '*' && !units.includes(unit as string | null)) found.push(`${key}: ${String(name)} in ${String(unit)}`);
    const stateClasses = schema.stateClasses[String(name)];
    if (state !== undefined && stateClasses !== undefined && !stateClasses.includes(String(state)))
      found.push(`${key}: ${String(name)} as ${String(state)}`);
  }
  if ((name === 'enum') !== (component.options !== undefined) && platform === 'sensor') found.push(`${key}: options belong to enum`);
  const isText = name === 'enum' || (platform === 'sensor' && unit === null && isTextTemplate(component.value_template));
  if (state !== undefined && isText) found.push(`${key}: state_class of a text`);
  return found;
}

function isTextTemplate(value: unknown): boolean {
  return typeof value === 'string' && value.includes(' is string ');
}

function lists(key: string, component: Json): string[] {
  return ['options', 'event_types', 'available_tones', 'modes', 'fan_modes', 'swing_modes', 'effect_list'].flatMap((name) => {
    const items = component[name];
    if (items === undefined) return [];
    if (!Array.isArray(items) || items.length === 0) return [`${key}: ${name} is empty`];
    if (new Set(items).size !== items.length) return [`${key}: ${name} says one twice`];
    const wrong = items.filter((one) => typeof one !== 'string' || one === '' || one.length > schema.LONGEST_STATE);
    const modes = name === 'modes' ? items.filter((one) => !schema.climateModes.includes(String(one))) : [];
    return [...wrong, ...modes].map((one) => `${key}: ${name} ${String(one)}`);
  });
}

function numbers(key: string, component: Json): string[] {
  const { min, max, step, platform, min_temp: coldest, max_temp: warmest, min_kelvin: low, max_kelvin: high } = component;
  const found: string[] = [];
  const isRange = (from: unknown, to: unknown): boolean => from === undefined || to === undefined || Number(from) < Number(to);
  if (platform === 'number' && (!isRange(min, max) || Number(step) < 0.001))
    found.push(`${key}: ${String(min)} to ${String(max)} by ${String(step)}`);
  if (platform === 'text' && Number(max) > schema.LONGEST_STATE) found.push(`${key}: longer than a state`);
  if (!isRange(coldest, warmest) || !isRange(low, high)) found.push(`${key}: a range that is none`);
  return found;
}

/** A state topic and its template, a command topic and its templates: one without the other is a mistake here, where states are JSON. */
function pairs(key: string, component: Json): string[] {
  const found: string[] = [];
  const { platform } = component;
  for (const name of Object.keys(component)) {
    const stem = /^(.*)(state|command|position|temperature)_topic$/.exec(name)?.[0]?.replace(/_topic$/, '');
    if (stem === undefined || name === 'command_topic' || platform === 'device_automation') continue;
    const templates = stem === 'state' ? ['value_template', 'state_template'] : [`${stem}_template`];
    if (!templates.some((one) => component[one] !== undefined)) found.push(`${key}: ${name} without its template`);
  }
  if (component.enabled_by_default !== undefined && component.enabled_by_default !== false) found.push(`${key}: enabled_by_default`);
  return found;
}

function ofAll(components: readonly Json[]): string[] {
  const ids = components.flatMap(({ unique_id }) => (unique_id === undefined ? [] : [String(unique_id)]));
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index).map((id) => `unique_id ${id} twice`);
  const triggers = components.flatMap(({ type, subtype }) => (type === undefined ? [] : [`${String(type)} ${String(subtype)}`]));
  const same = triggers.filter((one, index) => triggers.indexOf(one) !== index).map((one) => `trigger ${one} twice`);
  const nameless = components.filter(({ name }) => name === null).length > 1 ? ['two entities take the name of the device'] : [];
  const names = components.flatMap(({ platform, name }) => (typeof name === 'string' ? [`${String(platform)} ${name}`] : []));
  const named = names.filter((one, index) => names.indexOf(one) !== index).map((one) => `${one} twice`);
  return [...twice, ...same, ...nameless, ...named];
}

interface Keys {
  readonly required: readonly string[];
  readonly allowed: readonly string[];
}

function keys(name: string, object: Json, { required, allowed }: Keys): string[] {
  return [
    ...required.filter((key) => object[key] === undefined).map((key) => `${name}: ${key} is missing`),
    ...Object.keys(object)
      .filter((key) => !allowed.includes(key))
      .map((key) => `${name}: unknown key ${key}`),
  ];
}

function emptyTexts(name: string, object: Json): string[] {
  return Object.entries(object).flatMap(([key, value]) => (value === '' || value === undefined ? [`${name}: ${key} is empty`] : []));
}

function asObject(value: unknown): Json | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
