/** What a user sets for one account, checked once: the border between a stored flow and lib/miot. */

import { LumiotError } from '../home/errors';
import { endpointsOf, type HostSettings, type Region, regions } from './regions';

export type Transport = 'auto' | 'cloud' | 'local';

/** A Wi-Fi device that is reached without the cloud. Its token is a secret and lives in the token store. */
export interface LocalRow {
  readonly did: string;
  readonly name: string;
  readonly host: string;
  readonly model: string;
}

export interface AccountSettings extends HostSettings {
  readonly name: string;
  /** Decimal digits, never a number: it is larger than a double can hold (miot-cloud.md §1.3). '' = not set. */
  readonly clientId: string;
  /** '' = not set. */
  readonly redirectUrl: string;
  readonly transport: Transport;
  readonly localDevices: readonly LocalRow[];
  /** PEM file with further certificate authorities; '' = those of Node.js alone. */
  readonly caFile: string;
  readonly deviceIdPrefix: string;
  readonly bizId: string;
  /** Key of the token store. '' = the dialog has not been deployed yet. */
  readonly storeKey: string;
}

export interface CheckedAccountSettings {
  readonly settings: AccountSettings;
  /** `MISCONFIGURED`, in sentences for people; what is not named here is in force all the same. */
  readonly problems: readonly LumiotError[];
}

/** As a number in JSON: that has no zero in front. */
const CLIENT_ID = /^[1-9]\d{0,19}$/;
const PREFIX = /^[\w.:-]{0,16}$/;
const BIZ_ID = /^[\w-]{1,32}$/;
const transports: readonly Transport[] = ['auto', 'cloud', 'local'];

/** Takes settings as they were stored or typed, of any age and type. Never throws: what cannot be used is told and left out. */
export function checkAccountSettings(stored: Readonly<Record<string, unknown>>): CheckedAccountSettings {
  const problems: LumiotError[] = [];
  const complain = (sentence: string): void => void problems.push(new LumiotError('MISCONFIGURED', sentence));
  const checked = (name: string, pattern: RegExp, otherwise: string, sentence: string): string => {
    const typed = text(stored[name]) || otherwise;
    if (typed === '' || pattern.test(typed)) return typed;
    complain(sentence);
    return otherwise;
  };

  // 19 digits are more than a number holds: as one it has lost the last of them, and looks right all the same (miot-cloud.md §1.3).
  const hasLostDigits = typeof stored.clientId === 'number' && !Number.isSafeInteger(stored.clientId);
  if (hasLostDigits) complain('The client id was stored as a number and has lost its last digits. Copy it again, as text.');
  if (text(stored.transport) !== '' && !transports.some((known) => known === stored.transport))
    complain(`There is no transport "${text(stored.transport)}". Choose one of ${transports.join(', ')}.`);
  const region = regions.find((known) => known === text(stored.region).toLowerCase());
  if (region === undefined && text(stored.region) !== '')
    complain(`There is no region "${text(stored.region)}". Choose one of ${regions.join(', ')}: the one your Mi Home app uses.`);
  const settings: AccountSettings = {
    name: text(stored.name),
    region: region ?? 'cn',
    clientId: hasLostDigits
      ? ''
      : checked('clientId', CLIENT_ID, '', 'The client id must be decimal digits only, and does not begin with 0. Copy it again, as text.'),
    redirectUrl: redirectUrl(text(stored.redirectUrl), complain),
    transport: transports.find((known) => known === stored.transport) ?? 'auto',
    localDevices: localDevices(stored.localDevices),
    apiHost: text(stored.apiHost),
    oauthHost: text(stored.oauthHost),
    mqttHost: text(stored.mqttHost),
    specHost: text(stored.specHost),
    caFile: text(stored.caFile),
    deviceIdPrefix: checked(
      'deviceIdPrefix',
      PREFIX,
      'ha.',
      'The prefix of the device id may hold letters, digits, dots and dashes. Leave it as "ha.".',
    ),
    bizId: checked('bizId', BIZ_ID, 'haapi', 'The business id may hold letters, digits and dashes. Leave it as "haapi".'),
    storeKey: text(stored.storeKey),
  };
  try {
    endpointsOf(settings);
  } catch (error) {
    if (error instanceof LumiotError) problems.push(error);
  }
  return { settings, problems };
}

/** Two settings that mean the same account: the tokens of one are good for the other (miot-cloud.md §5.3, F15). */
export function isSameGrant(one: Grant, other: Grant): boolean {
  return one.region === other.region && one.clientId === other.clientId && one.redirectUrl === other.redirectUrl;
}

export interface Grant {
  readonly region: Region;
  readonly clientId: string;
  readonly redirectUrl: string;
}

function redirectUrl(typed: string, complain: (sentence: string) => void): string {
  if (typed === '') return '';
  try {
    const url = new URL(typed);
    if ((url.protocol === 'http:' || url.protocol === 'https:') && url.hash === '') return typed;
  } catch {
    // Told below.
  }
  complain(
    'The redirect URL must be a complete address that begins with http:// or https://, exactly as it is registered for the client id.',
  );
  return '';
}

function localDevices(stored: unknown): LocalRow[] {
  if (!Array.isArray(stored)) return [];
  return stored.flatMap((row: unknown) => {
    if (typeof row !== 'object' || row === null) return [];
    const { did, name, host, model } = row as Record<string, unknown>;
    return text(did) === '' ? [] : [{ did: text(did), name: text(name), host: text(host), model: text(model) }];
  });
}

function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}
