/** A curtain of the LAN as a cover: how far it is open, and open, close, stop. Which way it moves nobody says. */

import type { PropertyDescription } from '../../devices';
import type { PropertyName } from '../../home/vocabulary';
import { type Claim, entity, type Members, type Place } from './component';
import { take } from './templates';

export function coverClaim(place: Place, described: ReadonlyMap<PropertyName, PropertyDescription>): Claim<PropertyName> {
  if (described.get('position')?.writable !== true) return { parts: [], takes: [] };
  const cover = entity(place, 'cover', 'cover', null, {
    device_class: 'curtain',
    ...positionMembers(place, 'position'),
    command_topic: place.set,
    payload_open: 'open',
    payload_close: 'close',
    payload_stop: 'stop',
    set_position_topic: place.set,
    set_position_template: '{{ position }}',
  });
  return { parts: [cover], takes: ['position'] };
}

/** An unknown position renders to nothing, which is passed over; the state alone can be unknown. */
export function positionMembers(place: Place, name: string): Members {
  return {
    state_topic: place.state,
    value_template: `${take(name)}{{ 'None' if v is not number else 'closed' if v == 0 else 'open' }}`,
    position_topic: place.state,
    position_template: `${take(name)}{{ v if v is number else '' }}`,
    position_open: 100,
    position_closed: 0,
  };
}
