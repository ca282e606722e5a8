/** A gateway's tokens and the check of a write key against them. Real AES, so that a client's mistake shows (lumi-lan.md §2.7). */

import { createDecipheriv, randomInt } from 'node:crypto';
import type { Clock } from '../home/clock';

const IV = Buffer.from('17996d093d28ddb3ba695a2e6f58562e', 'hex');
const WRITE_KEY = /^[0-9a-f]{32}$/i;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const TOKEN_LENGTH = 16;

/** The token that a write key was made from under `password`; undefined when the text is no write key at all. */
export function decryptWriteKey(password: string, writeKey: string): string | undefined {
  if (!WRITE_KEY.test(writeKey)) return undefined;
  const decipher = createDecipheriv('aes-128-cbc', Buffer.from(password, 'latin1'), IV).setAutoPadding(false);
  return Buffer.concat([decipher.update(writeKey, 'hex'), decipher.final()]).toString('latin1');
}

export interface TokenOptions {
  readonly password: string;
  readonly lifetimeMs: number;
  readonly clock: Clock;
}

export class Tokens {
  private issued: { readonly token: string; readonly at: number }[] = [];
  private readonly options: TokenOptions;
  private newest: string;
  /** The LAN password; another one makes every write key of the old worthless. */
  password: string;

  constructor(options: TokenOptions) {
    this.options = options;
    this.password = options.password;
    this.newest = this.rotate();
  }

  get current(): string {
    return this.newest;
  }

  /** Issues a new token; older ones go on working until their time is over. */
  rotate(): string {
    const { clock, lifetimeMs } = this.options;
    const now = clock.monotonic();
    const letters = Array.from({ length: TOKEN_LENGTH }, () => ALPHABET.charAt(randomInt(ALPHABET.length)));
    this.newest = letters.join('');
    this.issued = [...this.issued.filter(({ at }) => now - at <= lifetimeMs), { token: this.newest, at: now }];
    return this.newest;
  }

  /** A new token, and every older one dead at once. */
  revoke(): void {
    this.issued = [];
    this.rotate();
  }

  accepts(writeKey: string | undefined): boolean {
    if (writeKey === undefined) return false;
    const { clock, lifetimeMs } = this.options;
    const token = decryptWriteKey(this.password, writeKey);
    const now = clock.monotonic();
    return this.issued.some((issue) => issue.token === token && (token === this.newest || now - issue.at <= lifetimeMs));
  }
}
