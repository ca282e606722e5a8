/** Finds what a user named: 'light:brightness', 'brightness' or '2.3', in any case. */

import type { DeviceSpec, SpecAction, SpecEvent, SpecProperty } from './spec-types';

/** What a name led to. With `others` it is ambiguous: the one with the lowest numbers was taken, and somebody should be told. */
export interface Found<Member> {
  readonly found: Member;
  readonly others: readonly Member[];
}

interface Named {
  readonly name: string;
  readonly siid: number;
}

/** 'switch-sensor:button-index' → 'button-index': enough among members of one service. */
export function shortName(name: string): string {
  return name.slice(name.indexOf(':') + 1);
}

export function findProperty(spec: DeviceSpec, name: string): SpecProperty | undefined {
  return lookUpProperty(spec, name)?.found;
}

export function findAction(spec: DeviceSpec, name: string): SpecAction | undefined {
  return lookUpAction(spec, name)?.found;
}

export function findEvent(spec: DeviceSpec, name: string): SpecEvent | undefined {
  return lookUpEvent(spec, name)?.found;
}

export function lookUpProperty({ properties }: DeviceSpec, name: string): Found<SpecProperty> | undefined {
  return lookUp(properties, name, ({ piid }) => piid);
}

export function lookUpAction({ actions }: DeviceSpec, name: string): Found<SpecAction> | undefined {
  return lookUp(actions, name, ({ aiid }) => aiid);
}

export function lookUpEvent({ events }: DeviceSpec, name: string): Found<SpecEvent> | undefined {
  return lookUp(events, name, ({ eiid }) => eiid);
}

function lookUp<Member extends Named>(
  members: readonly Member[],
  typed: string,
  idOf: (member: Member) => number,
): Found<Member> | undefined {
  const [, siid, id] = /^\s*(\d+)\.(\d+)\s*$/.exec(typed) ?? [];
  if (siid !== undefined) return chosen(members.filter((member) => member.siid === Number(siid) && idOf(member) === Number(id)));
  const wanted = plain(typed);
  const exact = members.filter(({ name }) => plain(name) === wanted);
  if (exact.length > 0) return chosen(exact);
  // 'switch.1:on' is the first of them, though its name has no number.
  const [service = '', rest] = wanted.split(':');
  if (rest !== undefined)
    return chosen(members.filter(({ name }) => plain(name) === `${service.replace(/\.1$/, '')}:${rest.replace(/\.1$/, '')}`));
  return chosen(members.filter(({ name }) => plain(shortName(name)) === wanted));
}

/** Members stand in the order of their numbers. */
function chosen<Member>(members: readonly Member[]): Found<Member> | undefined {
  const [found, ...others] = members;
  return found === undefined ? undefined : { found, others };
}

function plain(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-');
}
