/** An account's device as components: its light or curtain, its other properties, its actions without inputs, and its events. */

import type { DeviceSpec, SpecEvent, SpecProperty } from '../../miot';
import { type Speaker, speakerParts } from './actions';
import { command, entity, type Part, type Place } from './component';
import { specCoverClaim } from './spec-cover';
import { specLightClaim } from './spec-light';
import { memberOf, type Naming, namingOf, sentence, serviceOf } from './spec-names';
import { specPropertyParts } from './spec-property';

export function specParts(place: Place, spec: DeviceSpec): readonly Part[] {
  const naming = namingOf(spec);
  const claims = [specLightClaim(place, spec), specCoverClaim(place, spec)];
  const taken = new Set(claims.flatMap(({ takes }) => takes));
  const left = spec.properties.filter(({ name }) => !taken.has(name));
  // Where a description is too long, what the device is about stays, and then what can be set.
  const rank = ({ name, canWrite }: SpecProperty): number => (name === spec.main ? 0 : canWrite ? 1 : 2);
  left.sort((one, other) => rank(one) - rank(other));
  return [
    ...claims.flatMap(({ parts }) => parts),
    ...left.flatMap((property) => specPropertyParts(place, spec, property, naming)),
    ...speakerParts(place, speakersOf(spec)),
    ...actionParts(place, spec, naming),
  ];
}

function actionParts(place: Place, { actions }: DeviceSpec, naming: Naming): readonly Part[] {
  return actions
    .filter(({ inputs }) => inputs.length === 0)
    .map(({ name }) =>
      entity(place, 'button', `do_${name}`, naming.of(name), { command_topic: place.set, payload_press: command({ action: name }) }),
    );
}

/** One for each service that tells events. */
function speakersOf({ type, events }: DeviceSpec): readonly Speaker[] {
  const services = new Map<string, SpecEvent[]>();
  for (const event of events) {
    const service = serviceOf(event.name);
    services.set(service, [...(services.get(service) ?? []), event]);
  }
  const isButton = type === 'remote-control' || type === 'switch-sensor';
  return [...services].map(([service, told]) => ({
    key: `event_${service}`,
    name: isButton && services.size === 1 ? null : `${sentence(service)} event`,
    events: told.map(({ name }) => ({ type: memberOf(name), action: name })),
    extras: told.some((event) => event.arguments.length > 0) ? ['arguments'] : [],
    subtype: service,
    isButton,
  }));
}
