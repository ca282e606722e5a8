import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { filtersOf, iid, isTopicSafe, parseTopic, stateLeaves } from '../../../lib/miot/topics';

const texts = (did: string, stateByLeaf = false): string[] => filtersOf(did, stateByLeaf).map(({ filter }) => filter);

describe('topics of the broker', () => {
  it('are properties, events and state of a device, spelled as the cloud does', () => {
    assert.deepEqual(texts('68332340'), [
      'device/68332340/up/properties_changed/#',
      'device/68332340/up/event_occured/#',
      'device/68332340/state/#',
    ]);
  });

  it('leave the state out for Bluetooth and proxied devices, which have none', () => {
    for (const did of ['blt.3.1kfa1i1ugc400', 'proxy.123.1'])
      assert.deepEqual(texts(did), [`device/${did}/up/properties_changed/#`, `device/${did}/up/event_occured/#`]);
    assert.equal(texts('lumi.158d0001a2b3c4').length, 3);
    assert.equal(texts('bltx').length, 3);
  });

  it('name the state by its two exact topics where the wildcard is refused', () => {
    assert.deepEqual(texts('1', true).slice(2), ['device/1/state/online', 'device/1/state/offline']);
    assert.ok(stateLeaves('1').every(({ isWildcard }) => !isWildcard));
    assert.equal(texts('blt.1', true).length, 2);
    assert.deepEqual(
      [filtersOf('1'), filtersOf('1', true)].map((filters) => filters.map(({ kind, isWildcard }) => `${kind} ${isWildcard}`)),
      [
        ['property true', 'event true', 'state true'],
        ['property true', 'event true', 'state false', 'state false'],
      ],
    );
  });

  it('take no id that would mean another topic', () => {
    for (const did of ['', '+', '#', 'a/b', 'a+', 'a\u0000', 'x'.repeat(257)]) assert.equal(isTopicSafe(did), false, did);
    for (const did of ['68332340', 'blt.3.1kfa1i1ugc400', 'group.1', '123.s2', 'M1GAx-_=@ ä', 'x'.repeat(256)])
      assert.equal(isTopicSafe(did), true, did);
  });

  it('say what they are about', () => {
    assert.deepEqual(parseTopic('device/1/up/properties_changed/2/3'), { kind: 'property', did: '1', siid: 2, iid: 3 });
    assert.deepEqual(parseTopic('device/1/up/event_occured/2/1018'), { kind: 'event', did: '1', siid: 2, iid: 1018 });
    assert.deepEqual(parseTopic('device/1/up/event_occured'), { kind: 'event', did: '1', siid: undefined, iid: undefined });
    assert.deepEqual(parseTopic('device/1/up/properties_changed/x/-1'), { kind: 'property', did: '1', siid: undefined, iid: undefined });
    assert.deepEqual(parseTopic('device/1/state/online'), { kind: 'state', did: '1', leaf: 'online' });
  });

  it('of other kinds are none of ours', () => {
    for (const topic of [
      '',
      '/',
      'device',
      'device/1',
      'device//state/online',
      'device/1/g_op/rename',
      'user/1/g_op/bind',
      'user/1/state/online',
      'device/1/state',
      'device/1/down/event_occured/1/1',
      'device/1/up',
      'device/1/up/event_occurred/1/1',
    ])
      assert.equal(parseTopic(topic), undefined, topic);
    assert.equal(parseTopic('device/1/state/online/x'), undefined);
    assert.equal(parseTopic('device/1/up/properties_changed/1/2/3'), undefined);
  });

  it('have numbers of 32 bits from 1 on, as numbers or as digits', () => {
    for (const value of [1, '1', '0000000001', 0xff_ff_ff_ff, '4294967295']) assert.equal(iid(value), Number(value), String(value));
    for (const value of [0, '0', -1, 1.5, 0x1_00_00_00_00, '4294967296', '1.0', '+1', ' 1', '1e3', '0x1', '', '00000000001'])
      assert.equal(iid(value), undefined, String(value));
    for (const value of [true, [1], ['1'], { valueOf: () => 1 }, null, undefined, Number.NaN]) assert.equal(iid(value), undefined);
  });
});
