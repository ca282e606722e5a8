/** Whatever the network sends: nothing throws, nothing poisons, what makes no sense is counted. */

import assert from 'node:assert/strict';
import type { Fields, Source } from '../../../lib/devices';
import { decode, definitions, describe as describeDefinition, unknownDefinition } from '../../../lib/devices';
import { vocabulary, type Word } from '../../../lib/home/vocabulary';
import { said } from './said';

const sources: readonly Source[] = ['report', 'heartbeat', 'read'];

const nonsense: readonly unknown[] = [
  null,
  undefined,
  '',
  ' ',
  'abc',
  '0x10',
  '1e999',
  '12abc',
  '-',
  '.',
  'Infinity',
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.MAX_VALUE,
  -Number.MAX_VALUE,
  1e21,
  -1,
  {},
  [],
  [1, 2],
  { toString: null },
  { temperature: '2100' },
  true,
  '__proto__',
  'constructor',
  'toString',
  '\u0000',
  'x'.repeat(10_000),
];

/** Every field that any entry reads. */
const fieldNames = [
  ...new Set(
    definitions.flatMap(({ properties, actions }) => [
      ...properties.flatMap(({ reads }) => Object.keys(reads)),
      ...Object.keys(actions?.reads ?? {}),
    ]),
  ),
];

describe('nonsense', () => {
  it('never throws and never leaves the vocabulary', () => {
    for (const definition of definitions) {
      const known = new Set<string>(describeDefinition(definition).map(({ property }) => property));
      for (const value of nonsense) {
        const fields: Fields = Object.fromEntries(fieldNames.map((name) => [name, value]));
        for (const source of sources) {
          const { values } = decode(definition, fields, source);
          for (const [property, said] of Object.entries(values)) {
            assert.ok(known.has(property), `${definition.name} said ${property}`);
            if (typeof said !== 'number') continue;
            const { min = said, max = said }: Word = vocabulary[property as keyof typeof vocabulary];
            assert.ok(Number.isFinite(said) && said >= min && said <= max, `${definition.name} said ${property} ${said}`);
          }
        }
      }
    }
  });

  it('is no value, and its field is counted', () => {
    for (const temperature of ['abc', '', '0x10', '1e3', null, {}, [], true]) {
      assert.deepEqual(said('sensor_ht', { temperature }), { values: {}, actions: [], rejected: ['temperature'] });
    }
  });

  it('does not hide the sense beside it', () => {
    assert.deepEqual(said('weather', { temperature: 'abc', humidity: 4500 }), {
      values: { humidity: 45 },
      actions: [],
      rejected: ['temperature'],
    });
  });

  it('of no fields at all is nothing', () => {
    for (const definition of [...definitions, unknownDefinition]) {
      const { values, actions, rejected } = decode(definition, {}, 'report');
      assert.deepEqual([{ ...values }, actions, rejected], [{}, [], []]);
    }
  });
});

describe('dangerous names', () => {
  const dangerous: Fields = JSON.parse('{"__proto__":{"polluted":true},"constructor":"x","toString":"y","hasOwnProperty":1}');

  it('are only data of an unknown device', () => {
    const fields: Fields = JSON.parse('{"__proto__":"a","constructor":"b","toString":7}');
    const { values } = decode(unknownDefinition, fields, 'report');
    // Whatever it inherits from has nothing to give.
    for (let parent: unknown = Object.getPrototypeOf(values); parent !== null; parent = Object.getPrototypeOf(parent))
      assert.deepEqual(Reflect.ownKeys(parent as object), []);
    assert.deepEqual(Object.entries(values).sort(), [
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['toString', 7],
    ]);
  });

  it('change nothing and say nothing for a known one', () => {
    for (const definition of definitions) assert.deepEqual({ ...decode(definition, dangerous, 'report').values }, {});
    assert.equal(({} as Record<string, unknown>).polluted, undefined);
  });
});

describe('an unknown device', () => {
  it('passes its plain fields through under their own names, in every source', () => {
    const fields = { status: 'motion', level: '7', load: 3, flag: true, list: [1], nested: {}, nothing: null };
    for (const source of sources) {
      assert.deepEqual(said('no.such.model', fields, source), {
        values: { status: 'motion', level: '7', load: 3, flag: true },
        actions: [],
        rejected: [],
      });
    }
  });
});
