/** What a method of a Wi-Fi device gives: a result, or one of the errors of miio-lan.md §4.3. */

export type Outcome = { readonly result: unknown } | { readonly error: { readonly code: number; readonly message: string } };

export function gives(result: unknown): Outcome {
  return { result };
}

export const outcomes = {
  /** Also where it was asked for too much at once. */
  ackTimeout: refuses(-9999, 'user ack timeout'),
  unsupported: refuses(-10_000, 'method not found'),
  badParams: refuses(-5005, 'params error'),
} as const;

/** Codes of single items. */
export const itemCodes = {
  ok: 0,
  notReadable: -4001,
  notWritable: -4002,
  notThere: -4003,
  badValue: -4005,
  badArguments: -4006,
} as const;

function refuses(code: number, message: string): Outcome {
  return { error: { code, message } };
}
