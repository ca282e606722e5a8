/** A device's description as the vendor publishes it, read once and given names. The border: past it nobody looks at JSON again. */

import { LumiotError } from '../home/errors';
import { mainOf } from './spec-families';
import { fieldOf, idOf, listOf, recordOf, textOf } from './spec-json';
import { type Translate, translator } from './spec-language';
import { shapeOf } from './spec-property';
import type { DeviceSpec, SpecAction, SpecEvent, SpecProperty } from './spec-types';
import { isProprietary, parseUrn } from './spec-urn';
import { humanize, uniqueNames, wordOf } from './spec-words';

type Json = Readonly<Record<string, unknown>>;

/** Far more than any device has; a description beyond is cut there. */
const MOST_SERVICES = 500;
const MOST_MEMBERS = 500;
const MOST_ARGUMENTS = 100;

/** What everybody knows of a device already: its model, firmware and serial number (miot-cloud.md §4.2). */
const ignored: ReadonlySet<string> = new Set(['device-information']);

/** Something with a number and a name: a service, or what stands in one. */
interface Member {
  readonly json: Json;
  readonly iid: number;
  /** 'target-position', 'on.2'. */
  readonly name: string;
  readonly label: string;
}

interface Contents {
  readonly properties: readonly SpecProperty[];
  readonly actions: readonly SpecAction[];
  readonly events: readonly SpecEvent[];
}

type Kind = 'property' | 'action' | 'event';

/**
 * Reads `json`, with labels out of `translations` where they have the language. Vendors err: what makes no sense is left out, the
 * rest stands. Throws `UNSUPPORTED` for what is no description of a device.
 */
export function parseSpec(json: unknown, translations?: unknown, language?: string): DeviceSpec {
  const device = recordOf(json);
  const urn = textOf(device && fieldOf(device, 'type'));
  const parsed = parseUrn(urn);
  const services = device && fieldOf(device, 'services');
  if (device === undefined || parsed?.kind !== 'device' || !Array.isArray(services))
    throw new LumiotError(
      'UNSUPPORTED',
      'This is not a description of a device: it needs a "type" and "services" as MIoT-Spec-V2 has them.',
    );

  const translate = translator(translations, language);
  const contents = membersOf(services, 'service', MOST_SERVICES, (siid) => translate(siid))
    .filter(({ name }) => !ignored.has(name))
    .map((service) => contentsOf(service, translate));
  const described = {
    urn,
    type: parsed.name,
    label: textOf(fieldOf(device, 'description')) || humanize(parsed.name),
    isProprietary: isProprietary(parsed),
    properties: contents.flatMap(({ properties }) => properties),
    actions: contents.flatMap(({ actions }) => actions),
    events: contents.flatMap(({ events }) => events),
  };
  return { ...described, main: mainOf(described) };
}

function contentsOf(service: Member, translate: Translate): Contents {
  const siid = service.iid;
  const nameOf = (member: Member): string => `${service.name}:${member.name}`;
  const labelOf = (member: Member): string => (member.label === service.label ? service.label : `${service.label} · ${member.label}`);
  const members = (field: string, kind: Kind): Member[] =>
    membersOf(fieldOf(service.json, field), kind, MOST_MEMBERS, (id) => translate(siid, kind, id));

  const properties = members('properties', 'property').map(
    (member): SpecProperty => ({
      name: nameOf(member),
      siid,
      piid: member.iid,
      label: labelOf(member),
      ...shapeOf(member.json, (position) => translate(siid, 'property', member.iid, position)),
    }),
  );
  const byPiid = new Map(properties.map((property) => [property.piid, property]));
  const argumentsOf = (member: Member, field: string): Arguments => describedArguments(fieldOf(member.json, field), byPiid);

  const actions = members('actions', 'action').flatMap((member): SpecAction[] => {
    const inputs = argumentsOf(member, 'in');
    // Inputs go by their place: with a hole among them nobody can call it.
    if (!inputs.isComplete) return [];
    const outputs = argumentsOf(member, 'out').properties;
    return [{ name: nameOf(member), siid, aiid: member.iid, label: labelOf(member), inputs: inputs.properties, outputs }];
  });
  const events = members('events', 'event').map(
    (member): SpecEvent => ({
      name: nameOf(member),
      siid,
      eiid: member.iid,
      label: labelOf(member),
      arguments: argumentsOf(member, 'arguments').properties,
    }),
  );
  return { properties, actions, events };
}

/** In the order of their numbers, each number once, each name once. */
function membersOf(json: unknown, kind: string, most: number, labelIn: (iid: number) => string): Member[] {
  const byId = new Map<number, Json>();
  for (const entry of listOf(json, most)) {
    const record = recordOf(entry);
    const iid = record && idOf(fieldOf(record, 'iid'));
    if (record !== undefined && iid !== undefined && !byId.has(iid)) byId.set(iid, record);
  }
  const uniqueName = uniqueNames('.');
  const uniqueLabel = uniqueNames(' ');
  return [...byId]
    .sort(([one], [other]) => one - other)
    .map(([iid, record]) => {
      const word = wordOf(parseUrn(fieldOf(record, 'type'))?.name ?? '') || `${kind}-${iid}`;
      const label = labelIn(iid) || textOf(fieldOf(record, 'description')) || humanize(word);
      return { json: record, iid, name: uniqueName(word), label: uniqueLabel(label) };
    });
}

interface Arguments {
  readonly properties: readonly SpecProperty[];
  readonly isComplete: boolean;
}

/** Numbers of properties of the same service, in order. What follows one that is not described has lost its place, and is left out. */
function describedArguments(json: unknown, byPiid: ReadonlyMap<number, SpecProperty>): Arguments {
  const properties: SpecProperty[] = [];
  for (const entry of listOf(json, MOST_ARGUMENTS)) {
    const record = recordOf(entry);
    const piid = idOf(record === undefined ? entry : fieldOf(record, 'piid'));
    const property = piid === undefined ? undefined : byPiid.get(piid);
    if (property === undefined) return { properties, isComplete: false };
    properties.push(property);
  }
  return { properties, isComplete: true };
}
