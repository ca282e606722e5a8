/** The methods from before there were descriptions: properties by their old names, and a setter for each (miio-lan.md §4.1). */

import { accepts, type Place } from '../cloud/device';
import { write } from '../cloud/reactions';
import { gives, type Outcome, outcomes } from './answer';
import type { Body } from './body';

/** Old names of what the description calls otherwise. */
const names: Readonly<Record<string, string>> = { power: 'on', bright: 'brightness', ct: 'color-temperature', rgb: 'color' };

/** Undefined where the method is none of these. */
export function answerLegacy(body: Body, method: string, params: unknown): Outcome | undefined {
  if (method === 'get_prop') return getProp(body, params);
  if (method === 'toggle') return toggle(body);
  const property = /^set_(power|bright|ct|rgb)$/.exec(method)?.[1];
  return property === undefined ? undefined : setProp(body, method, property, params);
}

/** Positional; what the device does not have is empty text. */
function getProp(body: Body, params: unknown): Outcome {
  if (!Array.isArray(params)) return outcomes.badParams;
  const asked: readonly unknown[] = params;
  return gives(
    asked.map((name) => {
      const place = placeOf(body, String(name));
      if (place === undefined) return '';
      const value = body.thing.get(place.service.iid, place.property.iid);
      return typeof value === 'boolean' ? (value ? 'on' : 'off') : value;
    }),
  );
}

function setProp(body: Body, method: string, name: string, params: unknown): Outcome {
  const place = placeOf(body, name);
  if (place === undefined) return outcomes.unsupported;
  const given: unknown = Array.isArray(params) ? params[0] : undefined;
  const value = place.property.format === 'bool' ? (given === 'on' ? true : given === 'off' ? false : undefined) : given;
  if (!accepts(place.property, value)) return outcomes.badParams;
  write(body.household, body.thing, place.service.iid, place.property, value);
  body.count(method);
  return gives(['ok']);
}

function toggle(body: Body): Outcome {
  const place = placeOf(body, 'power');
  if (place === undefined) return outcomes.unsupported;
  const { service, property } = place;
  write(body.household, body.thing, service.iid, property, body.thing.get(service.iid, property.iid) !== true);
  body.count('toggle');
  return gives(['ok']);
}

function placeOf({ thing }: Body, name: string): Place | undefined {
  const wanted = Object.hasOwn(names, name) ? names[name] : undefined;
  return wanted === undefined ? undefined : thing.places().find(({ property }) => property.name === wanted);
}
