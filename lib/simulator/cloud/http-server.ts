/** The pretend cloud's HTTP: reads a request, lets a fault meet it or the right part answer it, and remembers it. */

import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type ApiOptions, answerApi, isApi, unauthorized } from './api';
import { AUTHORIZE_PATH, authorize } from './authorize';
import type { CloudFaults, RequestKind, Strike } from './faults';
import { connectionsOf, listen } from './listen';
import { html, json, type Reply } from './reply';
import { answerSpec, specPaths } from './spec-server';
import { answerToken, backendGlitch, isRefresh, oauthError, TOKEN_PATH } from './token-endpoint';
import type { CloudRequest } from './types';

const MAX_BODY_BYTES = 1024 * 1024;
const REMEMBERED = 1_000;

export interface HttpOptions extends ApiOptions {
  readonly port: number;
  readonly redirectUrl: string;
  readonly uid: string;
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  readonly faults: CloudFaults;
  /** Waits in the time of real sockets. */
  readonly wait: (delayMs: number) => Promise<void>;
  readonly log: (line: string) => void;
}

export interface CloudHttp {
  readonly port: number;
  requests(): readonly CloudRequest[];
  close(): Promise<void>;
}

/** One request, its status filled in when it was answered; 0 = never. */
type Entry = { -readonly [Field in keyof CloudRequest]: CloudRequest[Field] };

export async function openHttp(options: HttpOptions): Promise<CloudHttp> {
  const entries: Entry[] = [];
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void respond(request, response, entries, options).catch((error: unknown) => {
      options.log(`Cloud: ${error instanceof Error ? error.message : 'a request failed'}`);
      response.destroy();
    });
  };
  const server = options.tls === undefined ? createServer(onRequest) : createSecureServer(options.tls, onRequest);
  server.on('tlsClientError', () => {});
  const connections = connectionsOf(server);
  const port = await listen(server, options.port, 'cloud.port', options.log);
  return { port, requests: () => entries.map((entry) => ({ ...entry })), close: () => connections.close() };
}

async function respond(request: IncomingMessage, response: ServerResponse, entries: Entry[], options: HttpOptions): Promise<void> {
  const body = await readBody(request);
  const { method = '', url = '' } = request;
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
  const entry: Entry = { method, url, headers, body, status: 0 };
  entries.push(entry);
  if (entries.length > REMEMBERED) entries.shift();
  const { pathname, searchParams } = new URL(url, 'http://127.0.0.1');
  const kind = kindOf(pathname);
  const strike = kind === undefined ? undefined : options.faults.strike(kind, kind === 'token' && isRefresh(searchParams));
  if (strike !== undefined && strike.delayMs > 0) await options.wait(strike.delayMs);
  const fault = strike?.fault;
  if (fault === 'hang') return;
  if (fault === 'refuse') {
    request.socket.destroy();
    return;
  }
  const reply = (strike === undefined ? undefined : faultReply(strike)) ?? answer(request, pathname, searchParams, body, options);
  if (fault === 'lose-reply') {
    request.socket.destroy();
    return;
  }
  entry.status = reply.status;
  // The cloud's own time: `node:http` would write the machine's.
  const date = new Date(options.clock.now()).toUTCString();
  response.writeHead(reply.status, { date, 'content-type': reply.type, 'content-length': Buffer.byteLength(reply.body), ...reply.headers });
  response.end(reply.body);
}

function answer(request: IncomingMessage, path: string, query: URLSearchParams, body: string, options: HttpOptions): Reply {
  const { method = '', headers } = request;
  if (path === AUTHORIZE_PATH && (method === 'GET' || method === 'POST')) {
    const pressed = method === 'POST' ? (new URLSearchParams(body).get('answer') ?? '') : undefined;
    return authorize(query, pressed, options);
  }
  if (path === TOKEN_PATH && method === 'GET') return answerToken(query, options);
  const specPath = specPaths.find((known) => known === path);
  if (specPath !== undefined && method === 'GET') return answerSpec(specPath, query);
  if (isApi(path)) return answerApi(method, path, headers, body, options);
  return json({ code: 404, message: 'Not Found' }, 404);
}

function kindOf(path: string): RequestKind | undefined {
  if (path === TOKEN_PATH) return 'token';
  if (isApi(path)) return 'api';
  return specPaths.some((known) => known === path) ? 'spec' : undefined;
}

/** What a fault answers in place of what was asked; undefined when it was asked all the same. */
function faultReply({ fault, retryAfterMs }: Strike): Reply | undefined {
  switch (fault) {
    case 'status-401':
      return unauthorized();
    case 'status-500':
      return json({ code: 500, message: 'Internal Server Error' }, 500);
    case 'status-429':
      return {
        ...json({ code: 429, message: 'Too Many Requests' }, 429),
        headers: { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) },
      };
    case 'invalid-refresh':
      return oauthError(96009);
    case 'backend-glitch':
      return backendGlitch();
    case 'bad-json':
      return html('Welcome to the hotel', '<p>Please accept the terms of this network.</p>');
    default:
      return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new Error('a request had more than 1 MB');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}
