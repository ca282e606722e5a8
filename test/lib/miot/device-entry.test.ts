/** One device in the book of an account: who knows it, and whose word counts. */

import assert from 'node:assert/strict';
import { emptyValues } from '../../../lib/home/device';
import type { CloudDevice } from '../../../lib/miot/cloud-device';
import { DeviceEntry } from '../../../lib/miot/device-entry';
import { listingOf } from '../../../lib/miot/local-listing';
import type { LocalRow } from '../../../lib/miot/settings';
import { numbersSpec } from '../../../lib/miot/spec-numbers';
import type { DeviceSpec } from '../../../lib/miot/spec-types';

const URN = 'urn:miot-spec-v2:device:light:0000A001:pretend-lamp1:1';
const cloud: CloudDevice = {
  did: '1',
  name: 'Desk lamp',
  model: 'pretend.light.lamp1',
  urn: URN,
  isOnline: true,
  home: 'Home',
  room: 'Study',
  connection: 3,
  parent: '',
  address: '192.0.2.1',
  mac: '00:00:5E:00:53:01',
  firmware: '1.0',
  isShared: false,
  token: 'planted',
};
const row: LocalRow = { did: '1', name: 'My lamp', host: '192.0.2.7', model: 'pretend.light.own' };
const nothing = { model: '', urn: '' };
const spec: DeviceSpec = numbersSpec([]);

function entry(): DeviceEntry {
  return new DeviceEntry('1', emptyValues(), 7);
}

describe('the listing of a device', () => {
  it('is the account’s, with the user’s name and address', () => {
    assert.equal(listingOf('1', cloud, undefined, nothing), cloud);
    assert.deepEqual(listingOf('1', cloud, row, nothing), { ...cloud, name: 'My lamp', address: '192.0.2.7' });
    assert.deepEqual(listingOf('1', cloud, { ...row, name: '', host: '' }, nothing), cloud);
  });

  it('is what the user and the device say where the account knows nothing', () => {
    const alone = listingOf('1', undefined, row, { model: 'pretend.light.learned', urn: URN });
    assert.deepEqual([alone.name, alone.address, alone.model, alone.urn, alone.connection], ['My lamp', row.host, row.model, URN, 0]);
    assert.deepEqual([alone.isOnline, alone.isShared, alone.token, alone.room], [false, false, '', '']);
    assert.equal(listingOf('1', undefined, { ...row, model: '' }, { model: 'learned', urn: '' }).model, 'learned');
    const unknown = listingOf('1', undefined, undefined, nothing);
    assert.deepEqual([unknown.did, unknown.name, unknown.address, unknown.connection], ['1', '', '', undefined]);
  });
});

describe('a device in the book', () => {
  it('is known from nowhere at first', () => {
    const device = entry();
    assert.deepEqual(
      [device.isListed, device.isPlaced, device.isTried, device.isOnline, device.isFresh, device.lastSeen, device.transport],
      [false, false, false, false, true, 7, 'miio'],
    );
    assert.equal(device.did, '1');
    assert.deepEqual(
      [device.wasAsked, device.isOnlineInCloud, device.listed],
      [false, false, listingOf('1', undefined, undefined, nothing)],
    );
  });

  it('is the account’s while the account lists it', () => {
    const device = entry();
    device.list(cloud);
    assert.deepEqual([device.isListed, device.isTried, device.isOnlineInCloud, device.transport], [true, true, true, 'miot']);
    device.way = 'miio';
    assert.equal(device.transport, 'miio');
    device.list({ ...cloud, isOnline: false });
    assert.equal(device.isOnlineInCloud, false);
    device.way = 'miot';
    device.list(undefined);
    assert.deepEqual([device.isListed, device.isTried, device.isOnlineInCloud, device.transport], [false, false, false, 'miio']);
    device.wasAsked = true;
    assert.equal(device.isTried, true);
  });

  it('stays what it is when the account lists it no more, but is in no place', () => {
    for (const end of [(device: DeviceEntry) => device.list(undefined), (device: DeviceEntry) => device.leave()]) {
      const device = entry();
      device.place(row);
      device.list(cloud);
      device.spec = spec;
      device.list(undefined);
      device.list(cloud);
      end(device);
      assert.deepEqual([device.listed.urn, device.listed.token, device.listed.room], [URN, '', '']);
      assert.equal(device.spec, spec);
    }
    const gone = entry();
    gone.place(row);
    gone.list(cloud);
    gone.leave();
    assert.deepEqual([gone.isListed, gone.isPlaced, gone.listed.name, gone.listed.model], [false, false, '', cloud.model]);
  });

  it('loses its description with its URN, and what was learned with its model', () => {
    const device = entry();
    device.place(row);
    device.learn({ urn: URN });
    device.learn({ model: 'learned' });
    device.spec = spec;
    device.place({ ...row, host: '192.0.2.9' });
    assert.deepEqual([device.listed.urn, device.listed.address, device.spec], [URN, '192.0.2.9', spec]);
    device.place({ ...row, model: '' });
    assert.deepEqual([device.listed.urn, device.listed.model, device.spec], ['', '', undefined]);
  });
});
