/** What the editor knows of each account's devices, and of what each device can do: one cache of both for the page. */

import { type AccountHome, type AccountNews, type CloudDeviceView, getAccountHome, getSpec, type KnownSpec } from './account-api.mts';
import { ApiError } from './api.mts';
import { feed } from './live-feed.mts';
import { LiveHomes, type Watcher } from './live-homes.mts';
import { redraw } from './redraw.mts';

export type AccountWatcher = Watcher<CloudDeviceView>;

interface SpecEntry {
  spec?: KnownSpec;
  error?: ApiError;
  pending?: Promise<void>;
}

declare global {
  interface Window {
    lumiotAccounts?: LiveHomes<AccountHome, CloudDeviceView>;
    lumiotSpecs?: Map<string, SpecEntry>;
  }
}

function store(): LiveHomes<AccountHome, CloudDeviceView> {
  window.lumiotAccounts ??= new LiveHomes(feed(), {
    get: getAccountHome,
    devicesOf: ({ devices }) => devices,
    newsIn: (message) => {
      const news = message as AccountNews; // the package's own server
      return 'account' in news ? { id: news.id, home: { account: news.account, devices: news.devices } } : undefined;
    },
    merge: ({ account }, devices) => ({ account, devices }),
  });
  return window.lumiotAccounts;
}

/** Asks the server for an account's devices. Never rejects; the outcome is in `accountOf` and `accountProblem`. */
export function loadAccount(account: string): Promise<void> {
  return store().load(account);
}

/** Has live values flow for as long as the watcher is alive. */
export function watchAccounts(watcher: AccountWatcher): void {
  store().watch(watcher);
}

export function unwatchAccounts(watcher: AccountWatcher): void {
  store().unwatch(watcher);
}

export function accountOf(account: string): AccountHome | undefined {
  return store().entries.get(account)?.home;
}

export function accountProblem(account: string): ApiError | undefined {
  return store().entries.get(account)?.error;
}

export function cloudDevicesOf(account: string): readonly CloudDeviceView[] {
  return accountOf(account)?.devices ?? [];
}

export function cloudDeviceOf(account: string, did: string): CloudDeviceView | undefined {
  return did === '' ? undefined : cloudDevicesOf(account).find(({ id }) => id === did);
}

/** The name of a device for the canvas; '' while unknown. Asks for it once; the label is drawn again when it comes. */
export function cloudDeviceName(account: string, did: string): string {
  if (account === '' || did === '' || did.includes('${')) return '';
  if (!store().entries.has(account)) {
    const config = RED.nodes.node(account);
    if (config && !config.changed) void loadAccount(account).then(redraw);
  }
  return cloudDeviceOf(account, did)?.name ?? '';
}

/** Asks the server once what a device can do; again where that failed. Never rejects; the outcome is in `specOf` and `specProblem`. */
export function loadSpec(account: string, did: string): Promise<void> {
  const key = specKey(account, did);
  const entry = specs().get(key) ?? {};
  specs().set(key, entry);
  if (entry.spec !== undefined) return Promise.resolve();
  entry.pending ??= getSpec(account, did, RED.i18n.lang())
    .then(
      (spec) => {
        entry.spec = spec;
        delete entry.error;
      },
      (error: unknown) => {
        entry.error = error instanceof ApiError ? error : new ApiError({ code: 'OTHER', message: String(error) }, 0);
      },
    )
    .finally(() => {
      delete entry.pending;
    });
  return entry.pending;
}

export function specOf(account: string, did: string): KnownSpec | undefined {
  return specs().get(specKey(account, did))?.spec;
}

export function specProblem(account: string, did: string): ApiError | undefined {
  return specs().get(specKey(account, did))?.error;
}

function specs(): Map<string, SpecEntry> {
  window.lumiotSpecs ??= new Map();
  return window.lumiotSpecs;
}

function specKey(account: string, did: string): string {
  return `${account} ${did}`;
}
