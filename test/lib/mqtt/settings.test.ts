/** What a user sets for a home on MQTT. */

import assert from 'node:assert/strict';
import { checkMqttSettings } from '../../../lib/mqtt';

describe('the settings of a home on MQTT', () => {
  it('have defaults', () => {
    const meant = { baseTopic: 'lumiot', homeAssistant: true, discoveryPrefix: 'homeassistant', qos: 1 };
    assert.deepEqual(checkMqttSettings({}), { settings: meant, problems: [] });
    const nothing = { baseTopic: ' ', homeAssistant: undefined, discoveryPrefix: null, qos: '' };
    assert.deepEqual(checkMqttSettings(nothing), { settings: meant, problems: [] });
  });

  it('are taken as they were stored or typed', () => {
    const { settings, problems } = checkMqttSettings({
      baseTopic: ' //sites/house a/edge-1/ ',
      homeAssistant: 'false',
      discoveryPrefix: '/ha/',
      qos: '2',
    });
    assert.deepEqual(settings, { baseTopic: 'sites/house a/edge-1', homeAssistant: false, discoveryPrefix: 'ha', qos: 2 });
    assert.deepEqual(problems, []);
    assert.equal(checkMqttSettings({ qos: 0 }).settings.qos, 0);
  });

  for (const [topic, why] of [
    ['lumiot/+', /wildcard/],
    ['lumiot/#', /wildcard/],
    ['a\u0000b', /characters that no topic can have/],
    ['a\nb', /characters/],
    ['a\ud800b', /characters/],
    ['$SYS/lumiot', /begins with \$/],
    ['a//b', /empty level/],
    ['a/ /b', /empty level/],
    ['x'.repeat(201), /more than 200 characters/],
  ] as const) {
    it(`refuse the topic ${JSON.stringify(topic).slice(0, 20)}`, () => {
      for (const name of ['baseTopic', 'discoveryPrefix'] as const) {
        const { settings, problems } = checkMqttSettings({ [name]: topic });
        assert.equal(problems.length, 1);
        assert.equal(problems[0]?.code, 'NOT_CONFIGURED');
        assert.match(problems[0]?.message ?? '', why);
        assert.ok((problems[0]?.message.length ?? 0) < 250);
        assert.equal(settings[name], name === 'baseTopic' ? 'lumiot' : 'homeassistant');
      }
    });
  }

  it('keep the base topic away from where Home Assistant looks', () => {
    for (const baseTopic of ['ha', 'ha/device', 'ha/device/x']) {
      const { problems } = checkMqttSettings({ baseTopic, discoveryPrefix: 'ha/' });
      assert.match(problems[0]?.message ?? '', /where Home Assistant looks/, baseTopic);
    }
    for (const baseTopic of ['ha/devices', 'ha/lumiot', 'haus']) {
      assert.deepEqual(checkMqttSettings({ baseTopic, discoveryPrefix: 'ha' }).problems, [], baseTopic);
    }
  });

  it('do not mind the prefix where nothing is announced', () => {
    for (const discoveryPrefix of ['ha/#', 'lumiot', '$x', 'a//b']) {
      assert.deepEqual(checkMqttSettings({ baseTopic: 'lumiot', homeAssistant: false, discoveryPrefix }).problems, [], discoveryPrefix);
      assert.equal(checkMqttSettings({ baseTopic: 'lumiot', homeAssistant: true, discoveryPrefix }).problems.length, 1, discoveryPrefix);
    }
  });

  it('know three qualities of service', () => {
    for (const qos of ['3', -1, 1.5, 'high']) {
      const { settings, problems } = checkMqttSettings({ qos });
      assert.equal(settings.qos, 1);
      assert.match(problems[0]?.message ?? '', /quality of service/);
    }
  });

  it('never throw', () => {
    for (const odd of [{}, [], () => 1, Symbol('x'), Object.create(null), Number.NaN, 1n, true]) {
      const { settings } = checkMqttSettings({ baseTopic: odd, homeAssistant: odd, discoveryPrefix: odd, qos: odd });
      assert.equal(typeof settings.baseTopic, 'string');
    }
  });
});
