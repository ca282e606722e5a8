/** What one device's discovery is made of: components under ids of their own. Keys are written in full, never abbreviated. */

import type { Topics } from '../topics';
import { objectId } from '../topics';

export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

export type Members = Readonly<Record<string, Json>>;

/** One component. `key`: letters, digits, '_' and '-'; its name within the device, and the end of its unique id. */
export interface Part {
  readonly key: string;
  readonly component: Members;
}

/** Several properties that make one entity, and which of them it takes: those need no entity of their own. */
export interface Claim<Name extends string = string> {
  readonly parts: readonly Part[];
  readonly takes: readonly Name[];
}

/** Where a device speaks and listens. */
export interface Place {
  readonly id: string;
  readonly state: string;
  readonly action: string;
  readonly set: string;
}

export function placeOf(topics: Topics, id: string): Place {
  return { id, state: topics.state(id), action: topics.of(id, 'action'), set: topics.of(id, 'set') };
}

/** An entity. `name`: null takes the device's name, which only its main entity does. */
export function entity(place: Place, platform: string, key: string, name: string | null, members: Members): Part {
  const safe = safeKey(key);
  return { key: safe, component: { platform, unique_id: `${objectId(place.id)}_${safe}`, name, ...members } };
}

/** 'switch.2:on' → 'switch_2_on'. */
export function safeKey(key: string): string {
  return key.replaceAll(/[^\w-]/g, '_');
}

/** A command as JSON text, to be sent word for word. */
export function command(values: Readonly<Record<string, string | number | boolean>>): string {
  return JSON.stringify(values);
}
