/** What is stored of one account, and how it is read back: nothing of it is trusted before it was looked at. */

import { isText, object } from './narrowing';
import { type Region, regions } from './regions';
import { type Grant, isSameGrant } from './settings';

/** Moments in milliseconds since 1970, by the cloud's clock where it told it. */
export interface StoredTokens {
  readonly access: string;
  readonly refresh: string;
  readonly obtainedAt: number;
  readonly refreshAt: number;
  readonly expiresAt: number;
}

/** A sign-in of one grant. Tokens are good only for the grant and device id they were made for (miot-cloud.md §5.3, F15). */
export interface TokenRecord extends Grant {
  /** Of this installation: it keeps token families apart, and is the MQTT client id. */
  readonly deviceId: string;
  /** Grows with each new pair of tokens. */
  readonly generation: number;
  /** Undefined: signed out. */
  readonly tokens: StoredTokens | undefined;
  /** Why the cloud will not refresh these tokens any more; undefined while it does. */
  readonly ended: string | undefined;
  readonly uid: string | undefined;
}

/** A sign-in that waits for the user to come back from the authorise page (miot-cloud.md §1.6). */
export interface PendingSignIn extends Grant {
  readonly state: string;
  readonly deviceId: string;
  readonly createdAt: number;
}

export interface StoredAccount {
  /** Config node it belongs to: a copied file is not this node's (F10). */
  readonly id: string;
  /** Grows with each write. */
  readonly gen: number;
  /** The one in use first; others wait for the settings to be put back (F15). */
  readonly records: readonly TokenRecord[];
  readonly pending: PendingSignIn | undefined;
  /** LAN tokens by did. */
  readonly deviceTokens: Readonly<Record<string, string>>;
}

export const MOST_RECORDS = 3;

export function emptyAccount(id: string): StoredAccount {
  return { id, gen: 0, records: [], pending: undefined, deviceTokens: {} };
}

export function recordOf(stored: StoredAccount, grant: Grant): TokenRecord | undefined {
  return stored.records.find((record) => isSameGrant(record, grant));
}

/** Puts a record first, in place of the one of the same grant. */
export function withRecord(stored: StoredAccount, record: TokenRecord): StoredAccount {
  const others = stored.records.filter((other) => !isSameGrant(other, record));
  return { ...stored, records: [record, ...others].slice(0, MOST_RECORDS) };
}

/** A number above that of every record: a token of an earlier sign-in is never taken for a later one. */
export function nextGeneration(stored: StoredAccount): number {
  return Math.max(0, ...stored.records.map((record) => record.generation)) + 1;
}

/** Undefined where it is not what this program writes. */
export function parseStoredAccount(value: unknown): StoredAccount | undefined {
  const fields = object(value);
  if (fields === undefined || !isText(fields.id) || !isNumber(fields.gen) || !Array.isArray(fields.records)) return undefined;
  return {
    id: fields.id,
    gen: fields.gen,
    records: fields.records.flatMap((row: unknown) => parseRecord(row) ?? []),
    pending: parsePending(fields.pending),
    deviceTokens: Object.fromEntries(
      Object.entries(object(fields.deviceTokens) ?? {}).filter((entry): entry is [string, string] => isText(entry[1])),
    ),
  };
}

function parseRecord(value: unknown): TokenRecord | undefined {
  const fields = object(value);
  const grant = parseGrant(fields);
  if (fields === undefined || grant === undefined || !isText(fields.deviceId) || !isNumber(fields.generation)) return undefined;
  return {
    ...grant,
    deviceId: fields.deviceId,
    generation: fields.generation,
    tokens: parseTokens(fields.tokens),
    ended: isText(fields.ended) ? fields.ended : undefined,
    uid: isText(fields.uid) ? fields.uid : undefined,
  };
}

function parseTokens(value: unknown): StoredTokens | undefined {
  const { access, refresh, obtainedAt, refreshAt, expiresAt } = object(value) ?? {};
  if (!isText(access) || !isText(refresh) || !isNumber(obtainedAt) || !isNumber(refreshAt) || !isNumber(expiresAt)) return undefined;
  return { access, refresh, obtainedAt, refreshAt, expiresAt };
}

function parsePending(value: unknown): PendingSignIn | undefined {
  const fields = object(value);
  const grant = parseGrant(fields);
  if (fields === undefined || grant === undefined || !isText(fields.state) || !isText(fields.deviceId) || !isNumber(fields.createdAt))
    return undefined;
  return { ...grant, state: fields.state, deviceId: fields.deviceId, createdAt: fields.createdAt };
}

function parseGrant(fields: Readonly<Record<string, unknown>> | undefined): Grant | undefined {
  const region: Region | undefined = regions.find((known) => known === fields?.region);
  if (fields === undefined || region === undefined || !isText(fields.clientId) || !isText(fields.redirectUrl)) return undefined;
  return { region, clientId: fields.clientId, redirectUrl: fields.redirectUrl };
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value);
}
