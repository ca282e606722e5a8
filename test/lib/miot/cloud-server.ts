/** A real HTTP server on loopback that answers the API as a test tells it, and an API pointed at it. Not the pretend cloud: it knows nothing. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Clock, systemClock } from '../../../lib/home/clock';
import { CloudApi } from '../../../lib/miot/api';
import { createHttp, type Http } from '../../../lib/miot/http';
import { checkAccountSettings } from '../../../lib/miot/settings';
import type { AccessToken, Tokens } from '../../../lib/miot/tokens';

export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly text?: string;
  /** The connection ends without an answer. */
  readonly isLost?: boolean;
}

export type Answerer = (request: SeenRequest, count: number) => Answer | Promise<Answer>;

export class CloudServer {
  readonly requests: SeenRequest[] = [];
  readonly #server: Server;
  /** Requests that are being answered now, and the most there ever were. */
  underWay = 0;
  mostUnderWay = 0;

  private constructor(answer: Answerer) {
    this.#server = createServer((request, response) => void this.#serve(request, response, answer));
  }

  static async start(answer: Answerer): Promise<CloudServer> {
    const server = new CloudServer(answer);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  bodies(): readonly unknown[] {
    return this.requests.map(({ body }) => JSON.parse(body));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse, answer: Answerer): Promise<void> {
    this.underWay++;
    this.mostUnderWay = Math.max(this.mostUnderWay, this.underWay);
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    const seen = {
      method: request.method ?? '',
      path: request.url ?? '',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
    };
    this.requests.push(seen);
    const { status = 200, headers = {}, text = '', isLost = false } = await answer(seen, this.requests.length);
    this.underWay--;
    if (isLost) request.socket.destroy();
    else response.writeHead(status, headers).end(text);
  }
}

/** `{"code":0,"message":"ok","result":…}`. */
export function ok(result: unknown): Answer {
  return { text: JSON.stringify({ code: 0, message: 'ok', result }) };
}

/** Tokens as a session hands them out: one refresh for everybody that was refused the same one. */
export class CountingTokens implements Tokens {
  renewals = 0;
  renewed = 0;
  #current: AccessToken = { value: 'V3_first', generation: 1 };
  #renewing: Promise<AccessToken> | undefined;

  current(): Promise<AccessToken> {
    return Promise.resolve(this.#current);
  }

  renew(refused: AccessToken): Promise<AccessToken> {
    this.renewals++;
    if (refused.generation !== this.#current.generation) return this.current();
    this.#renewing ??= new Promise((resolve) =>
      setTimeout(() => {
        this.renewed++;
        this.#current = { value: `V3_${this.renewed}`, generation: this.#current.generation + 1 };
        this.#renewing = undefined;
        resolve(this.#current);
      }, 20),
    );
    return this.#renewing;
  }
}

export interface ApiSetup {
  readonly tokens?: Tokens;
  readonly clock?: Clock;
  readonly http?: Http;
  readonly log?: (text: string) => void;
}

export const CLIENT_ID = '1234567890123456789';

/** The system's clock unless told, run a hundred times as fast, so that backoff takes milliseconds. */
export function apiAt(url: string, { tokens = new CountingTokens(), clock = hastyClock, http, log = () => {} }: ApiSetup = {}): CloudApi {
  const { settings } = checkAccountSettings({ clientId: CLIENT_ID, apiHost: url, region: 'de' });
  return new CloudApi({ settings, tokens, http: http ?? createHttp({ env: {} }), clock, random: () => 0.5, log: { warn: log } });
}

const HASTE = 100;
export const hastyClock: Clock = {
  now: systemClock.now,
  monotonic: () => systemClock.monotonic() * HASTE,
  setTimeout: (callback, delayMs) => systemClock.setTimeout(callback, delayMs / HASTE),
  clearTimeout: (timer) => systemClock.clearTimeout(timer),
};
