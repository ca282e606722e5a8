/** A gateway over miIO: where it is, its device token, and the connection that its radio and its alarm share. Opened by the first that needs it. */

import type { NodeAPI } from 'node-red';
import type { Clock } from '../../../lib/home/clock';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import type { GatewayOverMiio } from '../../../lib/lumi/commands';
import { readToken } from '../../../lib/miio/gateway-token';
import type { LocalDevice } from '../../../lib/miio/types';
import { network } from './environment';
import type { GatewayHost } from './gateway-host';
import { type MiioConnection, openMiio } from './miio-connection';

export const WHERE_TOKENS = 'docs/tokens.md says where device tokens come from';
const BAD_TOKEN = `The device token of the gateway is not usable: it has 32 hexadecimal digits, or 96 as the iOS app keeps it. ${WHERE_TOKENS}.`;

/** '' stays '': no token. Throws `NOT_CONFIGURED`, which does not repeat what was typed. */
export function checkToken(typed: string): string {
  if (typed === '') return '';
  const token = readToken(typed);
  if (token === undefined) throw new LumiotError('NOT_CONFIGURED', BAD_TOKEN);
  return token;
}

/** A rejected token, with what to do about it here; every other error as it is. */
export function explained(thrown: unknown, label: string): LumiotError {
  const error = toLumiotError(thrown, 'TIMEOUT');
  if (error.code !== 'TOKEN_REJECTED') return error;
  return new LumiotError(
    'TOKEN_REJECTED',
    `${label} is there, and does not accept its device token. It has a new one after a reset and after joining Wi-Fi again: enter that in the gateway's dialog; ${WHERE_TOKENS}.`,
    { gateway: error.gateway, cause: error },
  );
}

export class GatewayMiio implements GatewayOverMiio {
  readonly #RED: NodeAPI;
  readonly #host: GatewayHost;
  readonly #token: string;
  #opened: { readonly address: string; readonly connection: Promise<MiioConnection> } | undefined;
  #isClosed = false;

  /** `token`: checked; '' = none. */
  constructor(RED: NodeAPI, host: GatewayHost, token: string) {
    this.#RED = RED;
    this.#host = host;
    this.#token = token;
  }

  /** Rejects with `NOT_CONFIGURED` without a token, with what keeps the gateway from being found, or with what `order` rejects with. */
  async run<Result>(order: (device: LocalDevice, clock: Clock) => Promise<Result>): Promise<Result> {
    const { device, clock } = await this.#open();
    try {
      return await order(device, clock);
    } catch (thrown) {
      throw explained(thrown, this.label);
    }
  }

  async #open(): Promise<{ readonly device: LocalDevice; readonly clock: Clock }> {
    const { gateway } = this.#host;
    if (this.#token === '')
      throw new LumiotError(
        'NOT_CONFIGURED',
        `${this.label} has no device token, which radio and alarm need. Open the gateway's dialog, enter it under "Read key with the device token" and deploy; ${WHERE_TOKENS}.`,
        { gateway: gateway.sid },
      );
    const address = await this.#address();
    if (this.#isClosed) throw new LumiotError('DEVICE_OFFLINE', `${this.label} is being closed.`, { gateway: gateway.sid });
    if (this.#opened?.address !== address) {
      this.#end();
      const place = { host: address, interface: this.#host.settings.interface, token: this.#token, label: this.label };
      this.#opened = { address, connection: openMiio(this.#RED, place) };
    }
    const { device } = await this.#opened.connection;
    return { device, clock: network(this.#RED).environment.clock };
  }

  /** For sentences. */
  get label(): string {
    return `Gateway ${this.#host.gateway.describe()}`;
  }

  close(): void {
    this.#isClosed = true;
    this.#end();
  }

  /** Where it was last found; with a closed LAN protocol where the user says it is. */
  async #address(): Promise<string> {
    const { gateway, settings } = this.#host;
    const known = gateway.address ?? settings.host;
    if (known !== '') return known;
    await gateway.self();
    return gateway.address ?? '';
  }

  #end(): void {
    const opened = this.#opened;
    this.#opened = undefined;
    // One that could not be opened has nothing to close.
    opened?.connection.then(
      (connection) => connection.close(),
      () => {},
    );
  }
}
