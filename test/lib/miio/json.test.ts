// JSON as devices write it.
import assert from 'node:assert/strict';
import { parseDeviceJson } from '../../../lib/miio/json';

describe('JSON of a device', () => {
  const repaired: readonly (readonly [string, string, unknown])[] = [
    ['something behind a NUL', '{"id":1}\0\u0003rest', { id: 1 }],
    ['several NULs', '{"id":1}\0\0', { id: 1 }],
    ['control characters between values', '{\n\u0001"id":\u0002 1}', { id: 1 }],
    ['control characters in a text', '{"a":"x\u0001y\nz"}', { a: 'x\u0001y\nz' }],
    ['a NUL in a text', '{"a":"x\0y","b":1}', { a: 'x\0y', b: 1 }],
    ['a doubled comma', '{"id":1,,"otu_stat":0}', { id: 1, otu_stat: 0 }],
    ['commas with room between', '[1, ,\n,2]', [1, 2]],
    ['00', '{"value":00}', { value: 0 }],
    ['06 and -07', '[06,-07,{"value":08}]', [6, -7, { value: 8 }]],
    ['a result that is not there', '{"id":2,"result":,"exe_time":0}', { id: 2, exe_time: 0 }],
    ['all of it', '{"id":2,,"result":,"value":00,"a":"\u0001"}\0junk', { id: 2, value: 0, a: '\u0001' }],
  ];
  for (const [what, text, value] of repaired) {
    it(`is repaired: ${what}`, () => {
      assert.throws(() => JSON.parse(text));
      assert.deepEqual(parseDeviceJson(text), value);
    });
  }

  it('keeps texts that look like faults', () => {
    const value = { a: 'x,,y', b: '"result":,', c: ':00', d: '\\' };
    const text = JSON.stringify(value);
    assert.deepEqual(parseDeviceJson(text), value);
    assert.deepEqual(parseDeviceJson(`${text.slice(0, -1)},,"e":00}\0x`), { ...value, e: 0 });
  });

  it('keeps numbers as they are', () => {
    assert.deepEqual(parseDeviceJson('[1.05,100,1e05,-0.5,10.0,2005,,0]'), [1.05, 100, 1e5, -0.5, 10, 2005, 0]);
  });

  it('keeps every digit of large whole numbers', () => {
    assert.deepEqual(parseDeviceJson('[9007199254740991,9007199254740993,-18446744073709551615,1e300]'), [
      9007199254740991,
      '9007199254740993',
      '-18446744073709551615',
      1e300,
    ]);
  });

  it('is not guessed', () => {
    for (const text of ['', '123456789@ABCDEFGHI', '{"id": 123456,,"otu_stat":0', '{"a":}', '{"a"', 'undefined', '{"a":"', '\0']) {
      assert.equal(parseDeviceJson(text), undefined, text);
    }
  });

  it('changes no prototype', () => {
    const value = parseDeviceJson('{"__proto__":{"isAdmin":true},"a":{"__proto__":[]},"constructor":1}') as Record<string, unknown>;
    assert.deepEqual(Object.keys(value), ['a', 'constructor']);
    assert.equal(Object.assign({}, value).isAdmin, undefined);
    assert.equal(Object.getPrototypeOf(Object.assign({}, value)), Object.prototype);
  });

  it('ends soon whatever it is', () => {
    for (const text of [
      `${'['.repeat(60_000)}`,
      `${'"\\'.repeat(30_000)}`,
      `${','.repeat(60_000)}`,
      `${'0'.repeat(60_000)}`,
      `{"result"${' '.repeat(60_000)}`,
    ]) {
      const begin = performance.now();
      parseDeviceJson(text);
      assert.ok(performance.now() - begin < 1_000);
    }
  });
});
