/** What the codes in answers of devices on the LAN mean, and what may be done about each (miio-lan.md §4.3). */

import type { ErrorCode, LumiotError } from '../home/errors';
import { type Named, needsLegacyCommands, refused, unknownMethod } from './sentences';

interface Meaning {
  /** The code itself (`MIOT_-4004`) where none is named. */
  readonly error?: ErrorCode;
  /** Follows the name of the device, and says what to do. */
  readonly sentence: string;
}

/** The device's controller did not answer its radio: busy, or asked for too much or for what it does not have. */
export const ACK_TIMEOUT = -9_999;
/** Passes by itself. */
export const TRANSIENT = -30_001;
const NO_METHOD: ReadonlySet<number> = new Set([-10_000, -32_601]);

const GONE: Meaning = { error: 'NO_DEVICE', sentence: 'is not known there any more. Choose the device again.' };
const NO_SUCH: Meaning = {
  error: 'UNSUPPORTED',
  sentence: 'has no such property, event or action. Choose it again from the list of what the device can do.',
};
const OFFLINE: Meaning = { error: 'DEVICE_OFFLINE', sentence: 'says that the part asked for is offline. Check its power and its radio.' };
const WRONG_COUNT: Meaning = { error: 'BAD_INPUT', sentence: 'was given the wrong number of inputs. Give as many as the action lists.' };
const WRONG_INPUT: Meaning = { error: 'BAD_INPUT', sentence: 'was given an input that it does not take. Check its type and range.' };
const WRONG_VALUE: Meaning = { error: 'BAD_INPUT', sentence: 'does not take this value. Check its type, range and list of values.' };
const TOO_LATE: Meaning = { error: 'TIMEOUT', sentence: 'did not get ready in time. Look at its state, and try again in a few seconds.' };
const NOT_READABLE: Meaning = { error: 'UNSUPPORTED', sentence: 'does not let this be read. Choose a property that can be.' };
const NOT_WRITABLE: Meaning = { error: 'UNSUPPORTED', sentence: 'does not let this be set. Choose a property that can be.' };
const FAILED: Meaning = { sentence: 'failed for a reason it does not tell. Try again, and try the same in the Mi Home app.' };
const NOT_NOW: Meaning = { sentence: 'cannot do this in its present state. Bring it into another state first.' };
const BUSY: Meaning = { sentence: 'is busy. Try again in a few seconds.' };

const meanings: ReadonlyMap<number, Meaning> = new Map([
  [-4_001, NOT_READABLE],
  [-4_002, NOT_WRITABLE],
  [-4_003, NO_SUCH],
  [-4_004, FAILED],
  [-4_005, WRONG_VALUE],
  [-4_006, WRONG_INPUT],
  [-5_001, WRONG_INPUT],
  [-5_005, WRONG_INPUT],
  [ACK_TIMEOUT, TOO_LATE],
  [TRANSIENT, BUSY],
  // The cloud's numbers, which devices use as well (miot-cloud.md §2.4).
  [-704_030_013, NOT_READABLE],
  [-704_030_023, NOT_WRITABLE],
  [-704_030_033, { error: 'UNSUPPORTED', sentence: 'does not report this. Read it now and then.' }],
  [-704_010_000, GONE],
  [-704_220_008, { ...NO_SUCH, error: 'BAD_INPUT' }],
]);

/** The last three digits of a number of the cloud that is listed nowhere name its kind (miot-cloud.md §2.4). */
const endings: ReadonlyMap<number, Meaning> = new Map([
  [1, GONE],
  [2, NO_SUCH],
  [3, NO_SUCH],
  [4, NO_SUCH],
  [5, NO_SUCH],
  [11, OFFLINE],
  [25, WRONG_COUNT],
  [35, WRONG_INPUT],
  [36, TOO_LATE],
  [43, WRONG_VALUE],
  [100, NOT_NOW],
]);

export type ItemOutcome = 'ok' | 'accepted' | 'failed';

/** 0 is done; 1, no code, and the numbers of the cloud's -702… are accepted and perhaps not done yet (miio-lan.md §4.1). */
export function outcomeOf(code: number | undefined): ItemOutcome {
  if (code === 0) return 'ok';
  if (code === undefined || code === 1) return 'accepted';
  return isOfCloud(code) && String(code).startsWith('-702') ? 'accepted' : 'failed';
}

/** The error of a code that stands with one property or action; `what` names it ('property 2.1'). */
export function codeError(code: number, device: Named, what = ''): LumiotError {
  const { error, sentence } = meanings.get(code) ?? (isOfCloud(code) ? endings.get(-code % 1_000) : undefined) ?? FAILED;
  return refused(error ?? errorOf(code), device, what, sentence, code);
}

/** The error of a request that was refused as a whole. */
export function requestError(code: number, device: Named, method: string): LumiotError {
  if (!NO_METHOD.has(code)) return codeError(code, device, method);
  return specMethods.has(method) ? needsLegacyCommands(device) : unknownMethod(device, method);
}

export const specMethods: ReadonlySet<string> = new Set(['get_properties', 'set_properties', 'action']);

function errorOf(code: number): ErrorCode {
  // A positive number is no code of anything known: the device cannot do it, whatever it means.
  return code < 0 ? `MIOT_-${-code}` : 'UNSUPPORTED';
}

function isOfCloud(code: number): boolean {
  return code <= -700_000_000 && code > -710_000_000;
}
