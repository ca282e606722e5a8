/** A sign-in from the authorise page back to tokens: by the address of the page that failed to open, or by the callback (miot-cloud.md §1.6). */

import { randomBytes } from 'node:crypto';
import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { Http } from './http';
import { authorizeUrl, exchangeCode } from './oauth';
import { byInnerCode, type GrantedTokens } from './oauth-reply';
import { redact } from './redact';
import type { Endpoints } from './regions';
import { type AccountSettings, type Grant, isSameGrant } from './settings';
import type { PendingSignIn } from './token-record';
import type { SignIn } from './tokens';

const PENDING_MS = 600_000;
const CODE = /^[\w.~+/=-]{6,2048}$/;
const AGAIN = 'Press “Sign in” again.';

export interface Redeemed extends Grant {
  readonly deviceId: string;
  readonly tokens: GrantedTokens;
  readonly serverTime: number | undefined;
}

export interface SignInParts {
  readonly settings: AccountSettings;
  readonly endpoints: Endpoints;
  readonly http: Http;
  readonly clock: Clock;
}

/** The sign-in that is under way, one at a time. */
export class SignInDesk {
  readonly #parts: SignInParts;
  #pending: PendingSignIn | undefined;
  /** A code whose exchange got no answer: it can be tried again. */
  #code: string | undefined;
  #redeeming: { readonly code: string; readonly promise: Promise<Redeemed> } | undefined;

  constructor(parts: SignInParts) {
    this.#parts = parts;
  }

  get pending(): PendingSignIn | undefined {
    return this.#pending;
  }

  /** Takes up a sign-in that was begun before a restart. */
  restore(pending: PendingSignIn | undefined): void {
    this.#pending ??= pending;
  }

  begin(deviceId: string): SignIn {
    const { settings, endpoints, clock } = this.#parts;
    const { region, clientId, redirectUrl } = settings;
    // Not the injected randomness: nobody may guess this.
    const state = randomBytes(24).toString('base64url');
    this.#code = undefined;
    this.#pending = { region, clientId, redirectUrl, deviceId, state, createdAt: clock.now() };
    return {
      url: authorizeUrl(endpoints.authorize, { clientId, redirectUrl, deviceId, state }),
      expiresAt: this.#pending.createdAt + PENDING_MS,
    };
  }

  isPending(state: string): boolean {
    return this.#pending !== undefined && state !== '' && state === this.#pending.state && !this.#isOver(this.#pending);
  }

  drop(): void {
    this.#pending = undefined;
    this.#code = undefined;
  }

  /**
   * `returned`: the address the user was sent to, or the code out of it; '' tries the last code again. Rejects with `BAD_INPUT`
   * (not such an address), `LOGIN_NEEDED` (begin again), `MISCONFIGURED`, or `CLOUD_UNREACHABLE`, after which it can be tried again.
   */
  async redeem(returned: string): Promise<Redeemed> {
    const { code, state, error } = this.#read(returned);
    const pending = this.#pending;
    if (pending === undefined) throw again('No sign-in is under way: it was finished, or never begun.');
    if (state !== undefined && state !== pending.state) throw again('This address belongs to another sign-in than the last one begun.');
    if (this.#isOver(pending)) {
      this.drop();
      throw again('The sign-in was begun more than 10 minutes ago.');
    }
    if (!isSameGrant(pending, this.#parts.settings)) {
      this.drop();
      throw again('Region, client id or redirect URL were changed after the sign-in was begun.');
    }
    if (error !== undefined) {
      this.drop();
      throw refusal(error);
    }
    if (code === undefined) throw noCode();
    // The callback and the pasted address may arrive together: the code is good for one of them.
    if (this.#redeeming?.code !== code) {
      const promise = this.#exchange(pending, code).finally(() => {
        this.#redeeming = undefined;
      });
      this.#redeeming = { code, promise };
    }
    return this.#redeeming.promise;
  }

  async #exchange(pending: PendingSignIn, code: string): Promise<Redeemed> {
    const { endpoints, http, clock } = this.#parts;
    const { region, clientId, redirectUrl, deviceId } = pending;
    this.#code = code;
    const verdict = await exchangeCode({ api: endpoints.api, clientId, redirectUrl }, { code, deviceId }, { http, now: () => clock.now() });
    if (verdict.kind === 'transient')
      throw new LumiotError(
        'CLOUD_UNREACHABLE',
        `The sign-in could not be finished: ${verdict.error.message} The code is kept: paste the same address again within 10 minutes of pressing “Sign in”.`,
      );
    if (this.#pending === pending) this.drop();
    switch (verdict.kind) {
      case 'granted':
        if (verdict.tokens.refresh !== undefined)
          return { region, clientId, redirectUrl, deviceId, tokens: verdict.tokens, serverTime: verdict.serverTime };
        throw again('The cloud gave no refresh token, so that the sign-in would not last.');
      case 'misconfigured':
        throw verdict.error;
      case 'code-spent':
        throw again('The code in this address was used before, or is too old.');
      case 'ended':
        throw again(verdict.sentence);
      case 'unauthorized':
        throw again('The cloud refused the sign-in without a reason.');
    }
  }

  #isOver({ createdAt }: PendingSignIn): boolean {
    const age = this.#parts.clock.now() - createdAt;
    return age < 0 || age >= PENDING_MS;
  }

  #read(returned: string): { code?: string | undefined; state?: string | undefined; error?: string | undefined } {
    const text = returned.trim();
    if (text === '') {
      if (this.#code === undefined) throw noCode();
      return { code: this.#code };
    }
    const question = text.indexOf('?');
    if (question === -1 && !text.includes('=') && !text.includes(':')) {
      if (!CODE.test(text)) throw noCode();
      return { code: text };
    }
    const query = new URLSearchParams(text.slice(question + 1).split('#')[0]);
    const value = (name: string): string | undefined => query.get(name) || undefined;
    if (query.has('response_type') && !query.has('code'))
      throw new LumiotError(
        'BAD_INPUT',
        'This is the address of the page where one signs in. Sign in there and agree; then copy the address of the page that comes after it, which may fail to open.',
      );
    const found = { code: value('code'), state: value('state'), error: value('error') };
    // An address without its state was not made by the authorise page.
    if (found.state === undefined || (found.code === undefined && found.error === undefined)) throw noCode();
    return found;
  }
}

function again(sentence: string): LumiotError {
  return new LumiotError('LOGIN_NEEDED', `${sentence} ${AGAIN}`);
}

function noCode(): LumiotError {
  return new LumiotError(
    'BAD_INPUT',
    'There is no sign-in code in what was pasted. Copy the whole address of the page that opened, or failed to open, after you agreed: it holds “code=” and “state=”.',
  );
}

/** What the authorise page answered in place of a code. */
function refusal(error: string): LumiotError {
  const verdict = byInnerCode(Number(error));
  if (verdict?.kind === 'misconfigured') return verdict.error;
  if (verdict?.kind === 'ended' || error === 'access_denied')
    return again('You, or the cloud, did not agree to the sign-in: the permission was denied.');
  return again(`The page where one signs in answered with the error ${redact(error).slice(0, 40)}.`);
}
