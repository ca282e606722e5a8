/** The methods that speak of services, properties and actions by their numbers (miio-lan.md §4.1). */

import { accepts } from '../cloud/device';
import { react, write } from '../cloud/reactions';
import { canRead, canWrite } from '../cloud/specs/definition';
import { gives, itemCodes, type Outcome, outcomes } from './answer';
import type { Body } from './body';

/** Undefined where the method is none of these. */
export function answerSpec(body: Body, method: string, params: unknown): Outcome | undefined {
  if (method === 'get_properties') return getProperties(body, params);
  if (method === 'set_properties') return setProperties(body, params);
  return method === 'action' ? act(body, params) : undefined;
}

function getProperties(body: Body, params: unknown): Outcome {
  const items = itemsOf(params, 'piid');
  if (items === undefined) return outcomes.badParams;
  if (items.length > body.config.maxProperties) return outcomes.ackTimeout;
  return gives(
    items.map(({ did, siid, number: piid }) => {
      const property = body.thing.property(siid, piid);
      const code = property === undefined ? itemCodes.notThere : canRead(property) ? itemCodes.ok : itemCodes.notReadable;
      return { did, siid, piid, code, ...(code === itemCodes.ok ? { value: body.thing.get(siid, piid) } : {}) };
    }),
  );
}

function setProperties(body: Body, params: unknown): Outcome {
  const items = itemsOf(params, 'piid');
  if (items === undefined) return outcomes.badParams;
  if (items.length > body.config.maxProperties) return outcomes.ackTimeout;
  return gives(items.map((item) => ({ did: item.did, siid: item.siid, piid: item.number, code: setOne(body, item) })));
}

function setOne(body: Body, { siid, number: piid, value }: Item): number {
  const { household, thing } = body;
  const property = thing.property(siid, piid);
  if (property === undefined) return itemCodes.notThere;
  if (!canWrite(property)) return itemCodes.notWritable;
  if (!accepts(property, value)) return itemCodes.badValue;
  write(household, thing, siid, property, value);
  body.count(`${siid}.${piid}`);
  return itemCodes.ok;
}

function act(body: Body, params: unknown): Outcome {
  const [item] = itemsOf([params], 'aiid') ?? [];
  if (item === undefined) return outcomes.badParams;
  const { did, siid, number: aiid } = item;
  const done = actOnce(body, item);
  return gives({ did, siid, aiid, ...(typeof done === 'number' ? { code: done } : { code: itemCodes.ok, out: done }) });
}

/** The outputs, or the code of why not. */
function actOnce(body: Body, { siid, number: aiid, in: given }: Item): readonly unknown[] | number {
  const { household, thing, config } = body;
  const action = thing.action(siid, aiid);
  if (action === undefined && !(config.isLoose && thing.service(siid) !== undefined)) return itemCodes.notThere;
  const inputs = action?.in ?? [];
  const values = inputsOf(given ?? [], inputs);
  if (values === undefined || (action !== undefined && values.length !== inputs.length)) return itemCodes.badArguments;
  const isFine = inputs.every((piid, index) => {
    const property = thing.property(siid, piid);
    return property !== undefined && accepts(property, values[index]);
  });
  if (!isFine) return itemCodes.badArguments;
  inputs.forEach((piid, index) => {
    thing.set(siid, piid, values[index]);
  });
  body.count(`${siid}.${aiid}`);
  if (action === undefined) return [];
  react(household, thing, siid, action.name);
  return (action.out ?? []).map((piid) => ({ piid, value: thing.get(siid, piid) }));
}

/** Inputs in the order of the description. Devices take `{piid, value}`, and some bare values (miio-lan.md §4.1, unverified on hardware). */
function inputsOf(given: unknown, piids: readonly number[]): readonly unknown[] | undefined {
  if (!Array.isArray(given)) return undefined;
  const entries: readonly unknown[] = given;
  const numbered = entries.filter((entry) => isObject(entry) && Number.isInteger(entry.piid));
  if (numbered.length === 0) return entries;
  if (numbered.length !== entries.length) return undefined;
  const byPiid = new Map(numbered.map((entry) => [(entry as { piid: number }).piid, (entry as { value?: unknown }).value]));
  if (byPiid.size !== entries.length || (piids.length > 0 && !piids.every((piid) => byPiid.has(piid)))) return undefined;
  return piids.length === 0 ? [...byPiid.values()] : piids.map((piid) => byPiid.get(piid));
}

interface Item {
  /** Whatever stands there is echoed: some clients send a label of theirs (miio-lan.md §4.1). */
  readonly did: unknown;
  readonly siid: number;
  /** piid or aiid. */
  readonly number: number;
  readonly value: unknown;
  readonly in: unknown;
}

/** Undefined when anything in the list has another form than it must. */
function itemsOf(params: unknown, member: 'piid' | 'aiid'): Item[] | undefined {
  if (!Array.isArray(params) || params.length === 0) return undefined;
  const items = params.map((entry: unknown): Item | undefined => {
    if (!isObject(entry)) return undefined;
    const { did, siid, [member]: number, value, in: inputs } = entry;
    if (!Number.isInteger(siid) || !Number.isInteger(number)) return undefined;
    return { did, siid: siid as number, number: number as number, value, in: inputs };
  });
  return items.every((item) => item !== undefined) ? items : undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
