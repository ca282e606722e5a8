/** Names and rooms in place: an edit of the gateway's own table, as its dialog makes it. In force at Deploy, one step to undo. */

import { normalizeSid } from '../../lib/home/ids';
import type { DeviceRow } from '../shared/editor/gateway-devices.mts';
import { redraw } from '../shared/editor/redraw.mts';

export interface Naming {
  readonly name: string;
  readonly room: string;
}

/** What a device is called: before Deploy already as the user wants it. */
export function namingOf(gateway: string, { id, name, room }: Naming & { readonly id: string }): Naming {
  const row = rowOf(gateway, id);
  const isChanged = RED.nodes.node(gateway)?.changed === true;
  const chosen = (own: string | undefined, told: string): string => {
    if (row === undefined) return told;
    // A variable is only known to the server.
    if (isChanged) return own ?? '';
    return own && !own.includes('${') ? own : told;
  };
  return { name: chosen(row?.name, name) || id, room: chosen(row?.room, room) };
}

/** By table, because every edit makes a new one: with hundreds of devices, looking through it for each would be slow. */
const indices = new WeakMap<object, ReadonlyMap<string, Partial<DeviceRow>>>();

function rowOf(gateway: string, id: string): Partial<DeviceRow> | undefined {
  const table: unknown = RED.nodes.node(gateway)?.devices;
  if (!Array.isArray(table)) return undefined;
  let index = indices.get(table);
  if (index === undefined) {
    index = new Map(table.map((row: Partial<DeviceRow>) => [normalizeSid(String(row.sid ?? '')), row]));
    indices.set(table, index);
  }
  return index.get(normalizeSid(id));
}

export function nameDevice(gateway: string, id: string, naming: Naming): void {
  const node = RED.nodes.node(gateway);
  if (!node) return;
  const before: readonly DeviceRow[] = Array.isArray(node.devices) ? node.devices : [];
  const isNamed = (row: DeviceRow): boolean => normalizeSid(String(row.sid ?? '')) === normalizeSid(id);
  const devices = before.some(isNamed)
    ? before.map((row) => (isNamed(row) ? { ...row, ...naming } : row))
    : [...before, { sid: id, model: '', ...naming }];
  RED.history.push({ t: 'edit', node, changes: { devices: before }, changed: node.changed === true, dirty: RED.nodes.dirty() });
  Object.assign(node, { devices, changed: true, dirty: true });
  RED.nodes.dirty(true);
  RED.events.emit('nodes:change', node);
  redraw();
}
