/** Properties read and set, actions carried out (miot-cloud.md §2.3), each item with a code of its own (§2.4). */

import type { Clock } from '../../home/clock';
import { accepts, type CloudThing } from './device';
import type { Household } from './household';
import { react, write } from './reactions';
import { ok, type Reply, refused } from './reply';
import { canRead, canWrite, type PropertyDefinition } from './specs/definition';

const MAX_READ = 150;

/** miot-cloud.md §2.4. */
export const codes = {
  offline: -704042011,
  noDevice: -704042001,
  noService: -704040002,
  noProperty: -704040003,
  noAction: -704040005,
  notReadable: -704030013,
  notWritable: -704030023,
  badValue: -704220043,
  argumentCount: -704220025,
  badArgument: -704220035,
  timeout: -704083036,
} as const;

type Body = Readonly<Record<string, unknown>>;

export function getProperties({ datasource, params }: Body, household: Household, clock: Clock): Reply {
  const items = parseItems(params, 'piid');
  if (items === undefined || items.length === 0 || items.length > MAX_READ || datasource !== 1) return refused(-10002, 'invalid params');
  return ok(
    items.map((item) => {
      const { did, siid, number: piid } = item;
      const head = { did, iid: `0.${siid}.${piid}`, siid, piid };
      const found = findProperty(household, item);
      if (typeof found === 'number') return { ...head, code: found, exe_time: 0 };
      if (!canRead(found.property)) return { ...head, code: codes.notReadable, exe_time: 0 };
      return { ...head, value: found.thing.get(siid, piid), code: 0, updateTime: Math.floor(clock.now() / 1000), exe_time: 0 };
    }),
  );
}

export function setProperties({ params }: Body, household: Household): Reply {
  const items = parseItems(params, 'piid');
  if (items === undefined || items.length === 0) return refused(-10002, 'invalid params');
  return ok(
    items.map((item) => {
      const { did, siid, number: piid, value } = item;
      return { did, iid: `0.${siid}.${piid}`, siid, piid, code: setOne(household, item, value), exe_time: 130 };
    }),
  );
}

function setOne(household: Household, item: Item, value: unknown): number {
  const found = findProperty(household, item);
  if (typeof found === 'number') return found;
  if (!canWrite(found.property)) return codes.notWritable;
  if (!accepts(found.property, value)) return codes.badValue;
  write(household, found.thing, item.siid, found.property, value);
  return 0;
}

/** One object, never a list; `in` has bare values. */
export function doAction({ params }: Body, household: Household): Reply {
  const [item] = parseItems([params], 'aiid') ?? [];
  if (item === undefined || !Array.isArray(item.in)) return refused(-10002, 'invalid params');
  const { did, siid, number: aiid } = item;
  const outcome = actOnce(household, item, item.in);
  const head = { did, siid, aiid };
  return ok(
    typeof outcome === 'number' ? { ...head, code: outcome, out: [], exe_time: 0 } : { ...head, code: 0, out: outcome, exe_time: 120 },
  );
}

/** The outputs, or the code of why not. */
function actOnce(household: Household, { did, siid, number: aiid }: Item, values: readonly unknown[]): readonly unknown[] | number {
  const thing = reach(household, did);
  if (typeof thing === 'number') return thing;
  const action = thing.action(siid, aiid);
  if (action === undefined) return thing.service(siid) === undefined ? codes.noService : codes.noAction;
  const inputs = action.in ?? [];
  if (values.length !== inputs.length) return codes.argumentCount;
  const isFine = inputs.every((piid, index) => {
    const property = thing.property(siid, piid);
    return property !== undefined && accepts(property, values[index]);
  });
  if (!isFine) return codes.badArgument;
  inputs.forEach((piid, index) => {
    thing.set(siid, piid, values[index]);
  });
  const key = `${did}.${siid}.${aiid}`;
  household.actions.set(key, (household.actions.get(key) ?? 0) + 1);
  react(household, thing, siid, action.name);
  return (action.out ?? []).map((piid) => thing.get(siid, piid));
}

interface Item {
  readonly did: string;
  readonly siid: number;
  /** piid or aiid. */
  readonly number: number;
  readonly value: unknown;
  readonly in: unknown;
}

/** Undefined when anything in the list has another form than it must. */
function parseItems(params: unknown, member: 'piid' | 'aiid'): Item[] | undefined {
  if (!Array.isArray(params)) return undefined;
  const items = params.map((entry: unknown): Item | undefined => {
    if (typeof entry !== 'object' || entry === null || Array.isArray(entry)) return undefined;
    const { did, siid, [member]: number, value, in: inputs } = entry as Record<string, unknown>;
    if (typeof did !== 'string' || !Number.isInteger(siid) || !Number.isInteger(number)) return undefined;
    return { did, siid: siid as number, number: number as number, value, in: inputs };
  });
  return items.every((item) => item !== undefined) ? items : undefined;
}

function findProperty(
  household: Household,
  { did, siid, number: piid }: Item,
): { readonly thing: CloudThing; readonly property: PropertyDefinition } | number {
  const thing = reach(household, did);
  if (typeof thing === 'number') return thing;
  const property = thing.property(siid, piid);
  if (property === undefined) return thing.service(siid) === undefined ? codes.noService : codes.noProperty;
  return { thing, property };
}

/** The device, or the code of why it cannot be reached. Parts of a split device answer by their parent only (miot-cloud.md §2.3). */
function reach(household: Household, did: string): CloudThing | number {
  if (/\.s\d+$/.test(did)) return codes.timeout;
  const thing = household.things.get(did);
  if (thing === undefined) return codes.noDevice;
  return thing.isOnline ? thing : codes.offline;
}
