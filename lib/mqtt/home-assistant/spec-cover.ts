/** The curtain of an account's device as one entity: where it is, where it goes, and open, close and pause where it takes them. */

import type { DeviceSpec, SpecProperty } from '../../miot';
import { type Claim, command, entity, type Members, type Place } from './component';
import { positionMembers } from './cover';
import { serviceOf } from './spec-names';
import { commandTemplate } from './templates';

const FULL = 100;

export function specCoverClaim(place: Place, spec: DeviceSpec): Claim {
  const service = spec.type === 'curtain' && spec.main !== undefined ? serviceOf(spec.main) : undefined;
  const find = (member: string): SpecProperty | undefined => spec.properties.find(({ name }) => name === `${service}:${member}`);
  const target = percent(find('target-position'), 'canWrite');
  const position = percent(find('current-position'), 'canRead') ?? (target?.canRead === true ? target : undefined);
  if (service === undefined || target === undefined || position === undefined) return { parts: [], takes: [] };
  const motor = find('motor-control');
  const word = (...words: readonly string[]): string | undefined =>
    motor?.canWrite === true ? motor.values?.find(({ name }) => words.includes(name))?.name : undefined;
  const stop = word('stop', 'pause');
  const cover = entity(place, 'cover', 'cover', null, {
    device_class: 'curtain',
    ...positionMembers(place, position.name),
    ...commands(place, target, motor?.name, { open: word('open'), close: word('close'), stop }),
    set_position_topic: place.set,
    set_position_template: commandTemplate(target.name, '{{ position }}'),
  });
  const taken = motor === undefined || stop === undefined ? [target, position] : [target, position, motor];
  return { parts: [cover], takes: taken.map(({ name }) => name) };
}

type Words = Readonly<Record<'open' | 'close' | 'stop', string | undefined>>;

/** Without words for it, open and close are positions; without a word for it, nothing stops it. */
function commands({ set }: Place, target: SpecProperty, motor: string | undefined, { open, close, stop }: Words): Members {
  const move = (word: string | undefined, position: number): string =>
    motor === undefined || word === undefined ? command({ [target.name]: position }) : command({ [motor]: word });
  return {
    command_topic: set,
    payload_open: move(open, FULL),
    payload_close: move(close, 0),
    payload_stop: motor === undefined || stop === undefined ? null : command({ [motor]: stop }),
  };
}

function percent(property: SpecProperty | undefined, access: 'canRead' | 'canWrite'): SpecProperty | undefined {
  return property?.[access] === true && property.range?.min === 0 && property.range.max === FULL ? property : undefined;
}
