/** What the editor knows of each gateway's devices: one cache for the page, shared by the sidebar, all dialogs and the labels on the canvas. */

import { normalizeSid } from '../../../lib/home/ids';
import { type ApiError, type GatewayHome, getHome, type KnownDevice, type LiveNews } from './api.mts';
import { feed } from './live-feed.mts';
import { LiveHomes, type Watcher as Watching } from './live-homes.mts';
import { redraw } from './redraw.mts';

/** Somebody who looks at the live values of gateways. */
export type Watcher = Watching<KnownDevice>;

declare global {
  interface Window {
    lumiotHome?: LiveHomes<GatewayHome, KnownDevice>;
  }
}

/** The sidebar is loaded first and makes it. */
function store(): LiveHomes<GatewayHome, KnownDevice> {
  window.lumiotHome ??= new LiveHomes(feed(), {
    get: getHome,
    devicesOf: ({ devices }) => devices,
    newsIn: (message) => {
      const news = message as LiveNews; // the package's own server
      return 'gateway' in news ? { id: news.id, home: { gateway: news.gateway, devices: news.devices } } : undefined;
    },
    merge: ({ gateway }, devices) => ({ gateway, devices }),
  });
  return window.lumiotHome;
}

/** Asks the server for a gateway's devices. Never rejects; the outcome is in `homeOf` and `problemOf`. */
export function load(gateway: string): Promise<void> {
  return store().load(gateway);
}

/** Has live values flow for as long as the watcher is alive, or until `unwatch`. */
export function watch(watcher: Watcher): void {
  store().watch(watcher);
}

export function unwatch(watcher: Watcher): void {
  store().unwatch(watcher);
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
