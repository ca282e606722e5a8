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
  [[-702022036, -702000000, -702010000], 'TIMEOUT', 'poll'],
  [[-705201013, -705201015, -705201023, -705201033], '', 'once'],
  [[-706012013, -706012015, -706012023, -706012033, -706012043], '', 'once'],
  [[-704000000, -704002000, -705004000, -705004501, -706012000], '', 'once'],
  // Of vendors' own clouds.
  [-9999, 'TIMEOUT', 'verify'],
  [-30012, '', 'once'],
  [-8, 'BAD_INPUT', 'no'],
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
    assert.equal(meaningOf(0).error, 'CLOUD_UNREACHABLE');
    // -699… and -710… are other families.
    assert.deepEqual(
      [-699_999_001, -700_000_001, -709_999_001, -710_000_001, -710_000_000].map((code) => meaningOf(code).error),
      ['MIOT_-699999001', 'NO_DEVICE', 'NO_DEVICE', 'MIOT_-710000001', 'MIOT_-710000000'],
    );
  });

  it('read by their last digits say the same as the listed ones of that kind', () => {
    for (const [ending, like] of [
      [13, -705201013],
      [15, -705201015],
      [23, -705201023],
      [100, -704053100],
    ] as const)
      assert.equal(meaningOf(-709_999_000 - ending).sentence, meaningOf(like).sentence, String(ending));
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

  it('name nothing that is not known', () => {
    assert.match(codeError(-1, '7').message, /^Device 7 failed/);
    const { message, device } = codeError(-1, undefined);
    assert.equal(device, undefined);
    assert.match(message, /^A device of this request failed .*\. The code of the cloud is -1\.$/);
  });

  it('say of a part of a device which device to use', () => {
    assert.match(codeError(-704083036, '123.s2').message, /device 123: use that one/);
    assert.doesNotMatch(codeError(-704083036, '123').message, /use that one/);
  });
});
