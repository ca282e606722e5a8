/** What devices answer, narrowed once: `unknown` comes in here, typed values go out (miio-lan.md §4.1). Never throws. */

import { codeError, outcomeOf } from './codes';
import { leftOut, type Named } from './sentences';
import type { MiioInfo, MiioRef, MiioResult, MiioValue } from './types';

type Fields = Readonly<Record<string, unknown>>;

export function keyOf({ did, siid, piid }: MiioRef): string {
  return `${siid}.${piid}.${did}`;
}

/** Results by what was asked, whatever their order. Undefined where it is no list of results: the model does not speak by number. */
export function readResults(refs: readonly MiioRef[], result: unknown, device: Named, isRead: boolean): readonly MiioResult[] | undefined {
  if (!Array.isArray(result)) return undefined;
  const items = result.map(fieldsOf).filter((item) => item !== undefined);
  if (items.length === 0 && refs.length > 0 && result.length > 0) return undefined;
  const dids = new Set(refs.map(({ did }) => did));
  const byKey = new Map<string, Fields>();
  for (const item of items) {
    const [siid, piid] = [wholeNumber(item.siid), wholeNumber(item.piid)];
    if (siid === undefined || piid === undefined) continue;
    const echoed = typeof item.did === 'number' ? String(item.did) : text(item.did);
    // The number of the request has matched: a device that calls itself something else still means what it was asked for.
    for (const did of dids.has(echoed) ? [echoed] : dids) {
      const key = keyOf({ did, siid, piid });
      if (!byKey.has(key)) byKey.set(key, item);
    }
  }
  return refs.map((ref) => resultOf(ref, byKey.get(keyOf(ref)), device, isRead));
}

function resultOf({ did, siid, piid }: MiioRef, item: Fields | undefined, device: Named, isRead: boolean): MiioResult {
  const ref = { did, siid, piid };
  const what = `property ${siid}.${piid}`;
  if (item === undefined) return { ...ref, ok: false, code: 0, error: leftOut(device, what) };
  const code = wholeNumber(item.code);
  const value = plainValue(item.value);
  const outcome = outcomeOf(code);
  if (outcome === 'failed' && code !== undefined) return { ...ref, ok: false, code, error: codeError(code, device, what) };
  // Some devices tell a value without a code.
  const isTold = isRead && code === undefined && value !== null;
  return { ...ref, ok: true, value, isAccepted: outcome !== 'ok' && !isTold };
}

export interface ActionAnswer {
  /** Undefined where none was told. */
  readonly code: number | undefined;
  readonly outputs: readonly MiioValue[];
}

/** Outputs come as bare values or with the numbers of their properties. */
export function readAction(result: unknown): ActionAnswer {
  const fields = fieldsOf(Array.isArray(result) ? result[0] : result);
  const out = Array.isArray(fields?.out) ? fields.out : [];
  return { code: wholeNumber(fields?.code), outputs: out.map(outputOf) };
}

/** '' where there is none: the others keep their places. */
function outputOf(output: unknown): MiioValue {
  const fields = fieldsOf(output);
  return plainValue(fields !== undefined && 'piid' in fields ? fields.value : output) ?? '';
}

/** Without the token, the name of the Wi-Fi, and addresses of others. What a device does not tell is ''. */
export function readInfo(result: unknown): MiioInfo {
  const fields = fieldsOf(result);
  return {
    model: text(fields?.model),
    firmware: text(fields?.fw_ver),
    hardware: text(fields?.hw_ver),
    mac: text(fields?.mac),
  };
}

const secretKeys: ReadonlySet<string> = new Set(['token', 'ssid', 'bssid', 'passwd', 'psk']);

/** The same without what is secret, for a raw call of `miIO.info`. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  const fields = fieldsOf(value);
  if (fields === undefined) return value;
  return Object.fromEntries(
    Object.entries(fields)
      .filter(([key]) => !secretKeys.has(key.toLowerCase()))
      .map(([key, entry]) => [key, withoutSecrets(entry)]),
  );
}

/** Lists and objects become their JSON: a value is one thing. */
function plainValue(value: unknown): MiioValue | null {
  switch (typeof value) {
    case 'boolean':
    case 'number':
    case 'string':
      return value;
    default:
      return value === undefined || value === null ? null : JSON.stringify(value);
  }
}

function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function wholeNumber(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) ? value : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
