/** Says under a node when the account has no such device, or when it cannot be reached; looks again whenever the account has news. */

import { LumiotError } from '../../../lib/home/errors';
import type { Account } from '../../../lib/miot';
import type { NodeStatus } from './status';

/** Bluetooth devices are "offline" and speak all the same (miot-cloud.md §3.2). */
const STATELESS = /^(?:blt|proxy)\./;

export class DeviceWatch {
  readonly #did: string;
  readonly #status: Pick<NodeStatus, 'failed' | 'recovered'>;
  /** The account whose list is known: from then on, what is not in it does not exist. */
  #listed: Account | undefined;
  /** The account whose list is awaited. */
  #asked: Account | undefined;

  constructor(did: string, status: Pick<NodeStatus, 'failed' | 'recovered'>) {
    this.#did = did;
    this.#status = status;
  }

  look(account: Account): void {
    const device = account.device(this.#did);
    if (device === undefined) this.#miss(account);
    else if (device.isOnline || !device.isTried || STATELESS.test(device.did)) this.#status.recovered();
    else this.#status.failed(new LumiotError('DEVICE_OFFLINE', `${device.listed.name} is offline.`, { device: device.did }));
  }

  #miss(account: Account): void {
    if (!isUsable(account)) {
      // What is known then is forgotten with the sign-in.
      this.#listed = undefined;
      return;
    }
    if (this.#listed === account)
      this.#status.failed(new LumiotError('NO_DEVICE', `${account.describe()} has no device ${this.#did}.`, { device: this.#did }));
    else if (this.#asked !== account) void this.#ask(account);
  }

  /** The list is under way when an account begins: this waits for it and asks for none of its own. */
  async #ask(account: Account): Promise<void> {
    this.#asked = account;
    const isListed = await account.find(this.#did).then(
      () => true,
      (error: unknown) => error instanceof LumiotError && error.code === 'NO_DEVICE',
    );
    // Another account may have taken its place meanwhile.
    if (this.#asked !== account) return;
    this.#asked = undefined;
    if (!isListed) return;
    this.#listed = account;
    this.look(account);
  }
}

function isUsable({ state: { session, error }, isLocalOnly }: Account): boolean {
  if (isLocalOnly) return true;
  const { phase } = session.state;
  return error === undefined && (phase === 'connected' || phase === 'refreshing' || phase === 'degraded');
}
