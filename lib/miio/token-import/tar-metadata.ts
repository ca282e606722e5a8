/**
 * Headers that tell of the next file in a tar archive, such as its long name: looked at before modern-tar 0.8.6 reads them, because it takes
 * time by the square of their length, hours for the largest it accepts.
 */

const BLOCK_BYTES = 512;
const SIZE_AT = 124;
const CHECKSUM_AT = 148;
const CHECKSUM_BYTES = 8;
const TYPE_AT = 156;
const SPACE = 32;
/** pax for one file and for all, GNU's long names. */
const types: ReadonlySet<number> = new Set(Buffer.from('xgLK'));
/** A path has 4,096 bytes at most; a few short values stand beside it. */
const MOST_BYTES = 8_192;

/** Sees every block that may be a header, also inside of files: so it cannot lose count where the reader does not. */
export class MetadataGuard {
  #rest: Buffer = Buffer.alloc(0);

  /** False where a header is longer than any that a phone writes. */
  accepts(piece: Uint8Array): boolean {
    const bytes = Buffer.concat([this.#rest, piece]);
    const whole = bytes.length - (bytes.length % BLOCK_BYTES);
    this.#rest = bytes.subarray(whole);
    for (let at = 0; at < whole; at += BLOCK_BYTES) {
      if (types.has(bytes[at + TYPE_AT] ?? 0) && isTooLong(bytes.subarray(at, at + BLOCK_BYTES))) return false;
    }
    return true;
  }
}

function isTooLong(block: Buffer): boolean {
  // Only numbers beyond eight gibibytes need be written in binary, which begins so.
  const isBinary = (block[SIZE_AT] ?? 0) >= 0x80;
  return (isBinary || octal(block, SIZE_AT, 12) > MOST_BYTES) && isHeader(block);
}

/** A header is told from the content of a file by its sum. */
function isHeader(block: Buffer): boolean {
  const isOfSum = (index: number): boolean => index >= CHECKSUM_AT && index < CHECKSUM_AT + CHECKSUM_BYTES;
  const sum = block.reduce((total, byte, index) => total + (isOfSum(index) ? SPACE : byte), 0);
  return sum === octal(block, CHECKSUM_AT, CHECKSUM_BYTES);
}

function octal(block: Buffer, at: number, length: number): number {
  const [digits = ''] = block.toString('latin1', at, at + length).split('\0', 1);
  return Number.parseInt(digits.replaceAll(' ', ''), 8);
}
