/** A node that uses an account: finds it, shares its status, and leaves its places in good order. Both shapes of miot nodes begin here. */

import type { Node, NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import type { Account, AccountEvent } from '../../../lib/miot';
import type { AccountHost } from './account-host';
import { shownAccount } from './account-status';
import { network } from './environment';
import { whenFlowsStarted } from './flows-started';
import { NodeStatus, type Quiet } from './status';

export interface AccountUserOptions {
  /** Node id of the config node; '' = none chosen. */
  readonly account: string;
  /** What to hear of: dids, `EVERY`, `ACCOUNT_TOPIC`. */
  readonly topics: readonly string[];
  /** What it tells is pushed: without the push connection it is deaf. */
  readonly needsPush: boolean;
  /** What stands under the node before there is a value. */
  readonly quiet: Quiet;
  readonly onEvent: (event: AccountEvent) => void;
  /** The flows are up and nothing is held any more. */
  readonly onReady?: () => void;
}

export class AccountUser {
  readonly status: NodeStatus;
  readonly #host: AccountHost | undefined;
  readonly #name: string;

  constructor(RED: NodeAPI, node: Node, options: AccountUserOptions) {
    this.status = new NodeStatus(node, network(RED).environment.clock, options.quiet);
    this.#name = node.name || node.id;
    // Typed as never null, and null all the same where the config node is missing or disabled.
    const config = RED.nodes.getNode(options.account) as { host?: AccountHost } | null | undefined;
    this.#host = config?.host;
    if (this.#host === undefined) {
      this.status.unconfigured();
      node.on('close', () => this.status.close());
      return;
    }
    const { account } = this.#host;
    const places = options.topics.map((topic, index) => ({ id: index === 0 ? node.id : `${node.id} ${index}`, topic }));
    for (const { id, topic } of places) account.subscriptions.subscribe(id, topic, options.onEvent);
    const unwatch = account.watch((state) => this.status.force(shownAccount(state, options.needsPush)));
    const cancelStart = whenFlowsStarted(RED, () => {
      for (const { id } of places) account.subscriptions.open(id);
      options.onReady?.();
    });
    node.on('close', (isGone: boolean, done: () => void) => {
      cancelStart();
      unwatch();
      this.status.close();
      for (const { id } of places) {
        if (isGone) account.subscriptions.cancel(id);
        else account.subscriptions.hold(id);
      }
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

  /** Throws `NOT_CONFIGURED` where neither the setting nor the message chose a device. */
  deviceOf(did: string): string {
    if (did !== '') return did;
    throw new LumiotError(
      'NOT_CONFIGURED',
      `The node "${this.#name}" has no device: choose one in the node, or send its id as msg.device (a text, or an object with "id").`,
    );
  }
}
