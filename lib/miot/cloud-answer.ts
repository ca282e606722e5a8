/** Bodies of the HTTP API as they are parsed: `unknown` comes in here, typed values go out. Never throws. */

import { LumiotError } from '../home/errors';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';
import { codeError, meaningOf, outcomeOf } from './codes';
import { recordOf } from './spec-json';

export type Fields = Readonly<Record<string, unknown>>;

/** `{"code":0,"message":…,"result":…}`. The message is for people, in any language: nothing follows from it. */
export interface CloudAnswer {
  readonly code: number;
  readonly result: unknown;
}

/** Undefined where the text is no answer of this API: HTML of a captive portal, half a body. */
export function parseAnswer(text: string): CloudAnswer | undefined {
  const body = recordOf(parseExactly(text));
  const code = wholeNumber(body?.code);
  return body === undefined || code === undefined ? undefined : { code, result: body.result };
}

/**
 * JSON in which whole numbers above 2^53 become text, digit by digit: ids are such numbers. Undefined where it is none. A key
 * `__proto__` is left out: what is read may be merged into something later.
 */
export function parseExactly(text: string): unknown {
  try {
    return JSON.parse(text, (key, value: unknown, context?: { readonly source?: string }) => {
      if (key === '__proto__') return undefined;
      return typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '') ? context?.source : value;
    });
  } catch {
    return undefined;
  }
}

/** The objects of a list; anything else in it, or instead of it, is left out. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(recordOf).filter((entry) => entry !== undefined) : [];
}

/** Ids come as numbers or strings (miot-cloud.md §2.3). '' where there is none. */
export function idText(value: unknown): string {
  if (typeof value === 'string') return value;
  return typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : '';
}

export function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

export function wholeNumber(value: unknown): number | undefined {
  const number = typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value;
  return typeof number === 'number' && Number.isSafeInteger(number) ? number : undefined;
}

export function keyOf({ did, siid, piid }: PropertyRef): string {
  return `${siid}.${piid}.${did}`;
}

/** Results of a read by what was asked, whatever their order; what is missing or has no value failed (miot-cloud.md §2.3). */
export function readResults(refs: readonly PropertyRef[], result: unknown): readonly PropertyResult[] {
  const items = itemsByKey(refs, result);
  return refs.map((ref): PropertyResult => {
    const item = items.get(keyOf(ref));
    const code = wholeNumber(item?.code);
    if (item === undefined) return failed(ref, 0, 'TIMEOUT', 'was left out of the answer. Read it again later.');
    if (code !== undefined && outcomeOf(code) === 'failed') return failedWith(ref, code);
    if (isCloudValue(item.value)) return { ...bare(ref), ok: true, value: item.value, isAccepted: code !== undefined && code !== 0 };
    // -702…: the device has been asked, and has not said it yet.
    if (code !== undefined && code < 0) return failedWith(ref, code);
    return failed(ref, code ?? 0, 'TIMEOUT', 'has no value at the cloud. It has one once the device has reported it; read it again later.');
  });
}

/** Results of a write by what was set. One without a code was accepted and has to be looked at; one left out may have been done. */
export function writeResults(
  values: readonly (PropertyRef & { readonly value: CloudValue })[],
  result: unknown,
): readonly PropertyResult[] {
  const items = itemsByKey(values, result);
  return values.map((wanted): PropertyResult => {
    const item = items.get(keyOf(wanted));
    if (item === undefined)
      return failed(wanted, 0, 'UNKNOWN_OUTCOME', 'was left out of the answer. Read it before you set it again: it may have been set.');
    const code = wholeNumber(item.code);
    const outcome = outcomeOf(code);
    if (code !== undefined && outcome === 'failed') return failedWith(wanted, code);
    return { ...bare(wanted), ok: true, value: wanted.value, isAccepted: outcome === 'accepted' };
  });
}

export interface ActionResult {
  readonly outputs: readonly CloudValue[];
  readonly isAccepted: boolean;
}

/** Gives an error for an action that failed, or of which the answer says nothing. */
export function actionResult(
  target: { readonly did: string; readonly siid: number; readonly aiid: number },
  result: unknown,
): ActionResult | LumiotError {
  const what = `action ${target.siid}.${target.aiid}`;
  const item = Array.isArray(result) ? recordOf(result[0]) : recordOf(result);
  if (item === undefined) {
    const sentence = `Device ${target.did} (${what}) was left out of the answer. Look at its state before you send it again: it may have been done.`;
    return new LumiotError('UNKNOWN_OUTCOME', sentence, { device: target.did });
  }
  const code = wholeNumber(item.code);
  const outcome = outcomeOf(code);
  if (code !== undefined && outcome === 'failed') return codeError(code, target.did, what);
  return { outputs: Array.isArray(item.out) ? item.out.filter(isCloudValue) : [], isAccepted: outcome === 'accepted' };
}

/** True where all of it was refused for the token's sake: then it is the token, not a device. */
export function isTokenRefused(result: unknown): boolean {
  const items = Array.isArray(result) ? result : [result];
  return items.length > 0 && items.every((item) => refusesToken(wholeNumber(recordOf(item)?.code)));
}

export function refusesToken(code: number | undefined): boolean {
  return code !== undefined && outcomeOf(code) === 'failed' && meaningOf(code).retry === 'refresh';
}

function itemsByKey(refs: readonly PropertyRef[], result: unknown): ReadonlyMap<string, Fields> {
  const items = listOf(result);
  const [only] = items;
  const [asked] = refs;
  // Some vendors' clouds answer one property with a code and nothing else.
  if (
    asked !== undefined &&
    refs.length === 1 &&
    only !== undefined &&
    items.length === 1 &&
    only.siid === undefined &&
    only.did === undefined
  )
    return new Map([[keyOf(asked), only]]);
  return new Map(items.map((item) => [`${idText(item.siid)}.${idText(item.piid)}.${idText(item.did)}`, item]));
}

function failedWith(ref: PropertyRef, code: number): PropertyResult {
  return { ...bare(ref), ok: false, code, error: codeError(code, ref.did, `property ${ref.siid}.${ref.piid}`) };
}

function failed(ref: PropertyRef, code: number, error: 'TIMEOUT' | 'UNKNOWN_OUTCOME', sentence: string): PropertyResult {
  const message = `Device ${ref.did} (property ${ref.siid}.${ref.piid}) ${sentence}`;
  return { ...bare(ref), ok: false, code, error: new LumiotError(error, message, { device: ref.did }) };
}

function bare({ did, siid, piid }: PropertyRef): PropertyRef {
  return { did, siid, piid };
}

export function isCloudValue(value: unknown): value is CloudValue {
  return typeof value === 'boolean' || typeof value === 'string' || (typeof value === 'number' && Number.isFinite(value));
}
