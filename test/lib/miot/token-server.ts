/** A token endpoint whose refresh tokens are good for one use: the rules alone, and the rules behind a real HTTP server. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../../lib/home/clock';

export const CLIENT_ID = '1234567890123456789';
export const REDIRECT = 'http://homeassistant.local:8123/api/webhook/123';

export interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export function oauthError(inner: number, description = 'refused'): Answer {
  const result = { error: inner, error_description: description };
  return { status: 200, body: JSON.stringify({ code: -6, message: JSON.stringify(result), result }) };
}

export const glitch: Answer = {
  status: 200,
  body: '{"code":-6,"message":"parse json error, oauth2 UpdateAccessToken failed!","result":null}',
};

/** How the vendor's endpoint behaves: a new refresh token each time, the old ones worth nothing. */
export class TokenRules {
  expiresIn: unknown = 259_200;
  /** Fields added to, or put over, each granted result. */
  extra: Record<string, unknown> = {};
  refreshes = 0;
  exchanges = 0;
  /** Refresh tokens that came a second time. */
  spentUses = 0;
  readonly #clock: Clock;
  readonly #codes = new Map<string, string>();
  readonly #families = new Map<string, { refresh: string; access: string; endsAt: number }>();
  readonly #spent = new Set<string>();
  #count = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** What the user's browser does: agrees, and gives the address it is sent to. */
  approve(authorizeUrl: string): string {
    const query = new URL(authorizeUrl).searchParams;
    const code = this.#made('C3');
    this.#codes.set(code, query.get('device_id') ?? '');
    return `${query.get('redirect_uri')}?code=${code}&state=${query.get('state')}`;
  }

  answer(data: string): Answer {
    // A number that was rounded on the way is another client.
    if (!data.includes(`"client_id":${CLIENT_ID},`)) return oauthError(96003);
    const { redirect_uri, code, device_id, refresh_token } = JSON.parse(data) as Record<string, unknown>;
    if (redirect_uri !== REDIRECT) return oauthError(96002);
    if (typeof code === 'string') {
      if (this.#codes.get(code) !== device_id || typeof device_id !== 'string') return oauthError(96013);
      this.#codes.delete(code);
      this.exchanges++;
      return this.#grant(device_id);
    }
    const [family] = [...this.#families].find(([, { refresh }]) => refresh === refresh_token) ?? [];
    if (family === undefined) {
      if (this.#spent.has(String(refresh_token))) this.spentUses++;
      return oauthError(96009);
    }
    this.refreshes++;
    return this.#grant(family);
  }

  accepts(access: string): boolean {
    return [...this.#families.values()].some((family) => family.access === access && family.endsAt > this.#clock.now());
  }

  /** Access tokens that work now. */
  get valid(): number {
    return [...this.#families.values()].filter(({ endsAt }) => endsAt > this.#clock.now()).length;
  }

  get refreshTokens(): string[] {
    return [...this.#families.values()].map(({ refresh }) => refresh);
  }

  revokeAll(): void {
    this.#families.clear();
  }

  #grant(family: string): Answer {
    const before = this.#families.get(family);
    if (before !== undefined) this.#spent.add(before.refresh);
    const seconds = Number(this.expiresIn) > 0 ? Number(this.expiresIn) : 3600;
    const tokens = { access: this.#made('V3'), refresh: this.#made('R3'), endsAt: this.#clock.now() + seconds * 1000 };
    this.#families.set(family, tokens);
    const result = {
      access_token: tokens.access,
      refresh_token: tokens.refresh,
      expires_in: this.expiresIn,
      mac_key: 'PLANTED-mac-key',
      ...this.extra,
    };
    return { status: 200, body: JSON.stringify({ code: 0, message: 'ok', result }) };
  }

  #made(kind: string): string {
    return `${kind}_PLANTED-${++this.#count}-${'x'.repeat(24)}`;
  }
}

/** What happens to one request in place of the rules. */
export type Fault =
  | Answer
  /** The connection ends before anything was done. */
  | 'drop'
  /** It is done, and the answer gets lost. */
  | 'lose-reply';

export class TokenServer {
  readonly rules: TokenRules;
  /** Met by the next requests, in order. */
  readonly faults: Fault[] = [];
  /** Met by each request that none of `faults` meets. */
  always: Fault | undefined;
  requests = 0;
  /** `data` of the requests as they came. */
  readonly data: string[] = [];
  readonly urls: string[] = [];
  /** Awaited before and after anything is done. */
  before: (data: string) => void | Promise<void> = () => {};
  after: () => void | Promise<void> = () => {};
  readonly #clock: Clock;
  readonly #server: Server;

  private constructor(clock: Clock) {
    this.#clock = clock;
    this.rules = new TokenRules(clock);
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  static async open(clock: Clock): Promise<TokenServer> {
    const server = new TokenServer(clock);
    await new Promise<void>((resolve) => server.#server.listen(0, '127.0.0.1', resolve));
    return server;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): Promise<void> {
    this.#server.closeAllConnections();
    return new Promise((resolve) => this.#server.close(() => resolve()));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.requests++;
    this.urls.push(request.url ?? '');
    const data = new URL(request.url ?? '', 'http://localhost').searchParams.get('data') ?? '';
    this.data.push(data);
    await this.before(data);
    const fault = this.faults.shift() ?? this.always;
    if (fault === 'drop') return void request.destroy();
    const answer = fault === undefined || fault === 'lose-reply' ? this.rules.answer(data) : fault;
    await this.after();
    if (fault === 'lose-reply') return void request.destroy();
    response.sendDate = false;
    response.writeHead(answer.status, {
      'content-type': 'text/plain',
      date: new Date(this.#clock.now()).toUTCString(),
      ...answer.headers,
    });
    response.end(answer.body);
  }
}
