/**
 * Packets gathered from public sources, read by the parser, each judged by what is expected of it. The corpus is not part of the
 * repository: LUMIOT_CORPUS names its folder.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseDeviceJson } from '../../../lib/miio/json';
import { decodePacket, encodeRequest, HELLO, isOf, keysOf, readHeader, readHelloReply } from '../../../lib/miio/packet';

interface Expectation {
  readonly checksum_ok?: boolean;
  readonly plaintext?: string;
  readonly nul_terminated?: boolean;
  readonly json_ok?: boolean;
  readonly repaired?: unknown;
  readonly repaired_value?: unknown;
  readonly token_disclosed?: boolean;
  readonly token?: string;
}

interface Row {
  readonly id: string;
  readonly raw: string;
  readonly kind: 'hello' | 'hello-reply' | 'message' | 'message-bad' | 'short-packet';
  readonly device_id: number;
  readonly stamp: number;
  readonly malformed?: boolean;
  readonly token?: string;
  readonly expect?: Expectation;
}

const judges: Readonly<Record<Row['kind'], (row: Row, bytes: Buffer, expect: Expectation) => void>> = {
  hello: (_row, bytes) => {
    assert.ok(bytes.equals(HELLO));
    assert.equal(readHelloReply(bytes).ok, false);
  },
  'hello-reply': (row, bytes, expect) => {
    const reading = readHelloReply(bytes);
    assert.ok(reading.ok);
    assert.ok(isOf(reading.header, String(row.device_id)));
    assert.equal(reading.header.stamp, row.stamp);
    assert.equal(reading.token, expect.token_disclosed ? expect.token : '');
  },
  message: (row, bytes, expect) => {
    assert.equal(expect.checksum_ok, true);
    const keys = keysOf(row.token ?? '');
    const reading = decodePacket(keys, bytes);
    assert.ok(reading.ok);
    assert.ok(isOf(reading.header, String(row.device_id)));
    assert.equal(reading.header.stamp, row.stamp);
    assert.equal(reading.text, expect.plaintext);
    // Made again it is the same, byte for byte: a NUL at its end is where one is expected.
    if (expect.nul_terminated !== undefined) {
      const text = `${reading.text}${expect.nul_terminated ? '\0' : ''}`;
      assert.equal(encodeRequest(keys, reading.header.did64, row.stamp, text).toString('hex'), row.raw);
    }
    judgeJson(reading.text, expect);
  },
  'message-bad': judgeBroken,
  'short-packet': judgeBroken,
};

function judgeJson(text: string, expect: Expectation): void {
  const value = parseDeviceJson(text);
  if (expect.json_ok !== false) assert.deepEqual(value, JSON.parse(text));
  else assert.throws(() => JSON.parse(text));
  if ('repaired' in expect) assert.deepEqual(value ?? null, expect.repaired);
  if ('repaired_value' in expect) {
    const { result } = value as { readonly result: readonly { readonly value?: unknown }[] };
    assert.equal(result.at(-1)?.value, expect.repaired_value);
  }
  if (expect.json_ok === false && !('repaired' in expect) && !('repaired_value' in expect)) assert.equal(value, undefined);
}

function judgeBroken(_row: Row, bytes: Buffer): void {
  assert.equal(readHeader(bytes).ok, false);
  assert.equal(readHelloReply(bytes).ok, false);
  const reading = decodePacket(keysOf('00112233445566778899aabbccddeeff'), bytes);
  assert.ok(!reading.ok && reading.fault === 'malformed');
}

const folder = process.env.LUMIOT_CORPUS;

(folder ? describe : describe.skip)('corpus of miIO packets', () => {
  const lines = folder ? readFileSync(path.join(folder, 'miio.jsonl'), 'utf8').split('\n') : [];
  const rows = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);

  it('is there', () => {
    assert.ok(rows.length >= 49, `${rows.length} rows`);
  });

  for (const row of rows) {
    it(`${row.id} (${row.kind}${row.malformed ? ', malformed' : ''}) is read as expected`, () => {
      judges[row.kind](row, Buffer.from(row.raw, 'hex'), row.expect ?? {});
    });
  }
});
