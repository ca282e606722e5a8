/** Messages gathered from public sources, read by the parser. The corpus is not part of the repository: LUMIOT_CORPUS names its folder. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'mocha';
import { isIgnored, parsePush } from '../../../lib/miot/payloads';
import type { PushEvent } from '../../../lib/miot/push-events';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly topic?: string;
  readonly raw?: string;
  readonly expect?: Readonly<Record<string, unknown>>;
}

type Fields = Readonly<Record<string, unknown>>;

const DID = '68332340';

/** Where a row does not say its topic, the one that its content would have come under. */
function topicOf(row: Row, params: Fields): string {
  if (row.topic !== undefined) return row.topic;
  const did = typeof params.did === 'string' ? params.did : DID;
  return 'eiid' in params
    ? `device/${did}/up/event_occured/${params.siid}/${params.eiid}`
    : `device/${did}/up/properties_changed/${params.siid}/${params.piid}`;
}

function paramsOf(row: Row): Fields | undefined {
  try {
    const { params } = JSON.parse(row.raw ?? '') as { params?: unknown };
    if (typeof params !== 'object' || params === null || Array.isArray(params)) return undefined;
    const fields = params as Fields;
    return 'siid' in fields && ('eiid' in fields || 'value' in fields) ? fields : undefined;
  } catch {
    return undefined;
  }
}

function read(row: Row, params: Fields): PushEvent {
  const result = parsePush(topicOf(row, params), Buffer.from(row.raw ?? ''));
  assert.ok(!isIgnored(result), `${row.id}: ${isIgnored(result) ? result.ignored : ''}`);
  const [event] = result;
  assert.ok(event !== undefined && result.length === 1, row.id);
  return event;
}

const folder = process.env.LUMIOT_CORPUS;

(folder ? describe : describe.skip)('corpus of push messages', () => {
  const lines = folder ? readFileSync(path.join(folder, 'cloud.jsonl'), 'utf8').split('\n') : [];
  const rows = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
  const shaped = rows.flatMap((row) => {
    const params = paramsOf(row);
    return params === undefined ? [] : [{ row, params }];
  });

  it('is there', () => {
    assert.ok(rows.filter(({ kind }) => kind === 'mqtt').length >= 4);
    assert.ok(shaped.length >= 8, `${shaped.length} rows`);
  });

  it('is read as expected', () => {
    for (const row of rows.filter(({ kind }) => kind === 'mqtt')) {
      const event = read(row, paramsOf(row) ?? {}) as unknown as Fields;
      const { envelope: _envelope, must_not_crash: _must, ...expected } = row.expect ?? {};
      assert.ok(Object.keys(expected).length >= 3, row.id);
      for (const [key, value] of Object.entries(expected)) assert.deepEqual(event[key], value, `${row.id} ${key}`);
    }
  });

  it('keeps the arguments of an event without a method', () => {
    const row = rows.find(({ id }) => id === 'cloud-0001');
    assert.ok(row);
    const event = read(row, {});
    assert.deepEqual(event.kind === 'event' && event.arguments, [{ piid: 1004, value: 2 }]);
  });

  it('holds nothing of the shape of a push that is not read, value by value', () => {
    for (const { row, params } of shaped) {
      const event = read(row, params);
      const did = typeof params.did === 'string' ? params.did : DID;
      if ('eiid' in params) {
        assert.ok(event.kind === 'event');
        assert.deepEqual([event.did, event.siid, event.eiid, event.arguments], [did, params.siid, params.eiid, params.arguments], row.id);
      } else {
        assert.ok(event.kind === 'property');
        assert.deepEqual([event.did, event.siid, event.piid, event.value], [did, params.siid, params.piid, params.value], row.id);
      }
    }
  });

  it('breaks nothing, whatever the row and under every topic', () => {
    for (const { raw } of rows)
      for (const topic of [`device/${DID}/up/properties_changed/2/1`, `device/${DID}/up/event_occured/2/1`, `device/${DID}/state/online`])
        assert.doesNotThrow(() => parsePush(topic, Buffer.from(raw ?? '')));
  });
});
