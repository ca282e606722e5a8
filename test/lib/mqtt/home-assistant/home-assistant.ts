/**
 * What Home Assistant makes of a component and a message of the device, and what it sends when somebody uses the component; as the
 * pages named in `schema.ts` say. What it would log as an error is thrown here.
 */

import assert from 'node:assert/strict';
import { fill, fromMessage } from './jinja';

export type Component = Readonly<Record<string, unknown>>;
export type State = Readonly<Record<string, unknown>>;

const UNKNOWN = 'unknown';

/** What the entity shows: its state, and the attributes that are checked here. */
export function shown(component: Component, message: string): State {
  const render = (name: string): string => fromMessage(component[name], message);
  switch (component.platform) {
    case 'sensor':
      return { state: sensor(component, render('value_template')) };
    case 'number':
      return { state: numeric(render('value_template')) };
    case 'text':
      return { state: settableText(render('value_template')) };
    case 'select':
      return { state: selected(component.options, render('value_template')) };
    case 'binary_sensor':
    case 'switch':
      return { state: onOff(render('value_template')) };
    case 'light':
      return light(component, render);
    case 'cover':
      return cover(render);
    case 'climate':
      return climate(component, render);
    default:
      assert.fail(`${String(component.platform)} has no state`);
  }
}

/** The event that an entity tells; undefined where it passes over the message. */
export function happened({ value_template, event_types }: Component, message: string): State | undefined {
  const text = fromMessage(value_template, message);
  if (text === '') return undefined;
  const event = JSON.parse(text) as State;
  oneOf(event_types, String(event.event_type));
  return event;
}

/** Whether a device trigger fires. */
export function fires({ value_template, payload }: Component, message: string): boolean {
  return fromMessage(value_template, message) === payload;
}

function sensor({ options, state_class, unit_of_measurement }: Component, text: string): unknown {
  if (options !== undefined) return oneOf(options, text);
  return state_class === undefined && unit_of_measurement === undefined ? unlessNone(text) : numeric(text);
}

function unlessNone(text: string): string {
  assert.ok(text.length <= 255, 'too long for a state');
  return text === 'None' ? UNKNOWN : text;
}

/** In whatever case (homeassistant/components/mqtt/select.py). */
function selected(options: unknown, text: string): string {
  return text.toLowerCase() === 'none' ? UNKNOWN : oneOf(options, text);
}

/** Of all that has a state, only this one takes 'None' for a word (homeassistant/components/mqtt/text.py). */
function settableText(text: string): string {
  assert.ok(text.length <= 255, 'too long for a state');
  return text;
}

function numeric(text: string): number | string {
  if (text === 'None') return UNKNOWN;
  assert.match(text, /^-?\d+(\.\d+)?(e[+-]\d+)?$/, `"${text}" is no number`);
  return Number(text);
}

function oneOf(list: unknown, text: string): string {
  if (text === 'None') return UNKNOWN;
  assert.ok((list as readonly string[]).includes(text), `"${text}" is not in the list`);
  return text;
}

function onOff(text: string): string {
  return oneOf(['ON', 'OFF'], text).toLowerCase();
}

function light(component: Component, render: (name: string) => string): State {
  const whole = (name: string): number | undefined => {
    const text = render(name);
    if (text === 'None') return undefined;
    assert.match(text, /^\d+$/, `${name}: "${text}"`);
    return Number(text);
  };
  const brightness = component.brightness_template === undefined ? undefined : whole('brightness_template');
  if (component.brightness_template !== undefined) assert.ok(brightness !== undefined && brightness <= 255, 'brightness');
  return {
    state: oneOf(['on', 'off'], render('state_template')),
    // 0 is passed over.
    brightness: brightness === 0 ? undefined : brightness,
    rgb: component.red_template === undefined ? undefined : ['red', 'green', 'blue'].map((color) => whole(`${color}_template`)),
    kelvin: component.color_temp_template === undefined ? undefined : kelvin(render('color_temp_template')),
  };
}

/** 'None' only means something in mired. */
function kelvin(text: string): number | undefined {
  if (text === '') return undefined;
  assert.match(text, /^\d+$/, `kelvin: "${text}"`);
  return Number(text);
}

function cover(render: (name: string) => string): State {
  const position = render('position_template');
  return { state: oneOf(['open', 'closed'], render('value_template')), position: position === '' ? undefined : numeric(position) };
}

function climate(component: Component, render: (name: string) => string): State {
  const optional = (name: string, read: (text: string) => unknown): unknown =>
    component[name] === undefined ? undefined : read(render(name));
  return {
    state: oneOf(component.modes, render('mode_state_template')),
    temperature: numeric(render('temperature_state_template')),
    current: optional('current_temperature_template', numeric),
    fan: optional('fan_mode_state_template', (text) => oneOf(component.fan_modes, text)),
    swing: optional('swing_mode_state_template', (text) => oneOf(component.swing_modes, text)),
  };
}

/** One use of a component, and the message it sends. */
export interface Use {
  readonly what: string;
  readonly message: string;
}

/** Every kind of command that a component has, with values at the ends of what it offers. */
export function uses(component: Component): readonly Use[] {
  const fixed = (name: string): readonly Use[] => (component[name] == null ? [] : [{ what: name, message: String(component[name]) }]);
  const filled = (name: string, variables: State): Use => ({
    what: `${name} ${JSON.stringify(variables)}`,
    message: fill(component[name], variables),
  });
  const each = (name: string, values: unknown): readonly Use[] =>
    component[name] === undefined ? [] : (values as readonly unknown[]).map((value) => filled(name, { value }));
  switch (component.platform) {
    case 'switch':
      return [...fixed('payload_on'), ...fixed('payload_off')];
    case 'button':
      return fixed('payload_press');
    case 'number':
      return each('command_template', [component.min, component.max, Number(component.min) + Number(component.step)]);
    case 'select':
      return each('command_template', component.options);
    case 'text':
      return each('command_template', ['', 'word', 'ä "quoted" \\ {{ text }}']);
    case 'cover':
      return [
        ...['payload_open', 'payload_close', 'payload_stop'].flatMap(fixed),
        ...[0, 37, 100].map((position) => filled('set_position_template', { position })),
      ];
    case 'siren':
      return sirenUses(component, filled);
    case 'light':
      return lightUses(component, filled);
    case 'climate':
      return [
        ...each('mode_command_template', component.modes),
        ...each('fan_mode_command_template', component.fan_modes),
        ...each('swing_mode_command_template', component.swing_modes),
        ...each('temperature_command_template', [component.min_temp, component.max_temp, 21, 22.5]),
        ...each('power_command_template', [component.payload_on, component.payload_off]),
      ];
    default:
      return [];
  }
}

type Fill = (name: string, variables: State) => Use;

function sirenUses({ available_tones }: Component, filled: Fill): readonly Use[] {
  const tones = (available_tones as readonly string[]).map((tone) => filled('command_template', { value: 'ON', tone }));
  return [
    filled('command_template', { value: 'ON' }),
    ...tones,
    filled('command_template', { value: 'ON', volume_level: 0 }),
    filled('command_template', { value: 'ON', tone: 'Doorbell', volume_level: 0.35, duration: 10 }),
    filled('command_off_template', { value: 'OFF' }),
  ];
}

function lightUses(component: Component, filled: Fill): readonly Use[] {
  const on = (variables: State): Use => filled('command_on_template', { state: true, ...variables });
  const effects = (component.effect_list as readonly string[] | undefined) ?? [];
  return [
    on({}),
    ...(component.brightness_template === undefined ? [] : [1, 2, 127, 255].map((brightness) => on({ brightness }))),
    ...(component.red_template === undefined
      ? []
      : [on({ red: 255, green: 136, blue: 0, hue: 32, sat: 100 }), on({ red: 0, green: 0, blue: 9 })]),
    ...(component.color_temp_template === undefined
      ? []
      : [on({ color_temp: component.min_kelvin }), on({ color_temp: component.max_kelvin })]),
    ...effects.map((effect) => on({ effect })),
    ...(effects.length === 0 ? [] : [on({ flash: 'short' }), on({ flash: 'long', brightness: 80 })]),
    filled('command_off_template', { state: false }),
  ];
}
