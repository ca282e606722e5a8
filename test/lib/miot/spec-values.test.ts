/** What flows send to a property, and what devices say of it. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { SpecProperty } from '../../../lib/miot/spec-types';
import { fromWire, toArgument, toWire, valueName } from '../../../lib/miot/spec-values';

function described(members: Partial<SpecProperty>): SpecProperty {
  const name = 'thing:level';
  return { name, siid: 2, piid: 1, label: 'Thing · Level', format: 'integer', canRead: true, canWrite: true, canNotify: true, ...members };
}

const onOff = described({ format: 'boolean' });
const brightness = described({ name: 'light:brightness', unit: '%', range: { min: 1, max: 100, step: 1 } });
const temperature = described({ format: 'number', unit: '°C', range: { min: 16, max: 30.3, step: 0.5 } });
const mode = described({
  values: [
    { value: 1, name: 'day', label: 'Tag' },
    { value: 5, name: 'night-light', label: 'Nachtlicht' },
  ],
});
const color = described({ unit: 'rgb', range: { min: 0, max: 16_777_215, step: 1 } });
const text = described({ format: 'text' });
const unknown = described({ format: 'text', isUndescribed: true });

function refused(property: SpecProperty, value: unknown, sentence: RegExp): void {
  assert.throws(
    () => toWire(property, value),
    (error) => error instanceof LumiotError && error.code === 'BAD_INPUT' && sentence.test(error.message),
    String(value),
  );
}

describe('a value for the wire', () => {
  it('is true or false in many words', () => {
    for (const value of [true, 'on', 'ON', ' true ', 'yes', 1, '1']) assert.equal(toWire(onOff, value), true, String(value));
    for (const value of [false, 'off', 'False', 'no', 0, '0']) assert.equal(toWire(onOff, value), false, String(value));
    for (const value of [2, 'maybe', '', null, undefined, {}, [], Number.NaN]) refused(onOff, value, /takes true or false/);
  });

  it('is a number, also as text and with its unit', () => {
    for (const value of [40, '40', ' 40 ', '40%', '40 %', 40.4]) assert.equal(toWire(brightness, value), 40, String(value));
    for (const value of ['', 'forty', '40 W', true, null, undefined, {}, [40], Number.NaN, Number.POSITIVE_INFINITY, '0x10'])
      refused(brightness, value, /takes a number from 1 to 100 % in steps of 1\.$/);
  });

  it('is refused outside of the range, with range and unit', () => {
    for (const value of [0, 0.6, 101, 100.4, '-1', 1e300])
      refused(brightness, value, /^light:brightness cannot be .*: it takes a number from 1 to 100 % /);
    assert.deepEqual([toWire(brightness, 1), toWire(brightness, 100)], [1, 100]);
  });

  it('is rounded to the next step, and stays within the range', () => {
    assert.deepEqual(
      [16, 16.2, 16.3, '21.74', 30, 30.3].map((value) => toWire(temperature, value)),
      [16, 16, 16.5, 21.5, 30, 30],
    );
    const tenths = described({ format: 'number', range: { min: 0, max: 1, step: 0.1 } });
    assert.deepEqual(
      [0.3, 0.7, 1].map((value) => toWire(tenths, value)),
      [0.3, 0.7, 1],
    );
    assert.ok(Object.is(toWire(described({ range: { min: -5, max: 5, step: 1 } }), -0.2), 0));
  });

  it('is whole where the format is, range or not', () => {
    assert.equal(toWire(described({}), 2.6), 3);
    assert.equal(toWire(described({ format: 'number' }), 2.6), 2.6);
  });

  it('is a colour in hexadecimal digits', () => {
    assert.equal(toWire(color, '#ff8800'), 0xff8800);
    assert.equal(toWire(color, 255), 255);
    for (const value of ['#ff88', 'ff8800', '#gg0000', 16_777_216]) refused(color, value, /from 0 to 16777215 in steps/);
    refused(brightness, '#000028', /takes a number/);
  });

  it('is a value of a list by number, name or label', () => {
    for (const value of [5, '5', 'night-light', 'Night-Light', 'nachtlicht']) assert.equal(toWire(mode, value), 5, String(value));
    for (const value of [2, 'dusk', '', null, true, {}]) refused(mode, value, /takes one of day \(1\), night-light \(5\)\.$/);
  });

  it('names no more values of a list than anybody would read', () => {
    const many = described({ values: Array.from({ length: 500 }, (_, value) => ({ value, name: `n-${value}`, label: '' })) });
    refused(many, 'x', /^.{1,400}, n-19 \(19\), …\.$/);
    refused(described({ values: many.values?.slice(0, 20) ?? [] }), 'x', /, n-19 \(19\)\.$/);
  });

  it('is text, whatever it was', () => {
    assert.deepEqual(
      ['', 'a', 7, true].map((value) => toWire(text, value)),
      ['', 'a', '7', 'true'],
    );
    for (const value of [null, undefined, {}, [], Number.NaN]) refused(text, value, /takes text/);
  });

  it('is no whole number that would lose digits on its way', () => {
    const counted = described({});
    assert.equal(toWire(counted, '9007199254740991'), 9007199254740991);
    for (const value of ['9007199254740993', 2 ** 53, -(2 ** 60)])
      refused(counted, value, /takes a whole number from -9007199254740991 to 9007199254740991/);
  });

  it('goes to no property that is only told, but to any input of an action', () => {
    const told = described({ canWrite: false });
    refused(told, 1, /thing:level cannot be set/);
    assert.equal(toArgument(told, 1), 1);
  });

  it('is shown in an error, and no longer than anybody would read', () => {
    const shown = (value: unknown, sentence: string): void =>
      assert.throws(
        () => toWire(brightness, value),
        ({ message }: Error) => message.startsWith(`light:brightness cannot be ${sentence}: it takes`),
        sentence,
      );
    shown('x'.repeat(10_000), `"${'x'.repeat(60)}…"`);
    shown('x'.repeat(61), `"${'x'.repeat(60)}…"`);
    shown('x'.repeat(60), `"${'x'.repeat(60)}"`);
    shown([1], 'a list');
    shown({ a: 1 }, 'an object');
    shown(null, 'null');
    shown(undefined, 'undefined');
    shown(true, 'true');
    shown(101, '101');
  });

  it('is any plain one where nothing describes the property', () => {
    for (const value of [true, 0, -1.5, '', 'on', '40 %']) assert.equal(toWire(unknown, value), value);
    for (const value of [null, undefined, {}, [1], Number.NaN, Number.POSITIVE_INFINITY])
      refused(unknown, value, /it takes true or false, a number or text\.$/);
    assert.equal(toWire(described({ isUndescribed: false }), '40'), 40);
  });

  it('is no other thing that would read as the same text', () => {
    refused(onOff, ['on'], /takes true or false/);
    refused(onOff, { toString: () => 'on' }, /takes true or false/);
    refused(brightness, { valueOf: () => 40 }, /takes a number/);
  });
});

describe('a value from the wire', () => {
  it('is freed from the digits that conversion left', () => {
    const measured = described({ format: 'number', range: { min: -30, max: 100, step: 0.1 } });
    assert.equal(fromWire(measured, 22.700000762939453), 22.7);
    assert.equal(fromWire(described({ format: 'number' }), 22.700000762939453), 22.7);
    assert.equal(fromWire(described({ format: 'number' }), 1.23456789012), 1.23456789012);
    assert.equal(fromWire(described({}), 22.000001), 22);
    assert.ok(Object.is(fromWire(measured, -0.001), 0));
  });

  it('is kept outside of the range: descriptions err', () => {
    assert.equal(fromWire(brightness, 0), 0);
    assert.equal(fromWire(mode, 9), 9);
  });

  it('is taken in the types that devices use', () => {
    assert.deepEqual(
      [true, false, 1, 0, 'true', 'off'].map((value) => fromWire(onOff, value)),
      [true, false, true, false, true, false],
    );
    assert.equal(fromWire(brightness, '40'), 40);
    assert.equal(fromWire(text, 'a'), 'a');
  });

  it('keeps every digit of a whole number above 2^53, as text: a number would lose some', () => {
    const [above, below] = ['9007199254740993', '-18446744073709551615'];
    assert.deepEqual(
      [above, below, ` ${above} `, '9007199254740991'].map((value) => fromWire(described({}), value)),
      [above, below, above, 9007199254740991],
    );
    // Measured is not counted: nobody misses its last digits.
    assert.equal(fromWire(described({ format: 'number' }), above), 9007199000000000);
    assert.equal(fromWire(text, above), above);
  });

  it('is kept as it is where nothing describes the property', () => {
    for (const value of [true, 0, 22.700000762939453, '', 'on']) assert.equal(fromWire(unknown, value), value);
    for (const value of [null, undefined, {}, [1], Number.NaN]) assert.equal(fromWire(unknown, value), undefined);
    assert.equal(fromWire(described({ isUndescribed: false }), '40'), 40);
  });

  it('is undefined where it makes no sense', () => {
    for (const value of [2, 'maybe', null, undefined, {}, []]) assert.equal(fromWire(onOff, value), undefined);
    for (const value of [true, 'x', '', null, undefined, {}, [1], Number.NaN, Number.NEGATIVE_INFINITY])
      assert.equal(fromWire(brightness, value), undefined);
    for (const value of [1, true, null, undefined, {}]) assert.equal(fromWire(text, value), undefined);
  });

  it('has a name where the property has a list', () => {
    assert.deepEqual(
      [1, 5, 2, '1', undefined].map((value) => valueName(mode, value)),
      ['day', 'night-light', undefined, undefined, undefined],
    );
    assert.equal(valueName(brightness, 1), undefined);
  });
});
