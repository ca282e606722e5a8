/**
 * A light of the LAN as one entity. Schema 'template': it alone sends everything that was asked for in one command, as a light here takes it.
 * Brightness is 1 to 255 there and 1 to 100 here; rounded down one way and up the other, each percent comes back as it went.
 */

import type { PropertyDescription } from '../../devices';
import type { PropertyName } from '../../home/vocabulary';
import { type Claim, command, entity, type Members, type Place } from './component';
import { take } from './templates';

const EFFECTS = ['flash', 'pulse'];
/** What Home Assistant calls a short and a long flash. */
const SHORT_FLASHES = 2;
const LONG_FLASHES = 10;

export function lightClaim(
  place: Place,
  described: ReadonlyMap<PropertyName, PropertyDescription>,
  name: string | null,
): Claim<PropertyName> {
  const isWritable = (property: PropertyName): boolean => described.get(property)?.writable === true;
  if (!isWritable('on') || !isWritable('brightness')) return { parts: [], takes: [] };
  const hasColor = isWritable('color');
  const light = entity(place, 'light', 'light', name, {
    schema: 'template',
    state_topic: place.state,
    command_topic: place.set,
    state_template: stateTemplate('on'),
    brightness_template: brightnessTemplate('brightness', 100),
    ...(hasColor ? colorTemplates('color') : {}),
    effect_list: EFFECTS,
    command_on_template: onTemplate(hasColor),
    command_off_template: command({ on: false }),
  });
  return { parts: [light], takes: hasColor ? ['on', 'brightness', 'color'] : ['on', 'brightness'] };
}

/** 'on', 'off' or 'None': this schema knows no other words. */
export function stateTemplate(name: string): string {
  return `${take(name)}{{ 'on' if v is true else 'off' if v is false else 'None' }}`;
}

/** 0 is passed over by Home Assistant, and so stands for unknown. */
export function brightnessTemplate(name: string, full: number): string {
  return `${take(name)}{{ (v * 255 // ${full}) | int if v is number else 0 }}`;
}

function colorTemplates(name: string): Members {
  const part = (from: number): string => `${take(name)}{{ v[${from}:${from + 2}] | int(0, 16) if v is string else 'None' }}`;
  return { red_template: part(1), green_template: part(3), blue_template: part(5) };
}

function onTemplate(hasColor: boolean): string {
  const brightness = '{% if brightness is defined %}, "brightness": {{ (brightness * 100 + 254) // 255 }}{% endif %}';
  const color = `{% if red is defined %}, "color": "{{ '#%02x%02x%02x' | format(red, green, blue) }}"{% endif %}`;
  const times = `{{ ${LONG_FLASHES} if flash == 'long' else ${SHORT_FLASHES} }}`;
  const effect = '{% if effect is defined %}, "effect": {{ effect | tojson }}';
  const flash = `{% elif flash is defined %}, "effect": "flash", "times": ${times}{% endif %}`;
  return `{"on": true${brightness}${hasColor ? color : ''}${effect}${flash}}`;
}
