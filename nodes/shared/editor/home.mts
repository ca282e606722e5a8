/** What the editor knows of each gateway's devices. One for the page, shared by all dialogs and by the labels on the canvas. */

import { normalizeSid } from '../../../lib/home/ids';
import { ApiError, type GatewayHome, getHome, type KnownDevice } from './api.mts';

interface Entry {
  home?: GatewayHome;
  error?: ApiError;
  pending?: Promise<void>;
}

interface Store {
  readonly entries: Map<string, Entry>;
}

declare global {
  interface Window {
    lumiotHome?: Store;
  }
}

/** Every dialog is a bundle of its own; the page's window is what they share. */
function store(): Store {
  if (window.lumiotHome === undefined) {
    const made: Store = { entries: new Map() };
    window.lumiotHome = made;
    // What was not deployed a moment ago may be now.
    RED.events.on('deploy', () => {
      made.entries.clear();
      redraw();
    });
  }
  return window.lumiotHome;
}

/** Asks the server for a gateway's devices. Never rejects; the outcome is in `homeOf` and `problemOf`. */
export function load(gateway: string): Promise<void> {
  const { entries } = store();
  const entry = entries.get(gateway) ?? {};
  entries.set(gateway, entry);
  entry.pending ??= getHome(gateway)
    .then(
      (home) => {
        entry.home = home;
        delete entry.error;
      },
      (error: unknown) => {
        delete entry.home;
        entry.error = error instanceof ApiError ? error : new ApiError({ code: 'OTHER', message: String(error) }, 0);
      },
    )
    .finally(() => {
      delete entry.pending;
    });
  return entry.pending;
}

export function homeOf(gateway: string): GatewayHome | undefined {
  return store().entries.get(gateway)?.home;
}

export function problemOf(gateway: string): ApiError | undefined {
  return store().entries.get(gateway)?.error;
}

export function devicesOf(gateway: string): readonly KnownDevice[] {
  return homeOf(gateway)?.devices ?? [];
}

export function deviceOf(gateway: string, device: string): KnownDevice | undefined {
  if (device === '') return undefined;
  const id = normalizeSid(device);
  return devicesOf(gateway).find((one) => normalizeSid(one.id) === id);
}

/** A row of the gateway's own table of names, which is known without any server. */
export function namedRow(gateway: string, device: string): { readonly name?: string; readonly room?: string } | undefined {
  const rows: unknown = RED.nodes.node(gateway)?.devices;
  if (device === '' || !Array.isArray(rows)) return undefined;
  const id = normalizeSid(device);
  return rows.find((row: { sid?: unknown }) => normalizeSid(String(row.sid ?? '')) === id);
}

/** The name of a device for the canvas; '' while unknown. Asks for it once; the label is drawn again when it comes. */
export function deviceName(gateway: string, device: string): string {
  if (gateway === '' || device === '' || device.includes('${')) return '';
  const own = namedRow(gateway, device)?.name;
  if (own) return own;
  const { entries } = store();
  if (!entries.has(gateway)) {
    const config = RED.nodes.node(gateway);
    if (config && !config.changed) void load(gateway).then(redraw);
  }
  return deviceOf(gateway, device)?.name ?? '';
}

function redraw(): void {
  RED.nodes.eachNode((node) => {
    if (!/^(lumi|miot|lumiot)-/.test(node.type)) return;
    node.dirty = true;
    node.resize = true;
  });
  RED.view.redraw();
}
