/**
 * What the editor knows of each gateway's devices: one cache and one live subscription for the page, shared by the sidebar, all
 * dialogs and the labels on the canvas.
 */

import { normalizeSid } from '../../../lib/home/ids';
import { ApiError, type GatewayHome, getHome, type KnownDevice, type LiveNews, renewWatch } from './api.mts';

/** Somebody who looks at live values. Values flow while at least one of them is alive and the page can be seen. */
export interface Watcher {
  readonly isAlive: () => boolean;
  /** A gateway and those of its devices that changed; without devices, all of them may have. */
  readonly hear: (gateway: string, devices?: readonly KnownDevice[]) => void;
}

interface Entry {
  home?: GatewayHome;
  error?: ApiError;
  pending?: Promise<void>;
}

const TOPIC = 'lumiot/devices';
/** The server's lease lasts 30 s. */
const RENEW_MS = 20_000;
const NOT_FOUND = 404;

class Home {
  readonly entries = new Map<string, Entry>();
  readonly #watchers = new Set<Watcher>();
  #timer: number | undefined;

  constructor() {
    // What was not deployed a moment ago may be now.
    RED.events.on('deploy', () => this.#afterDeploy());
    RED.events.on('editor:close', () => this.#look());
    document.addEventListener('visibilitychange', () => this.#look());
    RED.comms.on?.('connect', () => {
      if (this.#timer !== undefined) this.#renew();
    });
  }

  /** Asks the server for a gateway's devices. Never rejects. */
  load(gateway: string): Promise<void> {
    const entry = this.entries.get(gateway) ?? {};
    this.entries.set(gateway, entry);
    entry.pending ??= getHome(gateway)
      .then(
        (home) => {
          entry.home = home;
          delete entry.error;
        },
        (error: unknown) => {
          entry.error = error instanceof ApiError ? error : new ApiError({ code: 'OTHER', message: String(error) }, 0);
          // A server that is away for a moment does not change who lives here; a gateway that is not deployed does.
          if (entry.error.status === NOT_FOUND) delete entry.home;
        },
      )
      .finally(() => {
        delete entry.pending;
        this.#tell(gateway);
      });
    return entry.pending;
  }

  watch(watcher: Watcher): void {
    this.#watchers.add(watcher);
    this.#look();
  }

  unwatch(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    this.#look();
  }

  /** Begins or ends the subscription, as there are watchers and a page to see. */
  #look(): void {
    for (const watcher of this.#watchers) if (!watcher.isAlive()) this.#watchers.delete(watcher);
    const isWanted = this.#watchers.size > 0 && document.visibilityState === 'visible';
    if (isWanted === (this.#timer !== undefined)) return;
    if (isWanted) {
      RED.comms.subscribe(TOPIC, this.#hear);
      this.#timer = window.setInterval(() => {
        this.#look();
        if (this.#timer !== undefined) this.#extend();
      }, RENEW_MS);
      this.#renew();
    } else {
      RED.comms.unsubscribe(TOPIC, this.#hear);
      window.clearInterval(this.#timer);
      this.#timer = undefined;
    }
  }

  /** What happened while nobody looked is asked for once. */
  #renew(): void {
    this.#extend();
    for (const gateway of this.entries.keys()) void this.load(gateway);
  }

  #extend(): void {
    // Without an answer the values stand still; the next attempt is a lease away.
    renewWatch().catch(() => {});
  }

  readonly #hear = (_topic: string, message: unknown): void => {
    const { id, gateway, devices } = message as LiveNews; // the package's own server
    const entry = this.entries.get(id);
    if (entry?.home === undefined) {
      if (entry !== undefined) void this.load(id);
      return;
    }
    const changed = new Map(devices.map((device) => [device.id, device]));
    const known = entry.home.devices.map((device) => {
      const news = changed.get(device.id);
      changed.delete(device.id);
      return news ?? device;
    });
    entry.home = { gateway, devices: [...known, ...changed.values()] };
    this.#tell(id, devices);
  };

  #tell(gateway: string, devices?: readonly KnownDevice[]): void {
    for (const watcher of this.#watchers) {
      if (watcher.isAlive()) watcher.hear(gateway, devices);
      else this.#watchers.delete(watcher);
    }
  }

  #afterDeploy(): void {
    if (this.#timer === undefined) this.entries.clear();
    else this.#renew();
    redraw();
  }
}

declare global {
  interface Window {
    lumiotHome?: Home;
  }
}

/** Every dialog is a bundle of its own; the page's window is what they share. The sidebar is loaded first and makes it. */
function store(): Home {
  window.lumiotHome ??= new Home();
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

/** Draws the labels of the package's nodes again. */
export function redraw(): void {
  RED.nodes.eachNode((node) => {
    if (!/^(lumi|miot|lumiot)-/.test(node.type)) return;
    node.dirty = true;
    node.resize = true;
  });
  RED.view.redraw();
}
