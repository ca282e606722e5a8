/** What happens at a device: an event entity for each of its keys, and a device trigger for each thing that can happen. */

import { entity, type Members, type Part, type Place, safeKey } from './component';
import { quoted, quotedList, reach } from './templates';

/** One thing that speaks: a key of a button, or a service of an account's device. */
export interface Speaker {
  /** Its component's id. */
  readonly key: string;
  /** Null where the device is about it. */
  readonly name: string | null;
  /** Every event: how it is called here, and in the message. */
  readonly events: readonly { readonly type: string; readonly action: string }[];
  /** As the message says which key it was; undefined where there is only one. */
  readonly button?: string;
  /** What else the message may carry and an automation may want. */
  readonly extras: readonly string[];
  readonly subtype: string;
  readonly isButton: boolean;
}

/** Words that Home Assistant's editor of automations can translate. */
const triggerTypes: ReadonlyMap<string, string> = new Map([
  ['single', 'button_short_press'],
  ['click', 'button_short_press'],
  ['double', 'button_double_press'],
  ['double-click', 'button_double_press'],
  ['hold', 'button_long_press'],
  ['long-press', 'button_long_press'],
  ['long-click', 'button_long_press'],
  ['release', 'button_long_release'],
]);

export function speakerParts(place: Place, speakers: readonly Speaker[]): readonly Part[] {
  return [...speakers.map((speaker) => eventPart(place, speaker)), ...speakers.flatMap((speaker) => triggerParts(place, speaker))];
}

/** What is of another key, and what nobody described, renders to nothing, and Home Assistant passes it over. */
function eventPart(place: Place, { key, name, events, button, extras, isButton }: Speaker): Part {
  const isOfKey = button === undefined ? '' : ` and ${said('button')} == ${quoted(button)}`;
  const isOurs = `${said('action')} in ${quotedList(events.map(({ action }) => action))}${isOfKey}`;
  const renamed = events.filter(({ type, action }) => type !== action);
  const table = renamed.map(({ type, action }) => `${quoted(action)}: ${quoted(type)}`).join(', ');
  const type = renamed.length === 0 ? reach('action') : `{${table}}[${reach('action')}]`;
  const more = extras.map(
    (extra) => `{% if ${reach(extra)} is defined %}, ${JSON.stringify(extra)}: {{ ${reach(extra)} | tojson }}{% endif %}`,
  );
  return entity(place, 'event', key, name, {
    ...(isButton ? { device_class: 'button' } : {}),
    state_topic: place.action,
    event_types: events.map((event) => event.type),
    value_template: `{% if ${isOurs} %}{"event_type": {{ ${type} | tojson }}${more.join('')}}{% endif %}`,
  });
}

function triggerParts(place: Place, { key, events, button, subtype }: Speaker): readonly Part[] {
  return events.map(({ type, action }) => {
    const component: Members = {
      platform: 'device_automation',
      automation_type: 'trigger',
      type: triggerTypes.get(type) ?? type,
      subtype,
      topic: place.action,
      payload: button === undefined ? action : `${button} ${action}`,
      value_template: button === undefined ? `{{ ${said('action')} }}` : `{{ ${said('button')} }} {{ ${said('action')} }}`,
    };
    return { key: safeKey(`trigger_${key}_${type}`), component };
  });
}

/** Nothing where the message does not say it. */
function said(name: 'action' | 'button'): string {
  return `${reach(name)} | default('')`;
}
