/** The addresses of a region, and what a user may put in their place. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { endpointsOf, type HostSettings, type Region, regions } from '../../../lib/miot/regions';

const unset = { apiHost: '', oauthHost: '', mqttHost: '', specHost: '' };
const at = (more: Partial<HostSettings>): ReturnType<typeof endpointsOf> => endpointsOf({ region: 'cn', ...unset, ...more });

/** miot-cloud.md §1.2. */
const table: Readonly<Record<Region, readonly [api: string, mqtt: string]>> = {
  cn: ['https://ha.api.io.mi.com', 'mqtts://cn-ha.mqtt.io.mi.com:8883'],
  de: ['https://de.ha.api.io.mi.com', 'mqtts://de-ha.mqtt.io.mi.com:8883'],
  i2: ['https://i2.ha.api.io.mi.com', 'mqtts://i2-ha.mqtt.io.mi.com:8883'],
  ru: ['https://ru.ha.api.io.mi.com', 'mqtts://ru-ha.mqtt.io.mi.com:8883'],
  sg: ['https://sg.ha.api.io.mi.com', 'mqtts://sg-ha.mqtt.io.mi.com:8883'],
  us: ['https://us.ha.api.io.mi.com', 'mqtts://us-ha.mqtt.io.mi.com:8883'],
};

const hosts = ['apiHost', 'oauthHost', 'mqttHost', 'specHost'] as const;

describe('the addresses of the cloud', () => {
  for (const region of regions) {
    it(`of region ${region} are as documented`, () => {
      const { api, mqtt, authorize, specs } = endpointsOf({ region, ...unset });
      assert.deepEqual([api, mqtt], table[region]);
      assert.equal(authorize, 'https://account.xiaomi.com/oauth2/authorize');
      assert.ok(specs.length > 0 && specs.every((spec) => /^https:\/\/[\w.-]+$/.test(spec)));
    });
  }

  it('may be others: a host, a host with a port, or a URL', () => {
    assert.equal(at({ apiHost: 'cloud.example' }).api, 'https://cloud.example');
    assert.equal(at({ apiHost: 'cloud.example:8443' }).api, 'https://cloud.example:8443');
    assert.equal(at({ apiHost: 'https://cloud.example/' }).api, 'https://cloud.example');
    assert.equal(at({ apiHost: 'https://cloud.example/behind/' }).api, 'https://cloud.example/behind');
    assert.equal(at({ oauthHost: 'sign-in.example' }).authorize, 'https://sign-in.example/oauth2/authorize');
    assert.equal(at({ mqttHost: 'broker.example:1234' }).mqtt, 'mqtts://broker.example:1234');
    assert.deepEqual(at({ specHost: 'spec.example' }).specs, ['https://spec.example']);
  });

  it('may be without TLS on this machine only', () => {
    for (const host of ['127.0.0.1:8080', 'localhost:8080', 'LOCALHOST:8080', '127.3.2.1', '[::1]:8080']) {
      assert.ok(at({ apiHost: `http://${host}`, oauthHost: `http://${host}`, specHost: `http://${host}` }));
      assert.ok(at({ mqttHost: `mqtt://${host}` }));
    }
    for (const host of [
      'cloud.example',
      '192.168.1.2',
      '10.0.0.1',
      '127.0.0.1.evil.example',
      'localhost.evil.example',
      '[::2]',
      '0.0.0.0',
    ]) {
      for (const setting of hosts) {
        const plain = setting === 'mqttHost' ? 'mqtt' : 'http';
        assert.throws(() => at({ [setting]: `${plain}://${host}` }), isRefused(setting), `${setting} ${host}`);
      }
    }
  });

  it('are refused with the name of the setting where they cannot be used', () => {
    for (const setting of hosts) {
      const wrong = [
        'https://',
        'a b',
        'user@cloud.example',
        'u:p@cloud.example',
        'cloud.example?x=1',
        'cloud.example#x',
        'ftp://cloud.example',
      ];
      for (const typed of wrong) assert.throws(() => at({ [setting]: typed }), isRefused(setting), `${setting} ${typed}`);
    }
    assert.throws(() => at({ apiHost: 'mqtts://cloud.example' }), isRefused('apiHost'));
    assert.throws(() => at({ mqttHost: 'https://cloud.example' }), isRefused('mqttHost'));
    assert.throws(() => at({ mqttHost: 'broker.example/path' }), isRefused('mqttHost'));
  });
});

function isRefused(setting: string): (error: unknown) => boolean {
  return (error) =>
    error instanceof LumiotError && error.code === 'MISCONFIGURED' && error.message.startsWith(`The setting ${setting} is "`);
}
