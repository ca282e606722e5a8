/** The codes of the cloud: every one of miot-cloud.md §2.4, and those nobody has listed. */

import assert from 'node:assert/strict';
import { codeError, knownCodes, meaningOf, outcomeOf, type Retry } from '../../../lib/miot/codes';

/** miot-cloud.md §2.4, written down a second time: code, error, retry. */
const documented: readonly (readonly [number | readonly number[], string, Retry])[] = [
  [-704042011, 'DEVICE_OFFLINE', 'no'],
  [[-704042001, -704090001, -704010000, -704012905], 'NO_DEVICE', 'no'],
  [[-704012901, -704012902, -704012903, -704012906], 'LOGIN_NEEDED', 'refresh'],
  [-704012904, '', 'no'],
  [[-704030013, -704030023, -704030033], 'UNSUPPORTED', 'no'],
  [-704030992, 'RATE_LIMITED', 'backoff'],
  [[-704040002, -704040003, -704040004, -704040005, -704040999], 'UNSUPPORTED', 'no'],
  [[-704014006, -704044006, -706014006], 'UNSUPPORTED', 'no'],
  [[-704053036, -704083036], 'TIMEOUT', 'verify'],
  [[-704053100, -704053101], '', 'no'],
  [-704013101, 'UNSUPPORTED', 'no'],
  [[-704220008, -704220025, -704220035, -704220043], 'BAD_INPUT', 'no'],
  [[-704222034, -704222035], '', 'no'],
  [-702022036, 'TIMEOUT', 'poll'],
  [[-705201013, -705201015, -705201023, -705201033], '', 'once'],
  [[-706012013, -706012015, -706012023, -706012033, -706012043], '', 'once'],
  [[-704000000, -704002000, -705004000, -705004501, -706012000], '', 'once'],
  // Of the local side.
  [[-10000, -10003, -10004, -10040], '', 'once'],
  [[-10001, -10120], 'CLOUD_UNREACHABLE', 'once'],
  [-10002, 'BAD_INPUT', 'no'],
  [-10005, '', 'no'],
  [-10006, 'TIMEOUT', 'verify'],
  [-10007, 'DEVICE_OFFLINE', 'no'],
  [[-10020, -10100, -10101], 'LOGIN_NEEDED', 'no'],
  [-10030, 'LOGIN_NEEDED', 'refresh'],
  [-10050, 'MISCONFIGURED', 'no'],
];
const cases = documented.flatMap(([codes, error, retry]) =>
  [codes].flat().map((code) => ({ code, error: error || `MIOT_${code}`, retry })),
);

/** What the last three digits say (miot-cloud.md §2.4). */
const endings: readonly (readonly [string, string])[] = [
  ['001', 'NO_DEVICE'],
  ['003', 'UNSUPPORTED'],
  ['004', 'UNSUPPORTED'],
  ['005', 'UNSUPPORTED'],
  ['011', 'DEVICE_OFFLINE'],
  ['013', ''],
  ['015', ''],
  ['023', ''],
  ['025', 'BAD_INPUT'],
  ['035', 'BAD_INPUT'],
  ['036', 'TIMEOUT'],
  ['043', 'BAD_INPUT'],
  ['100', ''],
];

describe('codes of the cloud', () => {
  for (const { code, error, retry } of cases) {
    it(`${code} is ${error}, retry: ${retry}`, () => {
      const meaning = meaningOf(code);
      assert.deepEqual([meaning.error, meaning.retry], [error, retry]);
      assert.equal(codeError(code, '68332340').code, error);
      assert.ok(knownCodes.includes(code));
    });
  }

  it('are named once each', () => {
    assert.equal(new Set(knownCodes).size, knownCodes.length);
  });

  for (const [ending, error] of endings) {
    it(`an unknown one that ends with ${ending} is ${error === '' ? 'itself' : error}`, () => {
      for (const head of ['-704999', '-705111', '-709000']) {
        const code = Number(`${head}${ending}`);
        assert.ok(!knownCodes.includes(code));
        assert.equal(meaningOf(code).error, error || `MIOT_${code}`);
      }
    });
  }

  it('read three digits at the end of their own family only', () => {
    assert.equal(meaningOf(-4001).error, 'MIOT_-4001');
    assert.equal(meaningOf(-1).error, 'MIOT_-1');
    assert.equal(meaningOf(-804999011).error, 'MIOT_-804999011');
    assert.equal(meaningOf(500).error, 'CLOUD_UNREACHABLE');
  });

  it('that never retry an action of their own accord', () => {
    assert.equal(meaningOf(-709999015).retry, 'no');
    assert.equal(meaningOf(-709999023).retry, 'no');
  });

  it('tell done, accepted and failed apart', () => {
    assert.deepEqual([0, 1, undefined, -702000000, -702010000, -702022036].map(outcomeOf), [
      'ok',
      'accepted',
      'accepted',
      'accepted',
      'accepted',
      'accepted',
    ]);
    for (const code of [-704042011, -1, -702, 2, -70202203, -720000000]) assert.equal(outcomeOf(code), 'failed', String(code));
  });

  it('become complete sentences that name the device and what to do', () => {
    for (const code of [...knownCodes, -704999036, -1, 77]) {
      const { message, device } = codeError(code, '68332340', 'property 2.1');
      assert.equal(device, '68332340');
      assert.match(message, /^Device 68332340 \(property 2\.1\) [a-z].+\. .+\.$/s, message);
      assert.ok(message.includes(String(code)), message);
    }
  });

  it('say of a part of a device which device to use', () => {
    assert.match(codeError(-704083036, '123.s2').message, /device 123: use that one/);
    assert.doesNotMatch(codeError(-704083036, '123').message, /use that one/);
  });
});
