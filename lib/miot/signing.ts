/** Signing in and out, from the authorise page to the disk. What it means for the session is told by `onSignedIn`. */

import { randomBytes } from 'node:crypto';
import type { LumiotError } from '../home/errors';
import { sentences } from './session-sentences';
import { type Redeemed, SignInDesk, type SignInParts } from './sign-in';
import { datedTokens, skewOf } from './token-life';
import { nextGeneration, recordOf, type StoredAccount, type TokenRecord, withRecord } from './token-record';
import type { SignIn } from './tokens';

export interface SignedInNow {
  readonly record: TokenRecord;
  readonly skewMs: number;
  /** It is in force, but not on the disk (F3). */
  readonly error: LumiotError | undefined;
}

export interface SigningParts extends SignInParts {
  readonly random: () => number;
  /** Changes what is stored; gives the error where the disk refuses. */
  readonly change: (change: (stored: StoredAccount) => StoredAccount) => Promise<LumiotError | undefined>;
  readonly onSignedIn: (now: SignedInNow) => void;
}

export class Signing {
  readonly #parts: SigningParts;
  readonly #desk: SignInDesk;
  /** Grows with each sign-out: what was begun before it is over. */
  #epoch = 0;
  #finishing: { readonly redeemed: Redeemed; readonly promise: Promise<void> } | undefined;

  constructor(parts: SigningParts) {
    this.#parts = parts;
    this.#desk = new SignInDesk(parts);
  }

  begin(record: TokenRecord | undefined): SignIn {
    return this.#desk.begin(this.#deviceId(record));
  }

  /** Writes down what was begun, so that a deploy or a restart in between costs nothing; without it the sign-in works all the same. */
  async note(): Promise<void> {
    const { pending } = this.#desk;
    await this.#parts.change((stored) => ({ ...stored, pending }));
  }

  /** Takes up a sign-in that was begun before a restart. */
  restore(stored: StoredAccount): void {
    this.#desk.restore(stored.pending);
  }

  isPending(state: string): boolean {
    return this.#desk.isPending(state);
  }

  /** Rejects like `SignInDesk.redeem`. The same address twice at once, by callback and by paste, is one sign-in. */
  async complete(addressOrCode: string): Promise<void> {
    const epoch = this.#epoch;
    const redeemed = await this.#desk.redeem(addressOrCode);
    if (this.#finishing?.redeemed !== redeemed) this.#finishing = { redeemed, promise: this.#finish(redeemed, epoch) };
    await this.#finishing.promise;
  }

  /** A sign-in under way is over. */
  abandon(): void {
    this.#epoch++;
    this.#desk.drop();
  }

  /** Forgets the tokens on the disk; gives what is left of the record. */
  async signOut(): Promise<{ readonly record: TokenRecord | undefined; readonly error: LumiotError | undefined }> {
    let record: TokenRecord | undefined;
    const error = await this.#parts.change((stored) => {
      const before = recordOf(stored, this.#parts.settings);
      if (before === undefined) return { ...stored, pending: undefined };
      record = { ...before, tokens: undefined, ended: undefined, uid: undefined, generation: nextGeneration(stored) };
      return { ...withRecord(stored, record), pending: undefined };
    });
    return { record, error };
  }

  async #finish({ region, clientId, redirectUrl, deviceId, tokens, serverTime }: Redeemed, epoch: number): Promise<void> {
    const { clock, random, change, onSignedIn } = this.#parts;
    const skewMs = skewOf(serverTime, clock.now());
    const dated = datedTokens(tokens, tokens.refresh ?? '', clock.now() + skewMs, random);
    let record: TokenRecord = {
      region,
      clientId,
      redirectUrl,
      deviceId,
      generation: 1,
      tokens: dated,
      ended: undefined,
      uid: undefined,
    };
    const isOver = (): boolean => this.#epoch !== epoch;
    const error = await change((stored) => {
      if (isOver()) return stored;
      record = { ...record, generation: nextGeneration(stored), uid: recordOf(stored, record)?.uid };
      return { ...withRecord(stored, record), pending: undefined };
    });
    if (isOver()) throw sentences.signedOutMeanwhile();
    onSignedIn({ record, skewMs, error });
  }

  /** A sign-in that ended without being lost may be in use elsewhere under the same device id: then it gets another (F10). */
  #deviceId(kept: TokenRecord | undefined): string {
    const { deviceIdPrefix } = this.#parts.settings;
    if (kept !== undefined && kept.ended === undefined && kept.deviceId.startsWith(deviceIdPrefix)) return kept.deviceId;
    return `${deviceIdPrefix}${randomBytes(16).toString('hex')}`;
  }
}
