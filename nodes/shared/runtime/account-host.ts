/**
 * Keeps an account alive across redeploys: the config node comes and goes, the account stays and ten seconds longer, and with it a
 * refresh under way (miot-cloud.md §5.3, F13). One host for each config node, kept by the node's id for the whole process.
 */

import type { NodeAPI } from 'node-red';
import type { Timer } from '../../../lib/home/clock';
import { Account, type AccountSettings } from '../../../lib/miot';
import { accountEnvironment, network, wipeAccount } from './environment';
import { isStopping } from './flows-stopping';

/** A redeploy takes less. */
const LINGER_MS = 10_000;
/** Node-RED gives a node fifteen seconds to close. */
const LAST_WAIT_MS = 5_000;

export class AccountHost {
  readonly #RED: NodeAPI;
  readonly #nodeId: string;
  #settings: AccountSettings;
  #account: Account;
  #isClosed = false;

  /** Begins at once: an account that nobody uses must stay signed in too. `after`: who had these files before. */
  constructor(RED: NodeAPI, nodeId: string, settings: AccountSettings, after: Promise<void>) {
    this.#RED = RED;
    this.#nodeId = nodeId;
    this.#settings = settings;
    this.#account = this.#create();
    this.#startAfter(after);
  }

  get account(): Account {
    return this.#account;
  }

  get settings(): AccountSettings {
    return this.#settings;
  }

  /** Takes new settings; where they mean another account, the old one is closed and a new one takes its place. */
  configure(settings: AccountSettings): void {
    this.#settings = settings;
    if (this.#account.configure(settings)) return;
    const old = this.#account;
    this.#account = this.#create();
    this.#startAfter(old.close());
  }

  /** The flows stop: what is known is written down. */
  settle(): Promise<void> {
    return this.#account.flush();
  }

  /** Waits for a refresh under way: a process that ends in its midst may lose the sign-in (miot-cloud.md §5.3, F1). */
  async refreshed(): Promise<void> {
    const { clock } = network(this.#RED).environment;
    let unwatch = (): void => {};
    let timer: Timer | undefined;
    await new Promise<void>((resolve) => {
      timer = clock.setTimeout(resolve, LAST_WAIT_MS);
      unwatch = this.#account.watch(({ session }) => {
        if (session.state.phase !== 'refreshing') resolve();
      });
    });
    unwatch();
    clock.clearTimeout(timer);
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return this.#account.close();
  }

  /** Closes, and wipes what was kept on disk: the config node was deleted. */
  remove(): Promise<void> {
    this.#isClosed = true;
    return this.#account.remove();
  }

  #create(): Account {
    return new Account(this.#settings, accountEnvironment(this.#RED, this.#nodeId));
  }

  #startAfter(previous: Promise<void>): void {
    const account = this.#account;
    const complain = (error: unknown): void => network(this.#RED).environment.log.error(String(error));
    previous
      .catch(complain)
      .then(() => (this.#isClosed || account !== this.#account ? undefined : account.start()))
      .catch(complain);
  }
}

const hosts = new Map<string, AccountHost>();
const lingering = new Map<string, Timer>();
/** Hosts on their way out, which still hold their files. */
const leaving = new Map<string, Promise<void>>();

/** The host of a config node, made on its first appearance. */
export function acquireAccount(RED: NodeAPI, nodeId: string, settings: AccountSettings): AccountHost {
  network(RED).environment.clock.clearTimeout(lingering.get(nodeId));
  lingering.delete(nodeId);
  const existing = hosts.get(nodeId);
  if (existing !== undefined) {
    existing.configure(settings);
    return existing;
  }
  const host = new AccountHost(RED, nodeId, settings, leaving.get(nodeId) ?? Promise.resolve());
  hosts.set(nodeId, host);
  return host;
}

/** The config node closes: for good, or for a redeploy. */
export async function releaseAccount(RED: NodeAPI, nodeId: string, isGone: boolean): Promise<void> {
  const host = hosts.get(nodeId);
  if (host === undefined) return;
  if (isGone) {
    hosts.delete(nodeId);
    await depart(nodeId, host.remove());
    return;
  }
  const { clock, log } = network(RED).environment;
  lingering.set(
    nodeId,
    clock.setTimeout(() => {
      lingering.delete(nodeId);
      hosts.delete(nodeId);
      depart(nodeId, host.close()).catch((error: unknown) => log.error(String(error)));
    }, LINGER_MS),
  );
  await host.settle();
  // A deploy leaves the process and with it the refresh alone.
  if (isStopping(RED)) await host.refreshed();
}

/** The config node is in no flow any more, and was not there to be told: what it left is wiped. */
export async function forgetAccount(RED: NodeAPI, nodeId: string): Promise<void> {
  const { clock, log } = network(RED).environment;
  const host = hosts.get(nodeId);
  const timer = lingering.get(nodeId);
  if (host !== undefined && timer === undefined) return;
  clock.clearTimeout(timer);
  lingering.delete(nodeId);
  hosts.delete(nodeId);
  // Who still closes writes for the last time; who comes back under this id waits for the end of both.
  const closed = (leaving.get(nodeId) ?? Promise.resolve()).catch((error: unknown) => log.error(String(error)));
  await depart(
    nodeId,
    closed.then(() => (host === undefined ? wipeAccount(RED, nodeId) : host.remove())),
  );
}

async function depart(nodeId: string, closing: Promise<void>): Promise<void> {
  leaving.set(nodeId, closing);
  try {
    await closing;
  } finally {
    if (leaving.get(nodeId) === closing) leaving.delete(nodeId);
  }
}

/** The hosts of all deployed accounts, by node id. */
export function allAccounts(): ReadonlyMap<string, AccountHost> {
  return hosts;
}

/** For tests: closes everything that still lingers. */
export async function closeAllAccounts(RED: NodeAPI): Promise<void> {
  const { clock } = network(RED).environment;
  for (const timer of lingering.values()) clock.clearTimeout(timer);
  lingering.clear();
  const all = [...hosts.values()];
  hosts.clear();
  await Promise.all([...all.map((host) => host.close()), ...leaving.values()]);
}
