/** The words people use, and the many things that are no words. */

import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { badInput, isPlainObject, parseNumber, parseOnOff } from '../../../../lib/devices/commands/parse';

describe('on and off', () => {
  it('are understood in every usual form', () => {
    for (const value of [true, 1, '1', 'on', 'ON', ' On ', 'true', 'TRUE']) assert.equal(parseOnOff(value), true, String(value));
    for (const value of [false, 0, -0, '0', 'off', 'OFF ', 'false']) assert.equal(parseOnOff(value), false, String(value));
    for (const value of ['toggle', 'Toggle', ' TOGGLE ']) assert.equal(parseOnOff(value), 'toggle');
  });

  it('are nothing else', () => {
    for (const value of [
      2,
      -1,
      0.5,
      Number.NaN,
      '',
      ' ',
      '2',
      'yes',
      'onn',
      null,
      undefined,
      [],
      [1],
      {},
      1n,
      Symbol('on'),
      () => true,
      Buffer.from('on'),
      new Date(1),
      Object(true),
    ])
      assert.equal(parseOnOff(value), undefined, typeof value);
  });
});

describe('a number', () => {
  it('may be text', () => {
    for (const [value, number] of [
      [0, 0],
      [-1.5, -1.5],
      ['7', 7],
      [' 7.5 ', 7.5],
      ['-3', -3],
      ['1e2', 100],
    ] as const)
      assert.equal(parseNumber(value), number);
  });

  it('is finite and no other thing that JavaScript makes a number of', () => {
    for (const value of [
      '',
      '  ',
      'seven',
      '7°',
      Number.NaN,
      Number.POSITIVE_INFINITY,
      'Infinity',
      true,
      null,
      undefined,
      [],
      ['7'],
      {},
      new Date(7),
      7n,
    ])
      assert.equal(parseNumber(value), undefined, String(value));
  });
});

describe('a plain object', () => {
  it('may come from a function node or have no prototype', () => {
    for (const value of [{}, { on: true }, Object.create(null), runInNewContext('({ on: true })')]) assert.ok(isPlainObject(value));
  });

  it('is no list, date, buffer, map, error or value', () => {
    for (const value of [
      [],
      new Date(),
      Buffer.from('{}'),
      new Map(),
      new Error('no'),
      /x/,
      null,
      undefined,
      'text',
      7,
      () => ({}),
      runInNewContext('[]'),
      runInNewContext('new Date()'),
    ])
      assert.equal(isPlainObject(value), false, String(value));
  });
});

describe('what is not understood', () => {
  it('is shown, shortened, beside what would be', () => {
    assert.match(
      badInput('The payload', { on: 'maybe' }, "'on' or 'off'").message,
      /^The payload \{"on":"maybe"\} is not understood\. Send 'on' or 'off'\.$/,
    );
    assert.match(badInput('The payload', undefined, 'x').message, /\(nothing\)/);
    assert.ok(badInput('The payload', 'x'.repeat(1_000), 'x').message.length < 120);
  });

  it('never makes the telling of it fail', () => {
    const circular: Record<string, unknown> = {};
    circular.self = circular;
    const hostile = { toJSON: () => assert.fail('boo') };
    for (const value of [circular, 7n, Symbol('x'), () => 1, hostile]) assert.equal(badInput('The payload', value, 'x').code, 'BAD_INPUT');
  });
});
