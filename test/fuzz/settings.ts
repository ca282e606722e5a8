/** `checkSettings`, `checkAccountSettings` and the settings of the nodes against their oracle: stored values of any age and type. */

import { checkSettings } from '../../lib/lumi';
import { checkAccountSettings } from '../../lib/miot/settings';
import { deviceId, flag, migrate, number, text } from '../../nodes/shared/runtime/settings';
import { NAMES, type Random } from './random';
import { difference, shown } from './same';
import { expectedAccount, expectedGateway, sidOf } from './settings-oracle';
import type { Target } from './target';

type Stored = Readonly<Record<string, unknown>>;

const GATEWAY = ['name', 'sid', 'host', 'interface', 'discoveryRetries', 'pollInterval', 'devices', 'key'];
const ACCOUNT = [
  ...['name', 'region', 'clientId', 'redirectUrl', 'transport', 'localDevices', 'apiHost', 'oauthHost', 'mqttHost', 'specHost', 'caFile'],
  ...['deviceIdPrefix', 'bizId', 'storeKey'],
];
const WORDS = [
  ...[
    '34ce00fb61a9',
    '34:CE:00:FB:61:A9',
    'lumi.158d0001a2b3c4',
    '127.0.0.1',
    '192.168.1.256',
    '10.0.0.01',
    '::1',
    '0987654321qwerty',
    '3',
    '0',
    '7',
  ],
  ...[
    '-1',
    '99',
    '1e3',
    'cn',
    'DE',
    'xx',
    'auto',
    'cloud',
    'Local',
    '1234567890123456789',
    '12 34',
    'https://host.example/back',
    'http://h/#x',
  ],
  ...['ftp://host.example', 'host.example', 'host.example:8883', 'http://127.0.0.1:1880', 'http://host.example', 'mqtt://localhost:1883'],
  ...['mqtts://host.example/path', 'https://user@host.example', 'https://host.example?x', 'ha.', 'haapi', 'with space', 'true', 'false'],
];

export const gatewaySettings: Target<Stored> = {
  name: 'checkSettings',
  make: (random) => stored(random, GATEWAY),
  isTaken: (one) => checkSettings(one).problems.length === 0,
  judge: (one) => {
    const { settings, problems } = checkSettings(one);
    const expected = expectedGateway(one);
    const actual = { ...settings, devices: [...settings.devices] };
    const unlike =
      difference(actual, expected.settings) ??
      difference(
        problems.map(({ code }) => code),
        expected.codes,
      );
    if (unlike !== undefined) return `${unlike} for ${shown(one)}`;
    // What was understood is understood again, whoever stores it.
    const again = checkSettings({ ...settings, devices: [...settings.devices].map(([sid, row]) => ({ sid, ...row })) }).settings;
    return difference({ ...again, devices: [...again.devices] }, actual);
  },
};

export const accountSettings: Target<Stored> = {
  name: 'checkAccountSettings',
  make: (random) => stored(random, ACCOUNT),
  isTaken: (one) => checkAccountSettings(one).problems.length === 0,
  judge: (one) => {
    const { settings, problems } = checkAccountSettings(one);
    const expected = expectedAccount(one);
    const unlike = difference({ ...settings, problems: problems.length }, { ...expected.settings, problems: expected.problems });
    if (unlike !== undefined) return `${unlike} for ${shown(one)}`;
    const isTold = problems.every(({ code, message }) => code === 'MISCONFIGURED' && /\.$/.test(message));
    return isTold ? undefined : `a problem that is no sentence for ${shown(one)}`;
  },
};

/** One stored value as the nodes read it. */
export const nodeSettings: Target<{ readonly value: unknown }> = {
  name: 'settings of nodes',
  make: (random) => ({ value: random.json(WORDS) }),
  isTaken: ({ value }) => text(value) !== '',
  judge: ({ value }) => {
    const typed = typeof value === 'string' ? value.trim() : typeof value === 'number' ? `${value}` : '';
    const isNumber = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)));
    const lifted = migrate({ version: value, seen: 0 }, [{ version: 2, up: (old) => ({ ...old, seen: 1 }) }]);
    const isOld = !(isNumber && Number(value) >= 2);
    return difference(
      { text: text(value), flag: flag(value), number: number(value, 7), id: deviceId(value), seen: lifted.seen },
      {
        text: typed,
        flag: value === true || value === 'true',
        number: isNumber ? Number(value) : 7,
        id: typed && sidOf(typed),
        seen: isOld ? 1 : 0,
      },
    );
  },
};

function stored(random: Random, names: readonly string[]): Stored {
  const made = random.object(() => random.pick(names), WORDS) as Record<string, unknown>;
  for (const name of ['devices', 'localDevices'])
    if (names.includes(name) && random.isLucky(0.4))
      made[name] = random.some(3, () => random.object(() => random.pick(['sid', 'did', 'name', 'room', 'model', 'host', ...NAMES]), WORDS));
  return made;
}
