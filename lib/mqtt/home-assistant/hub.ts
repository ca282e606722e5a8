/** What a gateway can do beside its properties: ringtones, as a siren, and what an installer needs, as buttons. */

import { ringtones } from '../../devices';
import { command, entity, type Members, type Part, type Place } from './component';
import { quoted } from './templates';

/** What sounds when nobody says which: Home Assistant's switch of a siren names no tone. */
const [FIRST] = ringtones;

export function hubParts(place: Place): readonly Part[] {
  const button = (key: string, name: string, press: string, members: Members): Part =>
    entity(place, 'button', key, name, { command_topic: place.set, payload_press: press, ...members });
  return [
    siren(place),
    button('pair', 'Pair', 'pair', { entity_category: 'config' }),
    button('stop_pairing', 'Stop pairing', 'stop-pairing', { entity_category: 'config' }),
    button('refresh', 'Refresh', 'refresh', { entity_category: 'diagnostic', enabled_by_default: false }),
  ];
}

/** The gateway never says what it plays, hence without a state: Home Assistant then assumes that a command worked. */
function siren(place: Place): Part {
  const tone = `{{ tone | default(${quoted(FIRST?.name ?? '')}) | tojson }}`;
  const volume = '{% if volume_level is defined %}, "volume": {{ (volume_level * 100 + 0.5) | int }}{% endif %}';
  const duration = '{% if duration is defined %}, "duration": {{ duration }}{% endif %}';
  return entity(place, 'siren', 'ringtone', 'Ringtone', {
    command_topic: place.set,
    available_tones: ringtones.map(({ name }) => name),
    support_volume_set: true,
    support_duration: true,
    optimistic: true,
    command_template: `{"tone": ${tone}${volume}${duration}}`,
    command_off_template: command({ tone: 'stop' }),
  });
}
