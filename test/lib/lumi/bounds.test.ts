/** What must not grow without end, and what is read out of a gateway that shows itself. */

import assert from 'node:assert/strict';
import { foundByHeartbeat, foundByIam } from '../../../lib/lumi/found';
import { type Frame, type Iam, parseText } from '../../../lib/lumi/frame';
import { Sids } from '../../../lib/lumi/sids';
import { Suspects } from '../../../lib/lumi/suspects';
import { ManualClock } from '../../support/clock';

const FROM = { address: '192.0.2.1', port: 4321 };

function frameOf(message: object): Frame {
  const result = parseText(JSON.stringify(message));
  assert.ok(result.ok);
  return result.frame;
}

describe('what was said lately', () => {
  it('is known of twenty thousand sids, and then begins anew', () => {
    const sids = new Sids();
    for (let index = 0; index < 20_000; index++) assert.equal(sids.of(`sid${index}`).isCopy('on', 'a', 1_000), false);
    assert.equal(sids.of('sid0').isCopy('on', 'a', 1_000), true);
    assert.equal(sids.of('one more').isCopy('on', 'a', 1_000), false);
    assert.equal(sids.of('sid0').isCopy('on', 'a', 1_000), false);
    assert.equal(sids.of('sid0').isCopy('on', 'a', 1_000), true);
  });

  it('is the last 32 datagrams of a sid', () => {
    const sids = new Sids();
    for (let index = 0; index < 32; index++) assert.equal(sids.of('sid').isCopy(`${index}`, 'a', 1_000), false);
    assert.equal(sids.of('sid').isCopy('0', 'a', 1_000), true);
    assert.equal(sids.of('sid').isCopy('32', 'a', 1_000), false);
    assert.equal(sids.of('sid').isCopy('1', 'a', 1_000), true);
    assert.equal(sids.of('sid').isCopy('0', 'a', 1_000), false);
  });

  it('is a copy for less than 60 ms, the last word for less than 200', () => {
    const sids = new Sids();
    for (const [index, text] of ['a', 'b'].entries()) sids.of('sid').isCopy(text, 'a', 1_000 + index);
    assert.equal(sids.of('sid').isCopy('a', 'a', 1_059), true);
    assert.equal(sids.of('sid').isCopy('b', 'a', 1_200), true);
    assert.equal(sids.of('sid').isCopy('a', 'a', 1_060), false);
    assert.equal(sids.of('sid').isCopy('a', 'a', 1_260), false);
    assert.equal(sids.of('sid').isCopy('b', 'a', 1_261), false);
  });
});

describe('a gateway that shows itself', () => {
  it('by iam is where the datagram came from, at the port that it names', () => {
    const iam = frameOf({ cmd: 'iam', sid: '34CE00FB61A9', model: 'lumi.gateway', ip: '192.0.2.99', port: '9899', proto_version: '2.0.2' });
    const { sid, wireSid, model, address, port, dialect, protoVersion, via, by } = foundByIam(iam as Iam, FROM, '192.0.2.5');
    assert.deepEqual([sid, wireSid, model], ['34ce00fb61a9', '34CE00FB61A9', 'gateway']);
    assert.deepEqual([address, port, dialect, protoVersion, via, by], ['192.0.2.1', 9_899, 2, '2.0.2', '192.0.2.5', 'iam']);
    const plain = foundByIam(frameOf({ cmd: 'iam', sid: '34ce00fb61a9' }) as Iam, FROM, '');
    assert.deepEqual([plain.port, plain.dialect, plain.protoVersion], [9_898, undefined, undefined]);
  });

  it('by a heartbeat proves no port', () => {
    const heartbeat = frameOf({ cmd: 'heartbeat', sid: '34ce00fb61a9', model: 'gateway', token: 'LSWByhjQ4jzYHu74', params: [] });
    const found = foundByHeartbeat(heartbeat, FROM);
    assert.deepEqual(found, {
      ...{ sid: '34ce00fb61a9', wireSid: '34ce00fb61a9', model: 'gateway', address: '192.0.2.1', port: 9_898, dialect: 2 },
      ...{ protoVersion: undefined, via: '', by: 'heartbeat' },
    });
  });
});

describe('what waits for its sender to be checked', () => {
  it('is a question for the first datagram of an address, and for no more than 32 addresses', () => {
    const suspects = new Suspects(new ManualClock(), { release: () => {}, drop: () => {} });
    const report = frameOf({ cmd: 'report', sid: '158d0001a2b3c4' });
    const hold = (address: string): boolean => suspects.hold(report, { address, port: 1 });
    assert.deepEqual([hold('a'), hold('a')], [true, false]);
    for (let index = 1; index < 32; index++) assert.equal(hold(`x${index}`), true);
    assert.equal(hold('one more'), false);
    suspects.clear();
    assert.equal(hold('one more'), true);
    suspects.clear();
  });
});
