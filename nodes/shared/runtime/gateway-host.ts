/**
 * Keeps a gateway alive across redeploys: the config node comes and goes, the gateway stays as long as somebody uses it, and ten
 * seconds longer. One host for each config node, kept by the node's id for the whole process.
 */

import type { NodeAPI } from 'node-red';
import type { Timer } from '../../../lib/home/clock';
import { Gateway, type GatewaySettings, type GatewayState } from '../../../lib/lumi';
import { memoryOf, network } from './environment';

/** A redeploy takes less. */
const LINGER_MS = 10_000;

type Listener = (state: GatewayState) => void;

export class GatewayHost {
  readonly #RED: NodeAPI;
  readonly #nodeId: string;
  /** Who uses it, and the timer that will forget those who left for a redeploy. */
  readonly #users = new Map<string, Timer | undefined>();
  #settings: GatewaySettings;
  #gateway: Gateway;
  #removeFile: () => Promise<void> = () => Promise.resolve();
  #isStarted = false;

  constructor(RED: NodeAPI, nodeId: string, settings: GatewaySettings) {
    this.#RED = RED;
    this.#nodeId = nodeId;
    this.#settings = settings;
    this.#gateway = this.#create();
  }

  get gateway(): Gateway {
    return this.#gateway;
  }

  get settings(): GatewaySettings {
    return this.#settings;
  }

  /** Takes new settings; where they mean another gateway, the old one is closed and a new one takes its place. */
  configure(settings: GatewaySettings): void {
    this.#settings = settings;
    if (this.#gateway.configure(settings)) return;
    this.#replace();
    if (this.#users.size > 0) this.#start();
  }

  /** From now on `userId` needs the gateway: the first one starts it. */
  join(userId: string): void {
    this.#forgetTimer(userId);
    this.#users.set(userId, undefined);
    this.#start();
  }

  /** `isGone`: for good. Otherwise the place is kept for a redeploy. The last one gone closes everything. */
  leave(userId: string, isGone: boolean): void {
    if (!this.#users.has(userId)) return;
    this.#forgetTimer(userId);
    if (isGone) this.#forget(userId);
    else
      this.#users.set(
        userId,
        this.#clock.setTimeout(() => this.#forget(userId), LINGER_MS),
      );
  }

  /** Uses the gateway for a while: for the editor, which never says goodbye. */
  borrow(userId: string): void {
    this.join(userId);
    this.leave(userId, false);
  }

  watch(listener: Listener): () => void {
    return this.#gateway.watch(listener);
  }

  /** The flows stop: nothing may ring or flash on, nothing known may be lost. */
  async settle(): Promise<void> {
    await Promise.all([this.#gateway.ringer.close(), this.#gateway.effects.close()]);
    await this.#gateway.flush();
  }

  async close(): Promise<void> {
    for (const userId of [...this.#users.keys()]) this.#forgetTimer(userId);
    this.#users.clear();
    await this.#gateway.close();
  }

  /** Closes and deletes what was remembered: the config node was deleted. */
  async remove(): Promise<void> {
    await this.close();
    await this.#removeFile();
  }

  get #clock() {
    return network(this.#RED).environment.clock;
  }

  #create(): Gateway {
    const { memory, remove } = memoryOf(this.#RED, this.#nodeId);
    this.#removeFile = remove;
    return new Gateway(network(this.#RED), this.#settings, memory);
  }

  #replace(): void {
    const old = this.#gateway;
    this.#isStarted = false;
    this.#gateway = this.#create();
    void old.close();
  }

  #start(): void {
    if (this.#isStarted) return;
    this.#isStarted = true;
    this.#gateway.start().catch((error: unknown) => network(this.#RED).environment.log.error(String(error)));
  }

  #forget(userId: string): void {
    this.#users.delete(userId);
    if (this.#users.size === 0 && this.#isStarted) this.#replace();
  }

  #forgetTimer(userId: string): void {
    this.#clock.clearTimeout(this.#users.get(userId));
  }
}

const hosts = new Map<string, GatewayHost>();
const lingering = new Map<string, Timer>();

/** The host of a config node, made on its first appearance. */
export function acquireHost(RED: NodeAPI, nodeId: string, settings: GatewaySettings): GatewayHost {
  const { clock } = network(RED).environment;
  clock.clearTimeout(lingering.get(nodeId));
  lingering.delete(nodeId);
  const existing = hosts.get(nodeId);
  if (existing !== undefined) {
    existing.configure(settings);
    return existing;
  }
  const host = new GatewayHost(RED, nodeId, settings);
  hosts.set(nodeId, host);
  return host;
}

/** The config node closes: for good, or for a redeploy. */
export async function releaseHost(RED: NodeAPI, nodeId: string, isGone: boolean): Promise<void> {
  const host = hosts.get(nodeId);
  if (host === undefined) return;
  if (isGone) {
    hosts.delete(nodeId);
    await host.remove();
    return;
  }
  const { clock } = network(RED).environment;
  lingering.set(
    nodeId,
    clock.setTimeout(() => {
      lingering.delete(nodeId);
      hosts.delete(nodeId);
      void host.close();
    }, LINGER_MS),
  );
  await host.settle();
}

/** The hosts of all deployed gateways, by node id. */
export function allHosts(): ReadonlyMap<string, GatewayHost> {
  return hosts;
}

/** For tests: closes everything that still lingers. */
export async function closeAllHosts(RED: NodeAPI): Promise<void> {
  const { clock } = network(RED).environment;
  for (const timer of lingering.values()) clock.clearTimeout(timer);
  lingering.clear();
  const all = [...hosts.values()];
  hosts.clear();
  await Promise.all(all.map((host) => host.close()));
}
