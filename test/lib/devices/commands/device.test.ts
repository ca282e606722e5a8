/** What a person sends to any device, and which device a message means. */

import assert from 'node:assert/strict';
import { parseDevice, targetId } from '../../../../lib/devices/commands/device';
import { LumiotError } from '../../../../lib/home/errors';

const refused = (payload: unknown): void =>
  assert.throws(
    () => parseDevice(payload),
    (error) => error instanceof LumiotError && error.code === 'BAD_INPUT',
  );

describe('a command for any device', () => {
  it('may set up to twenty values, written as people write them', () => {
    assert.deepEqual(
      { ...(parseDevice({ set: { on: 'ON', brightness: '40', mode: 'cool' } }) as { set: object }).set },
      { on: true, brightness: 40, mode: 'cool' },
    );
    const many = (count: number): object => Object.fromEntries(Array.from({ length: count }, (_, index) => [`field_${index}`, index]));
    assert.equal(Object.keys((parseDevice({ write: many(20) }) as { write: object }).write).length, 20);
    refused({ write: many(21) });
    refused({ set: {} });
  });

  it('never writes the key itself', () => refused({ write: { key: 'x' } }));

  it('takes one wish at a time', () => {
    assert.deepEqual(parseDevice({ read: true }), { read: true });
    for (const payload of [{}, { read: false }, { read: true, set: { on: true } }, { set: 7 }, null, 'read']) refused(payload);
  });
});

describe('the device of a message', () => {
  it('is an id, or an object with one', () => {
    assert.equal(targetId(' 158d0001a2b3c4 '), '158d0001a2b3c4');
    assert.equal(targetId({ id: ' 158d0001a2b3c4 ' }), '158d0001a2b3c4');
  });

  it('is none otherwise', () => {
    for (const target of [undefined, null, 7, [], {}, { id: 7 }, { name: 'x' }]) assert.equal(targetId(target), '', JSON.stringify(target));
  });
});
