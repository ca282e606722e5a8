/** Settings of an account, as people and old flows leave them. */

import assert from 'node:assert/strict';
import { checkAccountSettings, isSameGrant } from '../../../lib/miot/settings';

const CLIENT_ID = '1234567890123456789';

describe('settings of an account', () => {
  it('have defaults that are no account yet, and nothing to complain of', () => {
    const { settings, problems } = checkAccountSettings({});
    assert.deepEqual(problems, []);
    assert.deepEqual(settings, {
      name: '',
      region: 'cn',
      clientId: '',
      redirectUrl: '',
      transport: 'auto',
      localDevices: [],
      apiHost: '',
      oauthHost: '',
      mqttHost: '',
      specHost: '',
      caFile: '',
      deviceIdPrefix: 'ha.',
      bizId: 'haapi',
      storeKey: '',
    });
  });

  it('are taken as they are where they are right', () => {
    const stored = {
      name: 'Home',
      region: 'de',
      clientId: CLIENT_ID,
      redirectUrl: 'http://127.0.0.1:1880/lumiot/miot/callback',
      transport: 'local',
      localDevices: [{ did: '1', name: 'Lamp', host: '192.0.2.7', model: 'm' }],
      apiHost: 'http://127.0.0.1:1',
      oauthHost: 'sign-in.example',
      mqttHost: 'mqtt://127.0.0.1:2',
      specHost: 'spec.example',
      caFile: '/etc/ca.pem',
      deviceIdPrefix: 'my.',
      bizId: 'other-biz',
      storeKey: 'k',
    };
    assert.deepEqual(checkAccountSettings(stored), { settings: stored, problems: [] });
  });

  it('lose the blanks that come with copying', () => {
    const { settings, problems } = checkAccountSettings({
      clientId: ` ${CLIENT_ID}\n`,
      redirectUrl: ' http://a.example/ ',
      region: ' DE ',
      apiHost: ' cloud.example ',
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [settings.clientId, settings.redirectUrl, settings.region, settings.apiHost],
      [CLIENT_ID, 'http://a.example/', 'de', 'cloud.example'],
    );
  });

  const wrong: readonly (readonly [
    string,
    unknown,
    RegExp,
    key: 'clientId' | 'redirectUrl' | 'region' | 'transport' | 'bizId' | 'deviceIdPrefix',
    unknown,
  ])[] = [
    ['a client id with letters', '12ab', /client id/, 'clientId', ''],
    ['a client id that is too long', '1'.repeat(21), /client id/, 'clientId', ''],
    ['a client id that JSON cannot hold as a number', '0012345', /client id/, 'clientId', ''],
    ['a client id that was a number and lost digits', Number(CLIENT_ID), /lost/, 'clientId', ''],
    ['a redirect URL that is none', '/callback', /redirect URL/, 'redirectUrl', ''],
    ['a redirect URL of another scheme', 'javascript:alert(1)', /redirect URL/, 'redirectUrl', ''],
    ['a redirect URL with a fragment', 'http://a.example/#x', /redirect URL/, 'redirectUrl', ''],
    ['a region that is none', 'fr', /region "fr".*cn, de, i2/, 'region', 'cn'],
    ['a transport that is none', 'pigeon', /transport "pigeon"/, 'transport', 'auto'],
    ['a business id with a line break', 'a\nb', /business id/, 'bizId', 'haapi'],
    ['a prefix with a slash', 'a/b', /prefix/, 'deviceIdPrefix', 'ha.'],
  ];
  for (const [name, value, sentence, key, instead] of wrong) {
    it(`complain of ${name}, and leave it out`, () => {
      const { settings, problems } = checkAccountSettings({ [key]: value });
      assert.equal(settings[key], instead);
      assert.equal(problems.length, 1);
      assert.equal(problems[0]?.code, 'MISCONFIGURED');
      assert.match(problems[0]?.message ?? '', sentence);
    });
  }

  it('complain of a host that cannot be used', () => {
    const { problems } = checkAccountSettings({ apiHost: 'http://cloud.example' });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['MISCONFIGURED'],
    );
    assert.match(problems[0]?.message ?? '', /apiHost/);
  });

  it('complain of each thing that is wrong', () => {
    assert.equal(checkAccountSettings({ clientId: 'x', region: 'x', redirectUrl: 'x', apiHost: 'a b', bizId: '/' }).problems.length, 5);
  });

  it('never throw, whatever was stored', () => {
    const nonsense: readonly unknown[] = [null, undefined, 0, 1e300, true, [], {}, [null, [], 5], () => 1, Symbol('x'), '\u0000'];
    const keys = Object.keys(checkAccountSettings({}).settings);
    for (const value of nonsense) checkAccountSettings(Object.fromEntries(keys.map((key) => [key, value])));
  });

  it('keep local devices that have an id, and what can be read of them', () => {
    const { settings } = checkAccountSettings({
      localDevices: [{ did: 68332340, host: ' 192.0.2.7 ' }, { name: 'no id' }, null, 'x', { did: '' }],
    });
    assert.deepEqual(settings.localDevices, [{ did: '68332340', name: '', host: '192.0.2.7', model: '' }]);
  });

  it('F15: mean the same grant only with the same region, client and redirect', () => {
    const grant = { region: 'de', clientId: CLIENT_ID, redirectUrl: 'http://a.example/' } as const;
    assert.ok(isSameGrant(grant, { ...grant }));
    assert.ok(!isSameGrant(grant, { ...grant, region: 'cn' }));
    assert.ok(!isSameGrant(grant, { ...grant, clientId: '1' }));
    assert.ok(!isSameGrant(grant, { ...grant, redirectUrl: 'http://b.example/' }));
  });
});
