/** The routes behind *Devices on the LAN* as the dialog calls them. What comes back shows the ends of a token at most. */

import { type ApiProblem, call, upload } from './api.mts';

export interface LocalDevice {
  readonly did: string;
  readonly name: string;
  /** '' = found by its did with a broadcast. */
  readonly host: string;
  /** '' = not known. */
  readonly model: string;
}

export type LocalStanding = 'unknown' | 'reachable' | 'offline' | 'token-rejected';

export interface KnownLocal {
  readonly did: string;
  readonly hasToken: boolean;
  readonly standing: LocalStanding;
}

export interface PreviewRow extends LocalDevice {
  readonly index: number;
  readonly mac: string;
  /** '0011…eeff'. */
  readonly masked: string;
  /** A token is stored for it. */
  readonly isKnown: boolean;
}

export interface TokenPreview {
  /** '' where there is nothing to import. */
  readonly id: string;
  readonly source: string;
  readonly devices: readonly PreviewRow[];
  readonly skipped: readonly { readonly name: string; readonly reason: string }[];
}

export interface FoundRow extends LocalDevice {
  readonly index: number;
  readonly hasToken: boolean;
  readonly isListed: boolean;
  readonly showsToken: boolean;
}

export interface Imported {
  readonly devices: readonly LocalDevice[];
  readonly failed: readonly { readonly index: number; readonly reason: string }[];
}

export interface LocalTest extends Partial<ApiProblem> {
  readonly ok: boolean;
  readonly ms?: number;
  readonly model?: string;
}

/** What a file of the user holds. Rejects with an `ApiError` that says `needs: 'password'` where it is encrypted. */
export function previewTokens(account: string, file: Blob, password: string): Promise<TokenPreview> {
  const headers = { 'X-Lumiot-Account': account, ...(password === '' ? {} : { 'X-Lumiot-Password': base64url(password) }) };
  return upload('lumiot/tokens/preview', file, headers);
}

export function importRows(account: string, preview: string, rows: readonly number[]): Promise<Imported> {
  return call('lumiot/tokens/import', { account, preview, rows });
}

export function importTyped(account: string, device: Omit<LocalDevice, 'model'> & { readonly token: string }): Promise<Imported> {
  return call('lumiot/tokens/import', { account, typed: [device] });
}

export function findLocal(account: string): Promise<{ readonly id: string; readonly devices: readonly FoundRow[] }> {
  return call(`${addressOf(account)}/find`, {});
}

export function testLocal(account: string, did: string, host: string): Promise<LocalTest> {
  return call(`${addressOf(account)}/local-test`, { did, host });
}

export async function getStandings(account: string, dids: readonly string[]): Promise<readonly KnownLocal[]> {
  const { devices } = await call<{ devices: readonly KnownLocal[] }>(`${addressOf(account)}/local`, { dids });
  return devices;
}

function addressOf(account: string): string {
  return `lumiot/accounts/${encodeURIComponent(account)}`;
}

/** Headers carry ASCII only. */
function base64url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');
}
