/** Rows of the device list: what is kept of one, and which are left out. */

import assert from 'node:assert/strict';
import { deviceOf, isFromSomebody } from '../../../lib/miot/device-list';

const place = { home: 'Flat', room: 'Kitchen', isShared: false };
const lamp = {
  did: '68332340',
  name: 'Lamp',
  model: 'pretend.light.lamp1',
  spec_type: 'urn:miot-spec-v2:device:light:0000A001:pretend-lamp1:1',
  isOnline: true,
  pid: 0,
  token: '00112233445566778899AABBCCDDEEFF',
  local_ip: '192.0.2.7',
  mac: '02:00:00:00:00:01',
  parent_id: '',
  extra: { fw_version: '1.5.9_0189' },
  longitude: '1.0',
  home: 'Elsewhere',
  room: 'Elsewhere',
};

describe('a row of the device list', () => {
  it('becomes a device, where the homes say it is', () => {
    assert.deepEqual(deviceOf(lamp, place), {
      did: '68332340',
      name: 'Lamp',
      model: 'pretend.light.lamp1',
      urn: lamp.spec_type,
      isOnline: true,
      home: 'Flat',
      room: 'Kitchen',
      connection: 0,
      parent: '',
      address: '192.0.2.7',
      mac: '02:00:00:00:00:01',
      firmware: '1.5.9_0189',
      isShared: false,
      token: '00112233445566778899aabbccddeeff',
    });
  });

  it('may have ids and numbers of the other type', () => {
    const device = deviceOf({ ...lamp, did: 68332340, pid: '3', parent_id: 332515035, isOnline: 1 }, place);
    assert.deepEqual([device?.did, device?.connection, device?.parent, device?.isOnline], ['68332340', 3, '332515035', true]);
  });

  it('may hold little', () => {
    const device = deviceOf({ did: '1', name: 'n', model: 'm', spec_type: 'u', extra: null, token: 'too short' }, place);
    assert.deepEqual(
      [device?.connection, device?.parent, device?.address, device?.mac, device?.firmware, device?.token, device?.isOnline],
      [undefined, '', '', '', '', '', false],
    );
  });

  for (const missing of ['did', 'name', 'model', 'spec_type']) {
    it(`without ${missing} is left out`, () => {
      assert.equal(deviceOf({ ...lamp, [missing]: undefined }, place), undefined);
      assert.equal(deviceOf({ ...lamp, [missing]: '' }, place), undefined);
      assert.equal(deviceOf({ ...lamp, [missing]: null }, place), undefined);
    });
  }

  it('of a router, of a part of a device, and of a model that cannot be used is left out', () => {
    for (const more of [
      { did: 'miwifi.00000000-0000' },
      { model: 'miwifi.router.r1' },
      { did: '68332340.s2' },
      { model: 'chuangmi.ir.v2' },
      { model: 'era.airp.cwb03' },
      { model: 'hmpace.motion.v6nfc' },
      { model: 'k0918.toothbrush.t700' },
    ])
      assert.equal(deviceOf({ ...lamp, ...more }, place), undefined, JSON.stringify(more));
    for (const did of ['blt.3.1780ccruoeg00', 'lumi.158d0001a2b3c4', 'group.1', 'proxy.1', '1.s', '1.sx2'])
      assert.ok(deviceOf({ ...lamp, did }, place), did);
  });

  it('is from somebody who is named by id and nickname', () => {
    assert.ok(isFromSomebody({ owner: { userid: 1, nickname: 'N' } }));
    for (const owner of [undefined, null, [], 'x', { userid: 1 }, { nickname: 'N' }, { userid: '', nickname: '' }])
      assert.equal(isFromSomebody({ owner }), false);
  });
});
