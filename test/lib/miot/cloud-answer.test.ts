/** Bodies of the HTTP API: what is read of them, whatever they leave out or write in another way. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import {
  actionResult,
  idText,
  isCloudValue,
  isTokenRefused,
  listOf,
  parseAnswer,
  parseExactly,
  readResults,
  refusesToken,
  text,
  wholeNumber,
  writeResults,
} from '../../../lib/miot/cloud-answer';
import type { PropertyRef, PropertyResult } from '../../../lib/miot/cloud-device';

const LAMP = '68332340';
const ref = (piid: number, did = LAMP): PropertyRef => ({ did, siid: 2, piid });
const item = (piid: number, members: object): object => ({ did: LAMP, siid: 2, piid, ...members });

/** 'true', 'accepted 5' or the code of the error. */
function told(result: PropertyResult): string {
  return result.ok ? `${result.isAccepted ? 'accepted ' : ''}${result.value}` : `${result.error.code} ${result.code}`;
}

describe('an answer of the API', () => {
  it('has a code and a result', () => {
    assert.deepEqual(parseAnswer('{"code":0,"message":"ok","result":[1]}'), { code: 0, result: [1] });
    assert.deepEqual(parseAnswer('{"code":"-704042011"}'), { code: -704042011, result: undefined });
    for (const body of ['', 'x', '[]', '7', 'null', '{}', '{"code":null}', '{"code":1.5}', '{"code":0', '<html>'])
      assert.equal(parseAnswer(body), undefined, body);
  });

  it('keeps every digit of whole numbers above 2^53, and no key that could change what objects are', () => {
    assert.deepEqual(parseExactly('[9007199254740991,9007199254740992,-9007199254740993,1.5,"7",1e300]'), [
      9007199254740991,
      '9007199254740992',
      '-9007199254740993',
      1.5,
      '7',
      1e300,
    ]);
    assert.deepEqual(Object.keys(parseExactly('{"__proto__":{"a":1},"b":1}') as object), ['b']);
  });

  it('is narrowed to what is asked of it', () => {
    assert.deepEqual(listOf([{ a: 1 }, null, 7, [1], 'x', {}]), [{ a: 1 }, {}]);
    for (const none of [undefined, null, {}, 'x']) assert.deepEqual(listOf(none), []);
    assert.deepEqual([7, '7', '', 1.5, 2 ** 53, null, undefined, {}].map(idText), ['7', '7', '', '', '', '', '', '']);
    assert.deepEqual(['a', '', 7, null].map(text), ['a', '', '', '']);
    assert.deepEqual(
      [7, '7', '-7', 0, '123456789012345', '1234567890123456', 1.5, '1.5', '', 'x', null, true, 2 ** 53, [7]].map(wholeNumber),
      [7, 7, -7, 0, 123456789012345, ...Array.from({ length: 9 }, () => undefined)],
    );
    assert.deepEqual([0, '', false, -1.5].map(isCloudValue), [true, true, true, true]);
    assert.deepEqual([null, undefined, {}, [], Number.NaN, Number.POSITIVE_INFINITY].filter(isCloudValue), []);
  });
});

describe('results of a read', () => {
  it('belong to what was asked, whatever their order and the type of their numbers', () => {
    const results = readResults(
      [ref(1), ref(2), ref(2, '7')],
      [{ did: 7, siid: '2', piid: '2', code: 0, value: 'other' }, item(2, { code: 0, value: 5 }), item(1, { code: 0, value: false })],
    );
    assert.deepEqual(results.map(told), ['false', '5', 'other']);
    assert.deepEqual(results[0], { ...ref(1), ok: true, value: false, isAccepted: false });
  });

  it('are values, or why there is none', () => {
    const of = (members: object | undefined): string =>
      readResults([ref(1), ref(9)], members && [item(1, members), item(9, { code: 0, value: 1 })]).map(told)[0] ?? '';
    assert.equal(of({ value: 5 }), '5');
    assert.equal(of({ code: 1, value: 5 }), 'accepted 5');
    assert.equal(of({ code: '0', value: 5 }), '5');
    assert.equal(of({ code: -702000000, value: 5 }), 'accepted 5');
    assert.equal(of({ code: -702000000 }), 'TIMEOUT -702000000');
    assert.equal(of({ code: -704042011, value: 5 }), 'DEVICE_OFFLINE -704042011');
    assert.equal(of({ code: 0 }), 'TIMEOUT 0');
    assert.equal(of({ code: 1, value: null }), 'TIMEOUT 1');
    assert.equal(of({}), 'TIMEOUT 0');
    assert.equal(of(undefined), 'TIMEOUT 0');
  });

  it('name device and property where they fail, and what is different about them', () => {
    const messages = readResults([ref(1), ref(2), ref(3)], [item(1, { code: -704042011 }), item(2, { code: 0 })]).map((result) => {
      assert.ok(!result.ok);
      assert.equal(result.error.device, LAMP);
      return result.error.message;
    });
    assert.match(messages[0] ?? '', /^Device 68332340 \(property 2\.1\) is offline\./);
    assert.match(messages[1] ?? '', /^Device 68332340 \(property 2\.2\) has no value at the cloud\./);
    assert.match(messages[2] ?? '', /^Device 68332340 \(property 2\.3\) was left out of the answer\./);
  });

  it('need no ids where one property was asked for and one thing was said', () => {
    assert.deepEqual(readResults([ref(1)], [{ code: 0, value: 5 }]).map(told), ['5']);
    assert.deepEqual(
      readResults(
        [ref(1)],
        [
          { code: 0, value: 5 },
          { code: 0, value: 6 },
        ],
      ).map(told),
      ['TIMEOUT 0'],
    );
    assert.deepEqual(readResults([ref(1), ref(2)], [{ code: 0, value: 5 }]).map(told), ['TIMEOUT 0', 'TIMEOUT 0']);
    for (const foreign of [{ did: 'another' }, { siid: 3, piid: 1 }, { did: LAMP }])
      assert.deepEqual(readResults([ref(1)], [{ ...foreign, code: 0, value: 5 }]).map(told), ['TIMEOUT 0']);
    assert.deepEqual(readResults([], [{ code: 0, value: 5 }]), []);
  });
});

describe('results of a write', () => {
  const of = (result: unknown, count = 2): string[] =>
    writeResults(
      [
        { ...ref(1), value: true },
        { ...ref(2), value: 40 },
      ].slice(0, count),
      result,
    ).map(told);

  it('are what was set, accepted or refused', () => {
    assert.deepEqual(of([item(2, { code: 0 }), item(1, { code: 0 })]), ['true', '40']);
    assert.deepEqual(of([item(1, { code: 1 }), item(2, { code: -702022036 })]), ['accepted true', 'accepted 40']);
    assert.deepEqual(of([item(1, {}), item(2, { code: -704030023 })]), ['accepted true', 'UNSUPPORTED -704030023']);
    assert.deepEqual(of([item(1, { code: 0, value: 'planted' })], 1), ['true']);
  });

  it('of what is left out are not known', () => {
    for (const result of [[], null, {}, 'x', [null]]) assert.deepEqual(of(result), ['UNKNOWN_OUTCOME 0', 'UNKNOWN_OUTCOME 0']);
    assert.deepEqual(of([item(2, { code: 0 })]), ['UNKNOWN_OUTCOME 0', '40']);
    assert.deepEqual(of([{ code: 0 }], 1), ['true']);
  });

  it('hold nothing of the request but its numbers', () => {
    const [one] = writeResults([{ ...ref(1), value: true, planted: 1 } as PropertyRef & { value: boolean }], [item(1, { code: 0 })]);
    assert.deepEqual(one, { ...ref(1), ok: true, value: true, isAccepted: false });
  });
});

describe('the result of an action', () => {
  const of = (result: unknown) => actionResult({ did: LAMP, siid: 2, aiid: 3 }, result);
  const codeOf = (result: unknown): string => {
    const outcome = of(result);
    assert.ok(outcome instanceof LumiotError);
    assert.equal(outcome.device, LAMP);
    assert.match(outcome.message, /action 2\.3/);
    return outcome.code;
  };

  it('has what the action gave, in a list or without', () => {
    assert.deepEqual(of({ code: 0, out: [1, 'a', null, {}, false] }), { outputs: [1, 'a', false], isAccepted: false });
    assert.deepEqual(of([{ code: 0 }, { code: -1 }]), { outputs: [], isAccepted: false });
    assert.deepEqual(of({ code: 1, out: 'x' }), { outputs: [], isAccepted: true });
    assert.deepEqual(of({}), { outputs: [], isAccepted: true });
  });

  it('is an error where it failed, or nothing is said of it', () => {
    assert.equal(codeOf({ code: -704040005 }), 'UNSUPPORTED');
    assert.equal(codeOf([{ code: '-704042011' }]), 'DEVICE_OFFLINE');
    for (const none of [undefined, null, [], 'x', [null]]) assert.equal(codeOf(none), 'UNKNOWN_OUTCOME');
  });
});

describe('a token that is refused', () => {
  it('is told by every code of an answer', () => {
    const refused = { code: -704012901 };
    assert.ok(isTokenRefused([refused]));
    assert.ok(isTokenRefused([refused, { code: '-704012906' }]));
    assert.ok(isTokenRefused(refused));
    for (const other of [[], [refused, { code: 0 }], [refused, null], [refused, {}], {}, null, undefined, [{ code: -704012904 }]])
      assert.ok(!isTokenRefused(other), JSON.stringify(other));
  });

  it('is no device that is offline, and no success', () => {
    assert.deepEqual([-704012901, -704042011, 0, 1, undefined].map(refusesToken), [true, false, false, false, false]);
  });
});
