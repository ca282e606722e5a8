/**
 * Answers of the real cloud gathered from public sources, read as lib/miot reads them. Runs only where the environment variable
 * LUMIOT_CORPUS names the folder of `cloud.jsonl`.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  actionResult,
  type Fields,
  idText,
  listOf,
  parseAnswer,
  parseExactly,
  readResults,
  text,
  wholeNumber,
  writeResults,
} from '../../../lib/miot/cloud-answer';
import type { PropertyRef, PropertyResult } from '../../../lib/miot/cloud-device';
import { meaningOf } from '../../../lib/miot/codes';
import { deviceOf, isFromSomebody } from '../../../lib/miot/device-list';
import { recordOf } from '../../../lib/miot/spec-json';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly raw: string;
  readonly expect?: Fields;
}

const kinds: readonly string[] = [
  'props-get',
  'props-set',
  'props-get-item',
  'props-set-item',
  'device-list',
  'device',
  'cloud-api',
  'cloud-error',
  'message-typelist',
  'props',
];

/** Words of the corpus for kinds of failure, as our errors. */
const classes: Readonly<Record<string, string>> = {
  timeout: 'TIMEOUT',
  'device-not-found': 'NO_DEVICE',
  'not-possible-now': 'MIOT_-704053100',
  busy: 'MIOT_-30012',
};

const place = { home: 'Flat', room: 'Kitchen', isShared: false };
/** Rows from before descriptions existed have no URN, and are left out without one. */
const someUrn = 'urn:miot-spec-v2:device:light:0000A001:pretend-lamp1:1';

/** The items of a row, wherever they stand in it. */
function itemsOf(value: unknown): readonly Fields[] {
  const whole = recordOf(value);
  if (whole === undefined) return listOf(value);
  const { result } = whole;
  const inside = Array.isArray(result) ? result : (recordOf(result)?.list ?? result);
  return 'result' in whole ? listOf(Array.isArray(inside) ? inside : [inside]) : [whole];
}

function refOf(item: Fields): PropertyRef {
  return { did: idText(item.did), siid: wholeNumber(item.siid) ?? 0, piid: wholeNumber(item.piid) ?? 0 };
}

/** Everything lib/miot makes of a row: what would be read, written, done and listed if the cloud answered so. */
function readAll(row: Row): {
  readonly reads: readonly PropertyResult[];
  readonly writes: readonly PropertyResult[];
  readonly devices: readonly unknown[];
} {
  const value = parseExactly(row.raw);
  const items = itemsOf(value);
  const refs = items.map(refOf);
  parseAnswer(row.raw);
  for (const item of items) actionResult({ did: idText(item.did), siid: 2, aiid: 1 }, item);
  // One at a time, so that an item without ids is known for what it is.
  const reads = items.flatMap((item, index) => readResults(refs.slice(index, index + 1), [item]));
  const writes = items.flatMap((item, index) =>
    writeResults(
      refs.slice(index, index + 1).map((ref) => ({ ...ref, value: true })),
      [item],
    ),
  );
  return { reads, writes, devices: items.map((item) => (isFromSomebody(item) ? item : deviceOf(item, place))) };
}

const codeOf = (result: PropertyResult | undefined): string => (result === undefined ? 'none' : result.ok ? 'ok' : result.error.code);

/** How each kind is compared with what was expected of it. */
const judges: Readonly<Record<string, (row: Row, expected: Fields) => void>> = {
  'props-get': (row, expected) => {
    const { reads } = readAll(row);
    assert.equal(parseAnswer(row.raw)?.code, 0);
    assert.equal(reads.length, expected.items);
    for (const read of reads) {
      assert.equal(read.ok, expected.ok);
      assert.ok(!read.ok && read.code === expected.item_code);
      // Not a question of the token (miot-cloud.md §2.4).
      assert.deepEqual([read.error.code, meaningOf(read.code).retry], ['NO_DEVICE', 'no']);
    }
  },
  'props-get-item': (row, expected) => {
    const [read] = readAll(row).reads;
    assert.equal(read?.ok, expected.ok);
    assert.equal(codeOf(read), classes[text(expected.class)]);
  },
  'props-set': (row, expected) => {
    assert.equal(expected.class, 'accepted-pending');
    const [write] = readAll(row).writes;
    assert.ok(write?.ok && write.isAccepted);
  },
  'props-set-item': (row, expected) => {
    const [write] = readAll(row).writes;
    assert.equal(write?.ok, expected.ok);
    assert.equal(codeOf(write), classes[text(expected.class)]);
  },
  'cloud-api': (row, expected) => {
    assert.equal(parseAnswer(row.raw)?.code === 0, expected.ok);
  },
  'cloud-error': (row, expected) => {
    const answer = parseAnswer(row.raw);
    assert.equal(answer?.code === 0, expected.ok);
    assert.equal(meaningOf(answer?.code ?? 0).error, 'BAD_INPUT');
  },
  device: (row, expected) => {
    const [item] = itemsOf(parseExactly(row.raw));
    assert.ok(item);
    assert.equal(deviceOf(item, place), undefined, 'without a description');
    const device = deviceOf({ ...item, spec_type: someUrn }, place);
    if (idText(item.did).startsWith('miwifi.')) {
      assert.equal(device, undefined);
      return;
    }
    assert.ok(device);
    const wanted = { model: device.model, online: device.isOnline, parent_id: device.parent };
    for (const [key, value] of Object.entries(expected)) if (key in wanted) assert.equal(wanted[key as keyof typeof wanted], value, key);
    assert.doesNotMatch(JSON.stringify(device), /longitude|latitude|ssid/);
  },
  'message-typelist': (row, expected) => {
    assert.equal(expected.unsafe_integer, true);
    assert.ok(row.raw.includes('1479393965236494336'));
    assert.ok(JSON.stringify(parseExactly(row.raw)).includes('"1479393965236494336"'));
  },
};

const folder = process.env.LUMIOT_CORPUS;

(folder ? describe : describe.skip)('corpus of answers of the cloud', () => {
  const lines = folder ? readFileSync(path.join(folder, 'cloud.jsonl'), 'utf8').split('\n') : [];
  const rows = lines
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as Row)
    .filter(({ kind }) => kinds.includes(kind));
  const expected = rows.filter(({ expect }) => expect !== undefined && expect !== null);

  it('is there', () => {
    assert.ok(rows.length > 40, `${rows.length} rows`);
    assert.ok(expected.length >= 10, `${expected.length} expectations`);
  });

  for (const { id, kind, raw } of rows) {
    it(`${id} (${kind}) is read without an exception`, () => {
      assert.doesNotThrow(() => readAll({ id, kind, raw }));
    });
  }

  for (const row of expected) {
    it(`${row.id} (${row.kind}) is read as expected`, () => {
      const judge = judges[row.kind];
      assert.ok(judge, `nothing is known of ${row.kind}`);
      judge(row, row.expect ?? {});
    });
  }

  it('has what a flow asked for among the values', () => {
    const values = rows
      .filter(({ kind }) => kind === 'props')
      .flatMap((row) => itemsOf(parseExactly(row.raw)).filter((item) => 'value' in item && 'did' in item))
      .map((item) => readResults([refOf(item)], [item])[0]);
    assert.ok(values.length >= 3);
    assert.ok(values.every((result) => result?.ok));
  });

  it('becomes a device where a list row has everything, and nothing where it has not', () => {
    const listed = rows.filter(({ kind }) => kind === 'device-list').flatMap((row) => itemsOf(parseExactly(row.raw)));
    assert.ok(listed.length >= 5, `${listed.length} devices`);
    for (const item of listed) {
      assert.equal(deviceOf(item, place), undefined);
      const device = deviceOf({ ...item, spec_type: someUrn }, place);
      assert.equal(device?.did, idText(item.did));
      assert.ok(device?.connection === undefined || device.connection >= 0);
    }
  });

  it('is cut anywhere without an exception', () => {
    for (const row of rows) {
      const step = Math.max(1, Math.floor(row.raw.length / 40));
      for (let end = 0; end < row.raw.length; end += step) assert.equal(parseExactly(row.raw.slice(0, end)), undefined);
    }
  });
});
