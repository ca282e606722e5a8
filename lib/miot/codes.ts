/** What the codes of the cloud and of devices mean, and what may be done about each: miot-cloud.md §2.4 as a table. */

import { type ErrorCode, LumiotError } from '../home/errors';

/**
 * What may follow a code. `once`: a read is asked again once. `backoff`: it was rejected, ask again after seconds. `verify`: it may have
 * been done, read before anything else. `refresh`: renew the access token once. `poll`: it is being done, look later.
 */
export type Retry = 'no' | 'once' | 'backoff' | 'verify' | 'refresh' | 'poll';

export interface CodeMeaning {
  readonly error: ErrorCode;
  readonly retry: Retry;
  /** Follows the name of the device, and says what to do. */
  readonly sentence: string;
}

/** `error` is the code itself (`MIOT_-704053100`) where none is named. */
interface Row {
  readonly codes: readonly number[];
  readonly error?: ErrorCode;
  readonly retry: Retry;
  readonly sentence: string;
}

const IS_GONE = 'is not in this account any more. Refresh the list of devices and choose it again.';
const SIGN_IN = "was not reached, because the cloud does not accept the sign-in. Sign in again in the account's settings if this lasts.";
const TOO_LATE =
  'did not answer in time. Check that it is within reach of its network, and look at its state before you send a command again.';
const NO_SUCH = 'has no such service, property, event or action. Choose it again from the list of what the device can do.';
const NO_DESCRIPTION = 'has no description at the cloud, or a newer one. Refresh the list of devices.';
const WRONG_COUNT = 'was given the wrong number of inputs. Give as many as the action lists.';
const WRONG_INPUT = 'was given an input that the action does not take. Check its type and range.';
const WRONG_VALUE = 'does not take this value. Check its type, range and list of values.';
const NOT_NOW = 'cannot do this in its present state. Bring it into another state first.';
const FAILED_READ = 'could not read the property. Try again later.';
const FAILED_ACTION = 'could not carry out the action. Check its state, and try again.';
const FAILED_WRITE = 'could not set the property. Check its state, and try again.';
const FAILED_SUBSCRIPTION = 'does not report this property. Read it now and then.';
const FAILED_VALUE = 'refused the value. Check its type, range and list of values.';
const UNKNOWN_FAILURE = 'failed for a reason that was not told. Try again, and try the same in the Mi Home app.';
const OFFLINE = 'is offline. Check its power and its network; it can be used as soon as it is back.';
const BUSY = 'is busy. Try again in a few seconds.';

const rows: readonly Row[] = [
  // The cloud and devices (miot-cloud.md §2.4).
  { codes: [-704042011], error: 'DEVICE_OFFLINE', retry: 'no', sentence: OFFLINE },
  { codes: [-704042001, -704090001, -704010000], error: 'NO_DEVICE', retry: 'no', sentence: IS_GONE },
  { codes: [-704012901, -704012902, -704012903, -704012906], error: 'LOGIN_NEEDED', retry: 'refresh', sentence: SIGN_IN },
  {
    codes: [-704012904],
    retry: 'no',
    sentence: 'may not be controlled by this account. Ask its owner to share it with the right to control it.',
  },
  { codes: [-704012905], error: 'NO_DEVICE', retry: 'no', sentence: IS_GONE },
  {
    codes: [-704030013],
    error: 'UNSUPPORTED',
    retry: 'no',
    sentence: 'does not let this property be read. Listen to its reports instead.',
  },
  {
    codes: [-704030023],
    error: 'UNSUPPORTED',
    retry: 'no',
    sentence: 'does not let this property be set. Choose one that can be written.',
  },
  { codes: [-704030033], error: 'UNSUPPORTED', retry: 'no', sentence: FAILED_SUBSCRIPTION },
  {
    codes: [-704030992],
    error: 'RATE_LIMITED',
    retry: 'backoff',
    sentence: 'was asked too often, and the request was rejected. Send fewer, and wait some seconds.',
  },
  { codes: [-704040002, -704040003, -704040004, -704040005], error: 'UNSUPPORTED', retry: 'no', sentence: NO_SUCH },
  {
    codes: [-704040999],
    error: 'UNSUPPORTED',
    retry: 'no',
    sentence: 'does not offer this feature yet. Update its firmware in the Mi Home app.',
  },
  { codes: [-704014006, -704044006, -706014006], error: 'UNSUPPORTED', retry: 'no', sentence: NO_DESCRIPTION },
  { codes: [-704053036, -704083036], error: 'TIMEOUT', retry: 'verify', sentence: TOO_LATE },
  { codes: [-704053100], retry: 'no', sentence: NOT_NOW },
  { codes: [-704053101], retry: 'no', sentence: 'is a camera that sleeps. Wake it first.' },
  { codes: [-704013101], error: 'UNSUPPORTED', retry: 'no', sentence: 'works by infrared, which cannot do this.' },
  { codes: [-704220008], error: 'BAD_INPUT', retry: 'no', sentence: NO_SUCH },
  { codes: [-704220025], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_COUNT },
  { codes: [-704220035], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_INPUT },
  { codes: [-704220043], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_VALUE },
  {
    codes: [-704222034, -704222035],
    retry: 'no',
    sentence: 'answered with other outputs than its description lists. Look at its state: the action may have been done.',
  },
  {
    codes: [-702022036, -702000000, -702010000],
    error: 'TIMEOUT',
    retry: 'poll',
    sentence: 'is still at work. Read its state in a few seconds.',
  },
  { codes: [-705201013, -706012013], retry: 'once', sentence: FAILED_READ },
  { codes: [-705201015, -706012015], retry: 'once', sentence: FAILED_ACTION },
  { codes: [-705201023, -706012023], retry: 'once', sentence: FAILED_WRITE },
  { codes: [-705201033, -706012033], retry: 'once', sentence: FAILED_SUBSCRIPTION },
  { codes: [-706012043], retry: 'once', sentence: FAILED_VALUE },
  { codes: [-704000000, -704002000, -705004000, -705004501, -706012000], retry: 'once', sentence: UNKNOWN_FAILURE },

  // Passed on from gateways and vendors' own clouds.
  { codes: [-9999], error: 'TIMEOUT', retry: 'verify', sentence: TOO_LATE },
  { codes: [-30012], retry: 'once', sentence: BUSY },
  {
    codes: [-8],
    error: 'BAD_INPUT',
    retry: 'no',
    sentence: 'was given something that the cloud calls invalid. Check property, action and value.',
  },

  // Numbers of the local side (miot-cloud.md §2.4): central gateways answer with them.
  { codes: [-10000, -10004, -10040], retry: 'once', sentence: UNKNOWN_FAILURE },
  { codes: [-10001, -10120], error: 'CLOUD_UNREACHABLE', retry: 'once', sentence: 'cannot be reached now. Try again later.' },
  { codes: [-10002], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_INPUT },
  { codes: [-10003], retry: 'once', sentence: BUSY },
  { codes: [-10005], retry: 'no', sentence: 'does not permit this. Check in the Mi Home app whether the account may do it.' },
  { codes: [-10006], error: 'TIMEOUT', retry: 'verify', sentence: TOO_LATE },
  { codes: [-10007], error: 'DEVICE_OFFLINE', retry: 'no', sentence: OFFLINE },
  { codes: [-10020, -10100, -10101], error: 'LOGIN_NEEDED', retry: 'no', sentence: SIGN_IN },
  { codes: [-10030], error: 'LOGIN_NEEDED', retry: 'refresh', sentence: SIGN_IN },
  {
    codes: [-10050],
    error: 'MISCONFIGURED',
    retry: 'no',
    sentence: 'was not reached: a certificate is missing or refused. Check the CA file of the account.',
  },
];

/** The last three digits of a code that is listed nowhere (`-70xxxxyyy`) name its kind. */
const endings: readonly Row[] = [
  { codes: [1], error: 'NO_DEVICE', retry: 'no', sentence: IS_GONE },
  { codes: [3, 4, 5], error: 'UNSUPPORTED', retry: 'no', sentence: NO_SUCH },
  { codes: [11], error: 'DEVICE_OFFLINE', retry: 'no', sentence: OFFLINE },
  { codes: [13], retry: 'once', sentence: FAILED_READ },
  { codes: [15], retry: 'no', sentence: FAILED_ACTION },
  { codes: [23], retry: 'no', sentence: FAILED_WRITE },
  { codes: [25], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_COUNT },
  { codes: [35], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_INPUT },
  { codes: [36], error: 'TIMEOUT', retry: 'verify', sentence: TOO_LATE },
  { codes: [43], error: 'BAD_INPUT', retry: 'no', sentence: WRONG_VALUE },
  { codes: [100], retry: 'no', sentence: NOT_NOW },
];

const known = byCode(rows);
const knownEndings = byCode(endings);

/** What a code that is not a success means. */
export function meaningOf(code: number): CodeMeaning {
  const row = known.get(code) ?? (isMiot(code) ? knownEndings.get(-code % 1_000) : undefined);
  // A positive number says nothing of ours and nothing of the device's: the cloud itself is out of order.
  const otherwise: ErrorCode = code < 0 ? `MIOT_-${-code}` : 'CLOUD_UNREACHABLE';
  return { error: row?.error ?? otherwise, retry: row?.retry ?? 'no', sentence: row?.sentence ?? UNKNOWN_FAILURE };
}

/** Every code the table names. */
export const knownCodes: readonly number[] = [...known.keys()];

export type Outcome = 'ok' | 'accepted' | 'failed';

/** 0 is done; 1 and the class of HTTP 2xx (-702…) are accepted and perhaps not done yet (miot-cloud.md §2.3); some devices answer without a code. */
export function outcomeOf(code: number | undefined): Outcome {
  if (code === 0) return 'ok';
  if (code === undefined || code === 1) return 'accepted';
  return isMiot(code) && String(code).startsWith('-702') ? 'accepted' : 'failed';
}

/** The error of a code that is not a success; `what` narrows the device in the sentence ('property 2.1'). */
export function codeError(code: number, device: string | undefined, what = ''): LumiotError {
  const { error, sentence } = meaningOf(code);
  const subject = device === undefined ? 'A device of this request' : `Device ${device}`;
  const part = what === '' ? '' : ` (${what})`;
  // A part of a split device answers with timeouts; its parent has all of its services (miot-cloud.md §2.3).
  const parent = device === undefined ? null : /^(.+)\.s\d+$/.exec(device);
  const hint = parent === null ? '' : ` It is a part of device ${parent[1]}: use that one.`;
  return new LumiotError(error, `${subject}${part} ${sentence}${hint} The code of the cloud is ${code}.`, { device });
}

function isMiot(code: number): boolean {
  return code <= -700_000_000 && code > -710_000_000;
}

function byCode(table: readonly Row[]): ReadonlyMap<number, Row> {
  return new Map(table.flatMap((row) => row.codes.map((code) => [code, row] as const)));
}
