/** Devices without a description, by their numbers. */

import assert from 'node:assert/strict';
import { isNumbers, isPlainValue, numbersIn, numbersSpec } from '../../../lib/miot/spec-numbers';

describe('a device that nothing describes', () => {
  it('is used by numbers', () => {
    for (const name of ['2.1', ' 2.1 ', '123456789.987654321']) assert.ok(isNumbers(name), name);
    for (const name of ['', '2', '2.', '.1', '2.1.3', '-2.1', 'a.b', '2.1e', '1234567890.1', '2,1']) assert.ok(!isNumbers(name), name);
    assert.deepEqual(numbersIn({ '2.1': 1, 'light:on': true, '2.10': 0 }), ['2.1', '2.10']);
  });

  it('has the properties that are asked for, and takes and gives anything', () => {
    const { properties, actions, events, main, isProprietary } = numbersSpec(['2.1', 'light:on', ' 04.10 ']);
    assert.deepEqual(
      properties.map(({ name, siid, piid }) => [name, siid, piid]),
      [
        ['2.1', 2, 1],
        ['4.10', 4, 10],
      ],
    );
    assert.deepEqual(properties[0], {
      name: '2.1',
      siid: 2,
      piid: 1,
      label: '2.1',
      format: 'text',
      isUndescribed: true,
      canRead: true,
      canWrite: true,
      canNotify: false,
    });
    assert.deepEqual([actions, events, main, isProprietary], [[], [], undefined, false]);
  });

  it('has the actions that are asked for, with inputs of the same service', () => {
    const { actions, properties } = numbersSpec([], ['3.2', 'vacuum:start'], ['1', '5', '0', '-1', 'x', '1.5', '']);
    assert.deepEqual(properties, []);
    assert.deepEqual(
      actions.map(({ name, label, siid, aiid, inputs, outputs }) => [
        name,
        label,
        siid,
        aiid,
        inputs.map((one) => [one.name, one.siid, one.piid]),
        outputs,
      ]),
      [
        [
          '3.2',
          '3.2',
          3,
          2,
          [
            ['1', 3, 1],
            ['5', 3, 5],
          ],
          [],
        ],
      ],
    );
  });

  it('holds plain values only', () => {
    assert.deepEqual(
      [true, false, 0, -1.5, '', 'x'].map(isPlainValue),
      Array.from({ length: 6 }, () => true),
    );
    assert.deepEqual([null, undefined, {}, [], Number.NaN, Number.NEGATIVE_INFINITY].filter(isPlainValue), []);
  });
});
