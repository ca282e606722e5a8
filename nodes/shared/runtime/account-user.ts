/** A node that uses an account: finds it, shares its status, and leaves its places in good order. Both shapes of miot nodes begin here. */

import type { Node, NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import type { Account, AccountEvent } from '../../../lib/miot';
import type { AccountHost } from './account-host';
import { shownDevice } from './account-status';
import { DeviceWatch } from './device-watch';
import { network } from './environment';
import { wheneverFlowsStarted } from './flows-started';
import { NodeStatus, notConfigured, type Quiet } from './status';

export interface AccountUserOptions {
  /** Node id of the config node; '' = none chosen. */
  readonly account: string;
  /** What to hear of: dids, `EVERY`, `ACCOUNT_TOPIC`. */
  readonly topics: readonly string[];
  /** Whether this device is there is shown under the node; '' = none. */
  readonly device?: string;
  /** The device it commands: shown is whether that can be reached, on either way. */
  readonly target?: string;
  /** What it tells is pushed: without the push connection it is deaf. */
  readonly needsPush: boolean;
  /** What stands under the node before there is a value. */
  readonly quiet: Quiet;
  readonly onEvent: (event: AccountEvent) => void;
  /** The flows are up and nothing is held any more; again where another account took the place of the first. */
  readonly onReady?: () => void;
}

export class AccountUser {
  readonly status: NodeStatus;
  readonly #RED: NodeAPI;
  readonly #options: AccountUserOptions;
  readonly #places: readonly { readonly id: string; readonly topic: string }[];
  readonly #name: string;
  readonly #watched: DeviceWatch | undefined;
  #host: AccountHost | undefined;
  /** The account that this node listens to now. */
  #attached: Account | undefined;
  #unwatch = (): void => {};
  #isOpen = false;

  constructor(RED: NodeAPI, node: Node, options: AccountUserOptions) {
    this.status = new NodeStatus(node, network(RED).environment.clock, options.quiet);
    this.#RED = RED;
    this.#options = options;
    this.#name = node.name || node.id;
    this.#places = options.topics.map((topic, index) => ({ id: index === 0 ? node.id : `${node.id} ${index}`, topic }));
    if (options.device) this.#watched = new DeviceWatch(options.device, this.status);
    this.#attach();
    if (this.#attached === undefined) this.status.unconfigured();
    const cancel = wheneverFlowsStarted(RED, () => this.#ready());
    node.on('close', (isGone: boolean, done: () => void) => {
      cancel();
      this.status.close();
      this.#leave(isGone ? 'cancel' : 'hold');
      done();
    });
  }

  get hasAccount(): boolean {
    return this.#host !== undefined;
  }

  /** Throws `NOT_CONFIGURED` where no account is chosen. */
  get account(): Account {
    if (this.#host !== undefined) return this.#host.account;
    throw new LumiotError('NOT_CONFIGURED', `The node "${this.#name}" has no account. Open it, choose an account and deploy.`);
  }

  /** Shows anew whether the device is there. */
  look(): void {
    if (this.#attached !== undefined) this.#watched?.look(this.#attached);
  }

  /** Where the account came from the environment, a deploy may replace it and leave this node alone. */
  #ready(): void {
    const before = this.#attached;
    if (this.#find()?.account !== before) {
      this.#leave('cancel');
      this.#attach();
      if (this.#attached === undefined) this.status.force(notConfigured);
      this.status.value('');
      this.status.recovered();
    }
    if (this.#attached === undefined || this.#isOpen) return;
    this.#isOpen = true;
    for (const { id } of this.#places) this.#attached.subscriptions.open(id);
    this.#options.onReady?.();
  }

  #attach(): void {
    const { onEvent, needsPush, device, target } = this.#options;
    this.#host = this.#find();
    this.#attached = this.#host?.account;
    this.#isOpen = false;
    if (this.#attached === undefined) return;
    for (const { id, topic } of this.#places) this.#attached.subscriptions.subscribe(id, topic, onEvent);
    const account = this.#attached;
    this.#unwatch = account.watch(() => {
      this.status.force(shownDevice(account, device || target || '', needsPush));
      // It fires after every list of devices too.
      this.look();
    });
  }

  #leave(how: 'cancel' | 'hold'): void {
    this.#unwatch();
    this.#unwatch = () => {};
    for (const { id } of this.#places) this.#attached?.subscriptions[how](id);
    this.#attached = undefined;
  }

  #find(): AccountHost | undefined {
    // Typed as never null, and null all the same where the config node is missing or disabled.
    const config = this.#RED.nodes.getNode(this.#options.account) as { host?: AccountHost } | null | undefined;
    return config?.host;
  }

  /** Throws `NOT_CONFIGURED` where neither the setting nor the message chose a device. */
  deviceOf(did: string): string {
    if (did !== '') return did;
    throw new LumiotError(
      'NOT_CONFIGURED',
      `The node "${this.#name}" has no device: choose one in the node, or send its id as msg.device (a text, or an object with "id").`,
    );
  }
}
