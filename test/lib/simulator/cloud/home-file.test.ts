import assert from 'node:assert/strict';
import { parseCloud, parseHome, startPretendCloud } from '../../../../lib/simulator';
import { clientId, lamp } from './bench';

describe('the cloud in a home file', () => {
  it('gets every default that it leaves out', () => {
    const cloud = parseCloud({ devices: [{ did: '1', model: 'lumiot.light.lamp1' }] });
    const { devices, ...rest } = cloud;
    assert.deepEqual(rest, {
      port: 0,
      mqttPort: 0,
      clientId,
      redirectUrl: 'http://127.0.0.1:1880/lumiot/miot/callback',
      expiresIn: 259_200,
      uid: '1000000001',
      pageSize: 200,
      tls: undefined,
    });
    const [device] = devices;
    assert.deepEqual(
      [device?.name, device?.urn, device?.home, device?.room, device?.online, device?.shared, device?.connection],
      ['lumiot.light.lamp1', 'urn:miot-spec-v2:device:light:0000A001:lumiot-lamp1:1', 'Home', '', true, false, 0],
    );
    assert.match(device?.token ?? '', /^[0-9a-f]{32}$/);
  });

  it('says how devices are connected by their dids', () => {
    const dids = ['1', 'lumi.158d0001', 'blt.3.1abc'];
    const { devices } = parseCloud({ devices: dids.map((did) => ({ did, model: lamp.model })) });
    assert.deepEqual(
      devices.map(({ connection, token }) => [connection, token !== '']),
      [
        [0, true],
        [3, false],
        [6, false],
      ],
    );
  });

  it('takes another model with an urn that is known', () => {
    const urn = 'urn:miot-spec-v2:device:light:0000A001:lumiot-lamp1:1';
    const [device] = parseCloud({ devices: [{ did: '1', model: 'yeelink.light.lamp1', urn }] }).devices;
    assert.deepEqual([device?.model, device?.urn], ['yeelink.light.lamp1', urn]);
  });

  it('stays the same when it is read again', () => {
    const once = parseCloud({ devices: [{ ...lamp, values: { '2.1': true } }] });
    assert.deepEqual(parseCloud(once), once);
  });

  const one = { did: '1', model: lamp.model };
  for (const [what, cloud, message] of [
    ['a list', [], /"cloud" must be an object/],
    ['a client id that is a number', { clientId: 1_234_567 }, /"clientId" must be text/],
    ['a client id with letters', { clientId: 'abc' }, /1 to 20 digits/],
    ['a user id with letters', { uid: 'me' }, /"uid" must be digits/],
    ['a port beyond the last', { port: 70_000 }, /"port" must be a whole number/],
    ['a port of MQTT beyond the last', { mqttPort: -1 }, /"mqttPort" must be a whole number/],
    ['a redirect URL that is none', { redirectUrl: 'home' }, /"redirectUrl" is "home"/],
    ['a life without length', { expiresIn: 0 }, /"expiresIn" must be a whole number from 1/],
    ['an empty page', { pageSize: 0 }, /"pageSize" must be a whole number from 1/],
    ['half a certificate', { tls: { cert: 'x' } }, /"tls"\.key must be text/],
    ['devices that are no list', { devices: {} }, /"devices" must be a list/],
    ['a device without did', { devices: [{ model: lamp.model }] }, /device 1: "did" must be text/],
    ['a did with a slash', { devices: [{ ...one, did: 'a/b' }] }, /"did" is "a\/b"/],
    ['a device twice', { devices: [one, one] }, /the did 1 stands twice/],
    ['an unknown model', { devices: [{ ...one, model: 'x.y.z' }] }, /device 1 \(1\): "model" is "x\.y\.z".*lumiot\.light\.lamp1/],
    ['an unknown urn', { devices: [{ ...one, urn: 'urn:x' }] }, /"urn" is "urn:x"/],
    ['a value the device has not', { devices: [{ ...one, values: { '9.9': 1 } }] }, /no property "9\.9"/],
    ['a value that is an object', { devices: [{ ...one, values: { '2.1': {} } }] }, /"2\.1" must be true, false/],
    ['a token too short', { devices: [{ ...one, token: 'ab' }] }, /"token" must be 32 hexadecimal/],
    ['a parent that is not there', { devices: [{ ...one, parent: '2' }] }, /"parent" 2, which is not there/],
    ['online in words', { devices: [{ ...one, online: 'yes' }] }, /"online" must be true or false/],
    ['shared in words', { devices: [{ ...one, shared: 1 }] }, /"shared" must be true or false/],
  ] as const)
    it(`with ${what} is refused with a sentence`, () => {
      assert.throws(() => parseHome({ cloud }), { code: 'BAD_INPUT', message });
    });

  it('names the port that is taken, and leaves nothing open', async () => {
    const first = await startPretendCloud({});
    const taken = Number(new URL(first.addresses.mqtt).port);
    await assert.rejects(startPretendCloud({ mqttPort: taken }), { code: 'SOCKET', message: /in use; choose another "cloud\.mqttPort"/ });
    await first.close();
    const second = await startPretendCloud({ mqttPort: taken });
    await second.close();
    await second.close();
  });
});
