/** How much of a foreign file is looked at. A backup is packed, so what arrives says nothing about what it becomes. */

const MEBIBYTE = 2 ** 20;

export interface ImportLimits {
  /** The file as it came. */
  readonly inputBytes: number;
  /** A log or a list: it is read in one go. */
  readonly textBytes: number;
  /** A backup, unpacked as far as it is read. */
  readonly inflatedBytes: number;
  /** All that is taken out of a backup, and kept in memory. */
  readonly memberBytes: number;
  /** Files in a backup. */
  readonly members: number;
  readonly durationMs: number;
  readonly devices: number;
}

export const standardLimits: ImportLimits = {
  inputBytes: 64 * MEBIBYTE,
  textBytes: 16 * MEBIBYTE,
  inflatedBytes: 256 * MEBIBYTE,
  memberBytes: 64 * MEBIBYTE,
  members: 100_000,
  durationMs: 60_000,
  devices: 10_000,
};

/** "64 MB", for sentences. */
export function megabytes(bytes: number): string {
  return bytes < MEBIBYTE ? `${Math.ceil(bytes / 1024)} kB` : `${Math.floor(bytes / MEBIBYTE)} MB`;
}
