/** HTTP as lib/miot needs it: bounded in time and size, through the user's proxy, without redirects, retries or secrets in errors. */

import { readFile } from 'node:fs/promises';
import type { Agents, OptionsOfTextResponseBody } from 'got';
import { LumiotError } from '../home/errors';
import { textOf } from './narrowing';
import { proxyFor } from './proxy';
import { redact } from './redact';

export interface HttpRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly timeoutMs: number;
}

export interface HttpReply {
  readonly status: number;
  /** Lower-case names. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly text: string;
}

/** Sends one request. Rejects with a `TransportError` only; whatever status comes back is a reply. */
export interface Http {
  send(request: HttpRequest): Promise<HttpReply>;
}

/** No answer came: network, name, certificate, time. Always transient (miot-cloud.md §1.4). */
export class TransportError extends LumiotError {
  /** The server may have acted on the request: a lost answer, not a refused connection. */
  readonly mayHaveArrived: boolean;

  constructor(message: string, mayHaveArrived: boolean, cause?: unknown) {
    super('CLOUD_UNREACHABLE', message, { cause });
    this.mayHaveArrived = mayHaveArrived;
  }
}

export interface HttpOptions {
  /** PEM file with further certificate authorities; '' = those of Node.js alone. */
  readonly caFile?: string;
  /** Where the proxy variables are read; the process's own unless told. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly mostBytes?: number;
}

const MOST_BYTES = 16 * 1024 * 1024;
const CONNECT_MS = 10_000;

/** Errors before a single byte of the request left. */
const neverSent = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH', 'EADDRNOTAVAIL', 'ENETDOWN']);

const CERTIFICATE = /-----BEGIN (?:TRUSTED |X509 )?CERTIFICATE-----[^-]+-----END (?:TRUSTED |X509 )?CERTIFICATE-----/g;

/** How hpagent says that the proxy made no tunnel: then nothing went through it. */
const NO_TUNNEL = /^Bad response: (\d{3})$/;

/** Where got's time limits name the step that took too long. */
const beforeSending = new Set(['lookup', 'connect', 'secureConnect', 'socket']);

export function createHttp({ caFile = '', env = process.env, mostBytes = MOST_BYTES }: HttpOptions = {}): Http {
  return {
    send: async (request) => {
      const { default: got } = await import('got');
      const tooLarge = new AbortController();
      let isTooLarge = false;
      try {
        const options: OptionsOfTextResponseBody = {
          method: request.method,
          headers: { 'user-agent': 'lumiot', ...request.headers },
          throwHttpErrors: false,
          followRedirect: false,
          retry: { limit: 0 },
          timeout: { request: request.timeoutMs, connect: Math.min(CONNECT_MS, request.timeoutMs) },
          signal: tooLarge.signal,
          agent: await agentsFor(request.url, env),
          ...(request.body === undefined ? {} : { body: request.body }),
          ...(caFile === '' ? {} : { https: { certificateAuthority: await authorities(caFile) } }),
        };
        const sending = got(request.url, options);
        void sending.on('downloadProgress', ({ transferred }: { transferred: number }) => {
          if (transferred <= mostBytes) return;
          isTooLarge = true;
          tooLarge.abort();
        });
        const reply = await sending;
        return { status: reply.statusCode, headers: flat(reply.headers), text: String(reply.body) };
      } catch (error) {
        if (error instanceof LumiotError) throw error;
        throw transportError(error, request.url, isTooLarge ? mostBytes : undefined);
      }
    },
  };
}

async function authorities(caFile: string): Promise<string[]> {
  const { rootCertificates } = await import('node:tls');
  return [...rootCertificates, await readAuthority(caFile)];
}

/** The user's own certificate authorities. Rejects with `MISCONFIGURED` where the file cannot be read, or holds none. */
export async function readAuthority(caFile: string): Promise<string> {
  let text: string;
  try {
    text = await readFile(caFile, 'utf8');
  } catch (cause) {
    const sentence = `The certificate file ${caFile} cannot be read: ${textOf(cause)}. Check the path and its permissions.`;
    throw new LumiotError('MISCONFIGURED', sentence, { cause });
  }
  const { X509Certificate } = await import('node:crypto');
  const isCertificate = (pem: string): boolean => {
    try {
      return new X509Certificate(pem).subject !== undefined;
    } catch {
      return false;
    }
  };
  // Node.js itself stops without a word at the first that it cannot read, and trusts nobody that comes after it.
  const usable = (text.match(CERTIFICATE) ?? []).filter(isCertificate);
  if (usable.length > 0) return usable.join('\n');
  const sentence = `The certificate file ${caFile} holds no certificate. It must be in PEM format, with a line -----BEGIN CERTIFICATE-----.`;
  throw new LumiotError('MISCONFIGURED', sentence);
}

async function agentsFor(url: string, env: Readonly<Record<string, string | undefined>>): Promise<Agents> {
  const proxy = proxyFor(url, env);
  if (proxy === undefined) return {};
  const { HttpProxyAgent, HttpsProxyAgent } = await import('hpagent');
  return url.startsWith('https:') ? { https: new HttpsProxyAgent({ proxy }) } : { http: new HttpProxyAgent({ proxy }) };
}

function transportError(error: unknown, url: string, tooLargeFrom: number | undefined): TransportError {
  const host = new URL(url).host;
  if (tooLargeFrom !== undefined) return new TransportError(`${host} sent more than ${tooLargeFrom} bytes; the answer was given up.`, true);
  const code = typeof (error as { code?: unknown }).code === 'string' ? (error as { code: string }).code : '';
  const isCertificate = /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO/.test(code);
  const [, proxyStatus] = NO_TUNNEL.exec(textOf(error)) ?? [];
  const { event } = error as { event?: unknown };
  const neverGotThere = typeof event === 'string' && beforeSending.has(event);
  const mayHaveArrived = !(neverSent.has(code) || isCertificate || proxyStatus !== undefined || neverGotThere);
  const what = proxyStatus === undefined ? textOf(error) : `the proxy refuses to connect (HTTP status ${proxyStatus})`;
  const hint = isCertificate
    ? ' Its certificate is not trusted: where a company or a proxy inspects TLS, enter its certificate in "CA file".'
    : proxyStatus === '407'
      ? ' Check the user name and the password of the proxy.'
      : ' Check the internet connection of this host, its DNS and its proxy.';
  // The request's URL holds the refresh token, and so does got's error: neither goes on as a cause.
  return new TransportError(redact(`${host} cannot be reached: ${what}.${hint}`), mayHaveArrived);
}

function flat(headers: Readonly<Record<string, string | string[] | undefined>>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : value]));
}
