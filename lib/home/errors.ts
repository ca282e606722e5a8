/** The one error type of the package: every failure a flow can meet carries a code that it can branch on. */

export type ErrorCode =
  | 'BAD_INPUT'
  | 'NOT_CONFIGURED'
  | 'GATEWAY_NOT_FOUND'
  | 'GATEWAY_OFFLINE'
  | 'PORT_CLOSED'
  | 'KEY_MISSING'
  | 'KEY_INVALID'
  | 'TIMEOUT'
  | 'NO_DEVICE'
  | 'DEVICE_OFFLINE'
  | 'UNSUPPORTED'
  | 'NOT_APPLIED'
  | 'QUEUE_FULL'
  | 'SOCKET'
  | 'STORE_FAILED'
  | 'LOGIN_NEEDED'
  | 'MISCONFIGURED'
  | 'CLOUD_UNREACHABLE'
  | 'RATE_LIMITED'
  | 'TOKEN_REJECTED'
  | 'UNKNOWN_OUTCOME'
  /** What the cloud or a device answered, where no code of ours says it: `MIOT_-704030013` (miot-cloud.md §2.4). */
  | `MIOT_-${number}`;

export interface ErrorDetails {
  /** Device id (sid or did). */
  readonly device?: string | undefined;
  /** Gateway sid. */
  readonly gateway?: string | undefined;
  readonly cause?: unknown;
}

/** An error with a code and a complete English sentence that says what to do. */
export class LumiotError extends Error {
  readonly code: ErrorCode;
  readonly device?: string;
  readonly gateway?: string;

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = 'LumiotError';
    this.code = code;
    if (details.device !== undefined) this.device = details.device;
    if (details.gateway !== undefined) this.gateway = details.gateway;
  }
}

/** Narrows anything that was thrown to a `LumiotError`; what was not one of ours becomes the given code with its text kept. */
export function toLumiotError(error: unknown, code: ErrorCode, details: ErrorDetails = {}): LumiotError {
  if (error instanceof LumiotError) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new LumiotError(code, text, { ...details, cause: error });
}
