import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseHome } from '../../../lib/simulator';
import { hall, password } from './bench';

const gateway = { sid: hall, key: password };
const device = { sid: '158d0001a2b3c4', model: 'plug', fields: {} };

describe('a home file', () => {
  it('gets every default that it leaves out', () => {
    const home = parseHome({ gateways: [gateway] });
    const [only] = home.gateways;
    assert.deepEqual([home.interface, home.whoisPort, home.eventPort, home.lively], ['127.0.0.1', 4321, 9898, false]);
    assert.deepEqual([only?.address, only?.port, only?.protocol, only?.model], ['127.0.0.1', 9898, 1, 'gateway']);
    assert.deepEqual([only?.heartbeatMs, only?.tokenMs], [10_000, 20_000]);
  });

  it('takes its protocol from the model', () => {
    assert.equal(parseHome({ gateways: [{ ...gateway, model: 'acpartner.v3' }] }).gateways[0]?.protocol, 2);
    assert.equal(parseHome({ gateways: [{ ...gateway, model: 'gateway' }] }).gateways[0]?.protocol, 1);
  });

  it('can take a field away from a gateway', () => {
    const [only] = parseHome({ gateways: [{ ...gateway, fields: { proto_version: null, rgb: 7 } }] }).gateways;
    assert.deepEqual(only?.fields, { rgb: 7, illumination: 352 });
  });

  it('knows which devices run on batteries', () => {
    const models = ['plug', 'curtain', 'curtain.hagl04', 'switch', 'switch_b1nacn02', 'natgas', 'sensor_ht', 'lock.aq1', 'ctrl_ln2'];
    const devices = models.map((model, index) => ({ sid: `158d${index}`, model, fields: {} }));
    assert.deepEqual(
      parseHome({ gateways: [{ ...gateway, devices }] }).gateways[0]?.devices.map(({ power }) => power),
      ['mains', 'mains', 'battery', 'battery', 'mains', 'mains', 'battery', 'battery', 'mains'],
    );
  });

  const second = { ...gateway, sid: 'ff', port: 1 };
  for (const [what, home, message] of [
    ['no object', [], /one JSON object/],
    ['gateways that are no list', { gateways: {} }, /"gateways" must be a list/],
    ['a gateway without sid', { gateways: [{ key: password }] }, /Gateway 1: "sid" must be text/],
    ['a sid with colons', { gateways: [{ ...gateway, sid: '34:ce' }] }, /hexadecimal/],
    ['a short key', { gateways: [{ ...gateway, key: 'short' }] }, /Gateway 34ce00fb61a9: "key" has 5 characters/],
    ['a port beyond the last', { gateways: [{ ...gateway, port: 70_000 }] }, /"port" must be a whole number from 0 to 65535/],
    ['an address that is a name', { gateways: [{ ...gateway, address: 'home' }] }, /"address" must be an IPv4 address/],
    ['a third protocol', { gateways: [{ ...gateway, protocol: 3 }] }, /"protocol" must be 1 or 2/],
    ['a device without model', { gateways: [{ ...gateway, devices: [{ sid: 'ab' }] }] }, /device 1 \(ab\): "model"/],
    [
      'fields in a list',
      { gateways: [{ ...gateway, devices: [{ ...device, fields: [] }] }] },
      /\(158d0001a2b3c4\): "fields" must be an object/,
    ],
    ['a device twice', { gateways: [{ ...gateway, devices: [device, device] }] }, /158d0001a2b3c4 stands twice/],
    ['a gateway twice', { gateways: [{ ...gateway, port: 2 }, gateway] }, /stands twice/],
    ['two gateways in one place', { gateways: [second, { ...gateway, port: 1 }] }, /both use 127\.0\.0\.1:1/],
    ['a lively text', { lively: 'yes' }, /"lively" must be true or false/],
  ] as const)
    it(`with ${what} is refused with a sentence`, () => {
      assert.throws(() => parseHome(home), { code: 'BAD_INPUT', message });
    });

  it('is what the demo has: one gateway of each protocol and a houseful of devices', () => {
    const home = parseHome(JSON.parse(readFileSync(join(__dirname, '../../../demo/home.json'), 'utf8')));
    assert.deepEqual(
      home.gateways.map(({ sid, protocol }) => [sid, protocol]),
      [
        ['34ce00fb61a9', 1],
        ['7811dcb2a7d9', 2],
      ],
    );
    assert.ok(home.gateways.flatMap(({ devices }) => devices).length >= 20);
    assert.equal(home.controlPort, 1881);
  });
});
