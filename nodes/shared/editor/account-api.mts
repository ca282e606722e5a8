/** The routes of accounts as the dialogs call them: state, sign-in, devices and what each device can do. Never a token. */

import type { DeviceSpec } from '../../../lib/miot/spec-types';
import { type ApiProblem, call } from './api.mts';

/** 'local': the LAN is all there is, and nobody has to sign in. */
export type AccountPhase = 'local' | 'loading' | 'unconfigured' | 'signed-out' | 'connected' | 'refreshing' | 'degraded' | 'sign-in-needed';
export type PushState = 'off' | 'connecting' | 'connected' | 'waiting' | 'refused';

export interface KnownAccount {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly phase: AccountPhase;
  readonly error?: ApiProblem;
  readonly push: PushState;
  readonly uid: string | null;
  /** ISO 8601, like the two below; null while unknown. */
  readonly validUntil: string | null;
  readonly refreshedAt: string | null;
  readonly refreshAt: string | null;
  readonly homes: readonly string[];
  readonly devices: number;
  /** As deployed. */
  readonly settings: { readonly region: string; readonly clientId: string; readonly redirectUrl: string };
  readonly hasStoreKey: boolean;
}

export interface CloudDeviceView {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly room: string;
  readonly home: string;
  readonly family: string;
  readonly online: boolean | null;
  readonly transport: string;
  readonly battery: number | null;
  readonly lastSeen: string | null;
  readonly parent: string;
  readonly urn: string;
  readonly isShared: boolean;
  /** What people mean by the device; null while its description is unknown. */
  readonly main: { readonly property: string; readonly unit?: string; readonly valueName?: string } | null;
  /** By the names of its description; empty while nobody has read it. */
  readonly state: Readonly<Record<string, unknown>>;
}

export interface AccountHome {
  readonly account: KnownAccount;
  readonly devices: readonly CloudDeviceView[];
}

/** What the server pushes while it is watched. */
export interface AccountNews extends AccountHome {
  readonly id: string;
}

/** What a device can do, in the language asked for, and what is known of it. */
export interface KnownSpec extends Omit<DeviceSpec, 'main'> {
  readonly main?: string | null;
  readonly state: Readonly<Record<string, unknown>>;
}

/** A sign-in that waits for the user. */
export interface PendingSignIn {
  readonly url: string;
  /** ISO 8601. */
  readonly expiresAt: string | number;
}

export function getAccount(account: string): Promise<KnownAccount> {
  return call(addressOf(account));
}

export function getAccountHome(account: string): Promise<AccountHome> {
  return call(`${addressOf(account)}/devices`);
}

export function getSpec(account: string, did: string, language: string): Promise<KnownSpec> {
  return call(`${addressOf(account)}/spec/${encodeURIComponent(did)}?lang=${encodeURIComponent(language)}`);
}

export function signIn(account: string): Promise<PendingSignIn> {
  return call(`${addressOf(account)}/sign-in`, {});
}

/** Hands over the address the browser was sent to after the user agreed. */
export function pasteAddress(account: string, address: string): Promise<KnownAccount> {
  return call(`${addressOf(account)}/paste`, { address });
}

export function refreshNow(account: string): Promise<KnownAccount> {
  return call(`${addressOf(account)}/refresh`, {});
}

export async function signOut(account: string): Promise<void> {
  await call(`${addressOf(account)}/sign-out`, {});
}

/** Where the browser may be sent after the sign-in, if this Node-RED can be reached under its own address. */
export function callbackAddress(): string {
  return new URL('lumiot/miot/callback', document.baseURI).href;
}

function addressOf(account: string): string {
  return `lumiot/accounts/${encodeURIComponent(account)}`;
}
