/** The guide to MQTT keeps what it promises: topics and payloads as the code has them, and a broker with exactly its files allows and refuses what it says. */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import mqtt, { type IClientOptions, type MqttClient } from 'mqtt';
import { actionText, infoText, newsText } from '../../lib/mqtt/announcements';
import { Topics } from '../../lib/mqtt/topics';
import type { HomeNews } from '../../lib/mqtt/types';
import { type Broker, env, freeTcpPort, needsMosquitto, openMosquitto } from '../examples/broker';
import { readExample, root } from '../examples/support';
import { lumiOf } from '../lib/mqtt/home-assistant/devices';
import { type Certificates, certificates } from '../support/certificates';
import { until } from '../support/wait';

const guide = readFileSync(join(root, 'docs', 'mqtt.md'), 'utf8');
const blocks = (kind: string): string[] =>
  [...guide.matchAll(new RegExp(`\`\`\`${kind}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, text = '']) => text);
/** A file of the guide: its first line is its path. */
function file(path: string): string {
  const found = blocks('conf').filter((text) => text.startsWith(`# ${path}\n`));
  assert.equal(found.length, 1, path);
  return found[0] ?? '';
}

describe('docs/mqtt.md', () => {
  it('has the topics that the code has', () => {
    const topics = new Topics({ base: '<base>', home: '<home>', prefix: '<prefix>' });
    const listed = [...guide.matchAll(/^\| `(<(?:base|prefix)>[^`]*)` \|/gm)].map(([, topic]) => topic);
    const device = '<device>';
    const words = ['info', 'availability', 'action', 'set', 'get', 'result'] as const;
    const wanted = [
      topics.status,
      topics.availability,
      topics.event,
      topics.state(device),
      ...words.map((word) => topics.of(device, word)),
    ];
    assert.deepEqual(listed, [...wanted, topics.discovery('DEVICE').replace('DEVICE', device), topics.homeAssistantStatus]);
  });

  it('shows only JSON that can be read', () => {
    const shown = blocks('json');
    assert.ok(shown.length >= 7);
    for (const text of shown) JSON.parse(text);
    for (const [, text = ''] of guide.matchAll(/`(\{"[^`]*\})`/g)) JSON.parse(text);
  });

  it('shows payloads with everything that they have, and nothing else', () => {
    const keysOf = (text: string): string[] => Object.keys(JSON.parse(text) as object).sort();
    const shown = (first: string): string[][] =>
      blocks('json')
        .filter((text) => text.startsWith(`{"${first}"`))
        .map(keysOf);
    const { info, state } = lumiOf('sensor_ht');
    const news: readonly HomeNews[] = [
      { event: 'alert', code: 'KEY_INVALID', text: '', cleared: false },
      { event: 'pairing', pairing: true, seconds: 30 },
    ];
    assert.deepEqual(
      shown('event'),
      news.map((one) => keysOf(newsText(one, 0))),
    );
    assert.deepEqual(shown('id'), [keysOf(infoText({ info, state, description: undefined }))]);
    assert.deepEqual(shown('action'), [keysOf(actionText({ name: 'single', button: 'left' }, 0))]);
  });

  it('fills in the dialog of the server as the example Edge has it', () => {
    const server = readExample('Edge').find(({ type }) => type === 'mqtt-broker');
    for (const when of ['birth', 'close', 'will']) {
      const row = new RegExp(`^ *\\| .*\\(${when} message\\) \\| \`(.*)\` \\| \`(.*)\` \\| (.*) \\| (.*) \\|$`, 'm').exec(guide);
      assert.deepEqual(row?.slice(1), [
        server?.[`${when}Topic`],
        server?.[`${when}Payload`],
        server?.[`${when}Qos`],
        server?.[`${when}Retain`],
      ]);
    }
  });
});

const users = ['house-a', 'house-b', 'central', 'home-assistant', 'panel-a'] as const;
type User = (typeof users)[number];

const a = 'lumiot/house-a/34ce00fb61a9';
const b = 'lumiot/house-b/f0b429aabbcc';
const discovery = 'homeassistant/device/lumiot_158d0001/config';

/** What each may write; everything else in this table it may not. */
const may: Readonly<Record<User, readonly string[]>> = {
  'house-a': ['lumiot/house-a/status', `${a}/availability`, `${a}/1`, `${a}/1/action`, `${a}/1/set`, `${a}/1/get`, discovery],
  'house-b': ['lumiot/house-b/status', `${b}/1`, `${b}/1/set`, discovery],
  central: [`${a}/1/set`, `${a}/1/get`, `${b}/1/set`],
  'home-assistant': [`${a}/1/set`, `${b}/1/set`, 'homeassistant/status'],
  'panel-a': [],
};
const topics = [
  ...new Set([...Object.values(may).flat(), 'homeassistant/switch/x/config', 'lumiot/house-c/status', 'lumiot', 'elsewhere']),
];

/** Which of these each hears, when it asks for everything. */
const hears: Readonly<Record<User, readonly string[]>> = {
  'house-a': ['homeassistant/status', 'lumiot/house-a/status', `${a}/1/get`, `${a}/1/set`],
  'house-b': ['homeassistant/status', 'lumiot/house-b/status', `${b}/1/set`],
  central: topics.filter((topic) => topic.startsWith('lumiot/') && topic !== 'lumiot/house-c/status'),
  'home-assistant': topics.filter((topic) => /^(lumiot|homeassistant)\//.test(topic) && !/house-c|switch/.test(topic)),
  'panel-a': topics.filter((topic) => topic.startsWith('lumiot/house-a/')),
};

describe('docs/mqtt.md: Mosquitto with its files', function () {
  this.timeout(20_000);
  let folder: string;
  let tls: Certificates;
  let broker: Broker;
  const clients: MqttClient[] = [];

  const connect = async (options: IClientOptions): Promise<MqttClient> => {
    const client = await mqtt.connectAsync(`mqtts://127.0.0.1:${broker.port}`, { protocolVersion: 5, reconnectPeriod: 0, ...options });
    clients.push(client);
    return client;
  };
  const login = (username: User, more: IClientOptions = {}): Promise<MqttClient> =>
    connect({ username, password: `password of ${username}`, ca: tls.ca, ...more });
  /** Everything that arrives at a client, by topic. */
  const listen = async (client: MqttClient): Promise<Set<string>> => {
    const heard = new Set<string>();
    client.on('message', (topic) => heard.add(topic));
    await client.subscribeAsync('#', { qos: 1 });
    return heard;
  };

  before(async function () {
    needsMosquitto(this);
    folder = mkdtempSync(join(tmpdir(), 'lumiot-guide-'));
    tls = await certificates();
    mkdirSync(join(folder, 'certs'));
    mkdirSync(join(folder, 'data'));
    for (const [name, text] of [
      ['certs/ca.crt', tls.ca],
      ['certs/broker.crt', tls.cert],
      ['certs/broker.key', tls.key],
      ['lumiot.acl', file('/etc/mosquitto/lumiot.acl')],
      ['lumiot.passwd', `${users.map((user) => `${user}:password of ${user}`).join('\n')}\n`],
    ] as const)
      writeFileSync(join(folder, name), text);
    chmodSync(join(folder, 'lumiot.passwd'), 0o600);
    const { error, status } = spawnSync('mosquitto_passwd', ['-U', join(folder, 'lumiot.passwd')], { env });
    assert.equal(error ?? status, 0);
    const port = await freeTcpPort();
    // Only places differ: its folders, its port, and loopback instead of every address.
    const lines = file('/etc/mosquitto/conf.d/lumiot.conf')
      .replace('listener 8883', `listener ${port} 127.0.0.1`)
      .replaceAll('/etc/mosquitto/', `${folder}/`)
      .replaceAll('/var/lib/mosquitto/', `${folder}/data/`);
    broker = await openMosquitto(lines.split('\n'), port);
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((client) => client.endAsync(true)));
  });

  after(async () => {
    await broker?.close();
    await tls?.remove();
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });

  for (const user of users) {
    it(`lets ${user} write what it may, and nothing else`, async () => {
      const client = await login(user);
      const allowed: string[] = [];
      for (const topic of topics) {
        const refusal = await client.publishAsync(topic, 'x', { qos: 1 }).then(
          () => undefined,
          (error: { code?: number }) => error.code,
        );
        if (refusal === undefined) allowed.push(topic);
        else assert.equal(refusal, 135, topic);
      }
      assert.deepEqual(allowed.sort(), [...may[user]].sort());
    });
  }

  it('lets each hear what it may, and nothing else', async () => {
    const heard = new Map<User, Set<string>>();
    for (const user of users) heard.set(user, await listen(await login(user)));
    for (const user of users) {
      const client = await login(user);
      for (const topic of may[user]) await client.publishAsync(topic, 'x', { qos: 1 });
    }
    const said = new Set(Object.values(may).flat());
    const wanted = (user: User): string[] => hears[user].filter((topic) => said.has(topic)).sort();
    for (const user of users) await until(() => wanted(user).every((topic) => heard.get(user)?.has(topic)), `everything for ${user}`);
    for (const user of users) assert.deepEqual([...(heard.get(user) ?? [])].sort(), wanted(user), user);
  });

  it('knows nobody without the right password, and nobody without a name', async () => {
    await assert.rejects(login('house-a', { password: 'guess' }), /Not authorized/i);
    await assert.rejects(connect({ ca: tls.ca }), /Not authorized/i);
  });

  it('proves itself by its certificate', async () => {
    await assert.rejects(connect({ username: 'house-a', password: 'password of house-a' }), /certificate/i);
  });

  it('says that all is well to MQTT 3.1.1, and drops what may not be written', async () => {
    const heard = await listen(await login('central'));
    const client = await login('house-a', { protocolVersion: 4 });
    await client.publishAsync(`${b}/2`, 'x', { qos: 1 });
    await client.publishAsync(`${a}/2`, 'x', { qos: 1 });
    await until(() => heard.has(`${a}/2`), 'its own');
    assert.ok(!heard.has(`${b}/2`));
  });

  it('publishes a last will below the own base, and takes another without ever publishing it', async () => {
    const heard = await listen(await login('central'));
    const dies = async (topic: string): Promise<void> => {
      const client = await login('house-a', { will: { topic, payload: Buffer.from('offline'), qos: 1, retain: true } });
      client.stream.destroy();
    };
    await dies('lumiot/house-b/status');
    await dies('lumiot/house-a/status');
    await until(() => heard.has('lumiot/house-a/status'), 'its own');
    assert.ok(!heard.has('lumiot/house-b/status'));
  });

  it('hands over more retained messages than its default would', async () => {
    const edge = await login('house-b');
    const count = 1_500;
    await Promise.all(Array.from({ length: count }, (_, index) => edge.publishAsync(`${b}/${index}/info`, 'x', { qos: 1, retain: true })));
    const heard = await listen(await login('central'));
    await until(() => [...heard].filter((topic) => topic.endsWith('/info')).length === count, 'every device', 10_000);
  });
});
