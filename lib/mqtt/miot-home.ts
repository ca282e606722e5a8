/** An account with its devices, as the mapping to MQTT sees it. */

import type { Account, AccountEvent } from '../miot';
import type { Home, HomeAnswer, HomeDevice, HomeListener } from './types';

export interface MiotHomeOptions {
  /** The id of the account's config node: the level of its topics. */
  readonly id: string;
}

export class MiotHome implements Home {
  readonly kind = 'account';
  readonly id: string;
  readonly #account: Account;

  constructor(account: Account, { id }: MiotHomeOptions) {
    this.#account = account;
    this.id = id;
  }

  get name(): string {
    return this.#account.settings.name || this.id;
  }

  get isOnline(): boolean | null {
    return null;
  }

  *devices(): Iterable<HomeDevice> {}

  device(_id: string): HomeDevice | undefined {
    return undefined;
  }

  /**
   * Hears what the devices and the account say. Whoever owns the subscription to `EVERY` topic (`account.subscriptions`) calls it, so that
   * what arrives over a redeploy is held as it is for every node. That subscription makes the account follow all its devices: it
   * subscribes to the pushes of each, reads each once and polls what is not pushed. What is heard before `listen` is told then.
   */
  hear(_event: AccountEvent): void {}

  /** One listener at a time. Everything but what is heard by `hear`: the list of devices, their descriptions, who is reachable. */
  listen(_listener: HomeListener): () => void {
    return () => {};
  }

  set(_id: string, _payload: unknown): Promise<HomeAnswer | undefined> {
    return Promise.reject(new Error('not yet'));
  }

  get(_id: string, _properties: readonly string[]): Promise<HomeAnswer> {
    return Promise.reject(new Error('not yet'));
  }
}
