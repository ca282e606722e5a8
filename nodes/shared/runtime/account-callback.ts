/**
 * The one open route: where the authorise page sends the browser back to. Good for a pending random `state` only, once; its answer is
 * one of three fixed pages and holds nothing of the request (miot-cloud.md §1.6).
 */

import type { Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import type { Clock } from '../../../lib/home/clock';
import { type AccountHost, allAccounts } from './account-host';
import { network } from './environment';

/** Strangers in one minute; who comes with a pending `state` is always let in. */
const MOST_STRANGERS = 30;
const MINUTE_MS = 60_000;
const MOST_QUERY = 4_096;

const page = (title: string, sentence: string): string =>
  `<!doctype html>\n<html lang="en">\n<meta charset="utf-8">\n<meta name="viewport" content="width=device-width">\n<title>${title}</title>\n<h1>${title}</h1>\n<p>${sentence}</p>\n</html>\n`;

const signedIn = page('Signed in', 'You can close this page and go back to Node-RED.');
const failed = page('Not signed in', 'The sign-in did not work. Node-RED shows why in the dialog of the account; sign in there again.');
const unknown = page(
  'Not signed in',
  'No sign-in is waiting for this page, or it took longer than ten minutes. Sign in again in Node-RED.',
);

export function serveCallback(RED: NodeAPI): void {
  const { clock } = network(RED).environment;
  const strangers = new Turnstile(clock);
  RED.httpAdmin.get('/lumiot/miot/callback', (request: Request, response: Response) => {
    const { state, code, error } = request.query;
    const host = typeof state === 'string' && request.originalUrl.length <= MOST_QUERY ? waitingFor(state) : undefined;
    if (host === undefined || (typeof code !== 'string' && typeof error !== 'string')) {
      if (strangers.isOpen()) send(response, 400, unknown);
      else send(response, 429, unknown);
      return;
    }
    const query = new URL(request.originalUrl, 'http://localhost').search;
    host.account.complete(`${host.settings.redirectUrl.split('?', 1)[0]}${query}`).then(
      () => send(response, 200, signedIn),
      // The account says why in its dialog, to those who may see it.
      () => send(response, 400, failed),
    );
  });
}

function waitingFor(state: string): AccountHost | undefined {
  for (const host of allAccounts().values()) if (host.account.isPending(state)) return host;
  return undefined;
}

function send(response: Response, status: number, html: string): void {
  response
    .status(status)
    .set({
      'Content-Security-Policy': "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      'Cache-Control': 'no-store',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
    })
    .type('html')
    .send(html);
}

/** Lets so many through in a minute. */
class Turnstile {
  readonly #clock: Clock;
  #since = Number.NEGATIVE_INFINITY;
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  isOpen(): boolean {
    const now = this.#clock.monotonic();
    if (now - this.#since >= MINUTE_MS) {
      this.#since = now;
      this.#count = 0;
    }
    this.#count += 1;
    return this.#count <= MOST_STRANGERS;
  }
}
