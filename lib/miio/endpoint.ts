/** Where packets go: addresses as people type them, and names looked up. */

import { lookup } from 'node:dns/promises';
import { isIPv4 } from 'node:net';

export interface Endpoint {
  /** IPv4. */
  readonly address: string;
  readonly port: number;
}

export const MIIO_PORT = 54_321;

interface HostAndPort {
  readonly host: string;
  readonly port: number;
}

/** 'a.b.c.d', 'name', either with ':port'. Undefined for anything else. */
export function parseHost(text: string): HostAndPort | undefined {
  const [, host = '', digits] = /^([\w.-]{1,253})(?::(\d{1,5}))?$/.exec(text.trim()) ?? [];
  const port = digits === undefined ? MIIO_PORT : Number(digits);
  return host === '' || port < 1 || port > 65_535 ? undefined : { host, port };
}

/** Undefined for what is no address and for a name that nobody knows. Never rejects. */
export async function resolveEndpoint(text: string): Promise<Endpoint | undefined> {
  const parsed = parseHost(text);
  if (parsed === undefined) return undefined;
  if (isIPv4(parsed.host)) return { address: parsed.host, port: parsed.port };
  try {
    const { address } = await lookup(parsed.host, { family: 4 });
    return { address, port: parsed.port };
  } catch {
    return undefined;
  }
}

/** '192.168.1.50', with the port where it is not the usual one. */
export function endpointText({ address, port }: Endpoint): string {
  return port === MIIO_PORT ? address : `${address}:${port}`;
}

export function isSameEndpoint(one: Endpoint | undefined, other: Endpoint | undefined): boolean {
  return one?.address === other?.address && one?.port === other?.port;
}
