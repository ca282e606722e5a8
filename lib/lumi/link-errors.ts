/** What goes wrong between us and one gateway, in sentences that name it and say what to do. */

import { type ErrorCode, LumiotError } from '../home/errors';
import type { Found } from './found';
import { isErrorText, isKeyRefusal, NO_DEVICE, UNSUPPORTED_DEVICE } from './wire-errors';

const DEFAULT_PORT = 9898;

export class LinkErrors {
  readonly #describe: () => string;
  readonly #peer: () => Found | undefined;

  /** `describe`: "34ce00fb61a9 (Hall)". */
  constructor(describe: () => string, peer: () => Found | undefined) {
    this.#describe = describe;
    this.#peer = peer;
  }

  /** `text` goes on after the gateway's name. */
  about(code: ErrorCode, text: string, wireSid?: string): LumiotError {
    return new LumiotError(code, `Gateway ${this.#describe()} ${text}`, { gateway: this.#peer()?.sid, device: wireSid });
  }

  /** The gateway answered with an error text (lumi-lan.md §7). */
  refusal(text: string, wireSid: string): LumiotError {
    if (isKeyRefusal(text)) {
      return this.about(
        'KEY_INVALID',
        'refused the write: the LAN key is wrong. Open Mi Home › gateway › About › LAN protocol and copy the 16-character password.',
        wireSid,
      );
    }
    if (isErrorText(text, NO_DEVICE))
      return this.about('NO_DEVICE', `does not know the device ${wireSid}. Check that it is paired with this gateway.`, wireSid);
    if (isErrorText(text, UNSUPPORTED_DEVICE))
      return this.about('UNSUPPORTED', `says that the device ${wireSid} cannot be written.`, wireSid);
    return this.about('UNSUPPORTED', `refused the command for ${wireSid}: ${text}.`, wireSid);
  }

  closing(): LumiotError {
    return this.about('GATEWAY_OFFLINE', 'is being closed.');
  }

  notFound(): LumiotError {
    return this.about(
      'GATEWAY_NOT_FOUND',
      'was not found on the network yet. Check that it has power, and its address and interface in the settings.',
    );
  }

  noToken(): LumiotError {
    return this.about(
      'KEY_INVALID',
      'sent no token with its list, so nothing can be written. Wait for its next heartbeat, and check that multicast reaches this host.',
    );
  }

  timeout(afterMs: number): LumiotError {
    return this.about('TIMEOUT', `did not answer within ${afterMs / 1_000} s. Check that it has power and is on the network.`);
  }

  portClosed(cause: unknown): LumiotError {
    const peer = this.#peer();
    return new LumiotError('PORT_CLOSED', portClosedText(this.#describe(), peer?.port ?? DEFAULT_PORT), { gateway: peer?.sid, cause });
  }
}

/** What to do about a gateway that answers whois but not its port (lumi-lan.md §8.4). */
export function portClosedText(gateway: string, port: number): string {
  return `Gateway ${gateway} answers, but its LAN protocol is switched off (UDP port ${port} is closed). In Mi Home open the gateway › About, tap the version several times, switch the LAN protocol off and on, confirm, and restart the gateway.`;
}
