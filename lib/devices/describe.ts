/** What a model says and accepts, for dialogs, MQTT discovery and the docs. Derived from its entry; nothing is described twice. */

import { compiled } from './compile';
import type { Confirmation, Definition, PropertyDescription } from './definition';

const descriptions = new WeakMap<Definition, readonly PropertyDescription[]>();
const SWITCHED = ['on', 'channel1', 'channel2', 'channel3'];

/** Every property of a model; `action` last, with the names it takes, where the model has actions. */
export function describe(definition: Definition): readonly PropertyDescription[] {
  const known = descriptions.get(definition);
  if (known !== undefined) return known;
  const list = definition.properties.map(({ description }) => description);
  const names = definition.actions?.names;
  if (names !== undefined) list.push({ property: 'action', readable: true, writable: false, confirmation: 'report', values: names });
  descriptions.set(definition, list);
  return list;
}

/** Keys of a button that has several: 'left', 'right', 'both'; none for the others. */
export function buttonsOf(definition: Definition): readonly string[] {
  return definition.actions?.buttons ?? [];
}

/** How a written value shows that it took effect. What is no property of the model is never reported, so the answer has to do. */
export function confirmationOf(definition: Definition, property: string): Confirmation {
  return compiled(definition).properties.get(property)?.description.confirmation ?? 'ack';
}

/** Whether the model takes this property. */
export function isWritable(definition: Definition, property: string): boolean {
  return compiled(definition).properties.get(property)?.write !== undefined;
}

/** How many relays a plug, switch or relay module has: 0 to 3. A lamp or an air conditioner is no relay. */
export function channelsOf(definition: Definition): number {
  if (definition.family !== 'plug' && definition.family !== 'switch') return 0;
  return definition.properties.filter(({ description }) => description.writable && SWITCHED.includes(description.property)).length;
}
