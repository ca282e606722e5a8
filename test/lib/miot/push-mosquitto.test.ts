/** The push connection with a broker that somebody else wrote, as a second opinion on what MQTT 5 means. Runs where `mosquitto` is installed. */

import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect as connectTcp } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'mocha';
import mqtt, { type MqttClient } from 'mqtt';
import { type Certificates, certificates } from '../../support/certificates';
import { freeTcpPort } from '../../support/sockets';
import { until } from '../../support/wait';
import { CLIENT_ID, DEVICE_ID, type Rig, rig } from './push-rig';

// Debian puts it where only root looks.
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };
const found = spawnSync('mosquitto', ['-h'], { env });
const isInstalled = found.error === undefined;

class Mosquitto {
  #child: ChildProcess | undefined;
  output = '';
  readonly folder: string;
  readonly port: number;
  readonly #lines: readonly string[];

  constructor(folder: string, port: number, lines: readonly string[]) {
    this.folder = folder;
    this.port = port;
    this.#lines = lines;
  }

  async start(): Promise<void> {
    const file = path.join(this.folder, 'mosquitto.conf');
    const { username } = userInfo();
    await writeFile(file, [`listener ${this.port} 127.0.0.1`, `user ${username}`, 'persistence false', ...this.#lines, ''].join('\n'));
    const child = spawn('mosquitto', ['-c', file, '-v'], { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text: Buffer) => (this.output += text.toString('utf8')));
    for (let tries = 0; tries < 500; tries++) {
      if (child.exitCode !== null) throw new Error(`mosquitto ended: ${this.output}`);
      if (await answers(this.port)) return;
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    throw new Error(`mosquitto does not listen: ${this.output}`);
  }

  async stop(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectTcp(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('push with Mosquitto', function () {
  this.timeout(20_000);
  let folder: string;
  let tls: Certificates;
  let broker: Mosquitto;
  let current: Rig | undefined;
  let other: MqttClient | undefined;

  before(async function () {
    if (!isInstalled) {
      console.log(`      not run: mosquitto cannot be started (${found.error?.message}); on Debian it is in the package "mosquitto"`);
      this.skip();
    }
    folder = await mkdtemp(path.join(tmpdir(), 'lumiot-mosquitto-'));
    tls = await certificates();
  });

  afterEach(async () => {
    await current?.push.close();
    assert.equal(current?.clock.openTimers ?? 0, 0, 'timers left behind');
    await other?.endAsync(true);
    await broker?.stop();
    current = other = undefined;
  });

  after(async () => {
    await tls?.remove();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  });

  const listen = async (lines: readonly string[] = ['allow_anonymous true']): Promise<string> => {
    broker = new Mosquitto(folder, await freeTcpPort(), lines);
    await broker.start();
    return `mqtt://127.0.0.1:${broker.port}`;
  };
  const open = async (host: string, dids: readonly string[], options: Parameters<typeof rig>[1] = {}): Promise<Rig> => {
    current = rig(host, options);
    current.push.follow(new Set(dids));
    const { readings } = current;
    await until(() => readings.length > 0, 'a session with its subscriptions');
    return current;
  };
  const say = async (host: string, topic: string, params: object, retain = false): Promise<void> => {
    other ??= await mqtt.connectAsync(host, { protocolVersion: 5, reconnectPeriod: 0 });
    await other.publishAsync(topic, JSON.stringify(params), { qos: 1, retain });
  };

  it('hears properties, events and the online state of the devices it follows, and of no other', async () => {
    const host = await listen();
    const { events, push, states } = await open(host, ['1', 'blt.2']);
    assert.deepEqual(states, ['connecting', 'connected']);
    await say(host, 'device/3/up/properties_changed/2/1', { params: { did: '3', siid: 2, piid: 1, value: 0 } });
    await say(host, 'device/1/up/properties_changed/2/1', { params: { did: '1', siid: 2, piid: 1, value: true } });
    await say(host, 'device/blt.2/up/event_occured/2/1018', { params: { siid: 2, eiid: 1018, arguments: [{ piid: 1, value: 2 }] } });
    await say(host, 'device/1/state/offline', { device_id: '1', event: 'offline' });
    await say(host, 'device/blt.2/state/offline', { device_id: 'blt.2', event: 'offline' });
    await say(host, 'device/1/up/properties_changed/2/1', { params: { did: '1', siid: 2, piid: 1, value: false } });
    await until(() => events.length >= 4, 'four events');
    assert.deepEqual(
      events.map((event) => [event.kind, event.did, event.kind === 'property' ? event.value : undefined]),
      [
        ['property', '1', true],
        ['event', 'blt.2', undefined],
        ['online', '1', undefined],
        ['property', '1', false],
      ],
    );
    assert.equal(push.state, 'connected');
  });

  it('takes two clicks that say the same for two, and a click that the broker kept for none', async () => {
    const host = await listen();
    await say(host, 'device/1/up/event_occured/2/1', { params: { siid: 2, eiid: 1, arguments: [] } }, true);
    const { events } = await open(host, ['1']);
    for (let click = 0; click < 2; click++) await say(host, 'device/1/up/event_occured/2/1', { params: { siid: 2, eiid: 1 } });
    await say(host, 'device/1/up/properties_changed/2/1', { params: { value: 1 } });
    await until(() => events.some(({ kind }) => kind === 'property'), 'the last one');
    assert.deepEqual(
      events.map(({ kind }) => kind),
      ['event', 'event', 'property'],
    );
  });

  it('subscribes and unsubscribes the difference, and closes when nobody needs it', async () => {
    const host = await listen();
    const { push, events, readings, states } = await open(host, ['1', '2']);
    push.follow(new Set(['2', '3']));
    await until(() => readings.includes('3'), 'the device that came later');
    assert.deepEqual(readings, ['', '3']);
    await say(host, 'device/1/up/properties_changed/2/1', { params: { value: 1 } });
    for (const did of ['2', '3']) await say(host, `device/${did}/up/properties_changed/2/1`, { params: { value: 1 } });
    await until(() => events.length >= 2, 'both');
    assert.deepEqual(
      events.map(({ did }) => did),
      ['2', '3'],
    );
    const subscribed = (filter: string): number => broker.output.split(`\t${filter} (QoS`).length - 1;
    assert.equal(subscribed('device/2/up/event_occured/#'), 1);
    assert.match(broker.output, /Received UNSUBSCRIBE[\s\S]*device\/1\/up\/event_occured\/#/);
    push.follow(new Set());
    assert.equal(push.state, 'off');
    await until(() => broker.output.includes(`Received DISCONNECT from ${DEVICE_ID}`), 'a goodbye');
    assert.deepEqual(states.slice(-2), ['connected', 'off']);
  });

  it('comes back by itself after the broker was killed, and subscribes again', async () => {
    const host = await listen();
    const { push, clock, readings, events, states } = await open(host, ['1']);
    await broker.stop();
    await until(() => push.state === 'waiting', 'the loss is noticed');
    await clock.advance(500);
    await until(() => push.state === 'waiting' && states.length >= 5, 'nobody answers');
    await broker.start();
    await clock.advance(60_000);
    await until(() => readings.length === 2, 'a second session');
    await say(host, 'device/1/up/properties_changed/2/1', { params: { value: 7 } });
    await until(() => events.length === 1, 'a value after the restart');
  });

  it('guesses that another client has its id when sessions are closed soon, again and again, and waits a minute at least', async () => {
    // Debian's Mosquitto takes a session over without saying so.
    const host = await listen();
    const { push, clock, lines, readings } = await open(host, ['1']);
    for (let round = 1; round <= 4; round++) {
      other = await mqtt.connectAsync(host, { protocolVersion: 5, clientId: DEVICE_ID, reconnectPeriod: 0 });
      await until(() => push.state === 'waiting', 'taken over');
      await clock.advance(10_000);
      if (round >= 3) {
        assert.equal(push.state, 'waiting');
        await clock.advance(49_000);
        assert.equal(push.state, 'waiting');
        await clock.advance(61_000);
      }
      await until(() => readings.length === round + 1, 'back again');
      await other.endAsync(true);
    }
    assert.match(lines.filter((line) => line.startsWith('warn')).join(), /^warn .* keeps closing .* same device id/);
    assert.equal(lines.filter((line) => line.startsWith('warn')).length, 1);
  });

  it('renews a refused password once and connects at once; with the second refusal it becomes patient', async function () {
    const file = path.join(folder, 'passwords');
    await rm(file, { force: true });
    await writeFile(file, `${CLIENT_ID}:V3_second-token\n`);
    await chmod(file, 0o600);
    const hashed = spawnSync('mosquitto_passwd', ['-U', file], { env });
    if (hashed.error !== undefined) {
      console.log('      not run: there is no mosquitto_passwd');
      this.skip();
    }
    const host = await listen(['allow_anonymous false', `password_file ${file}`]);
    current = rig(host);
    const { push, purse, lines, readings, states, clock } = current;
    purse.next = 'V3_second-token';
    push.follow(new Set(['1']));
    await until(() => readings.length === 1, 'a session with the second token');
    assert.equal(purse.renewals, 1);
    assert.deepEqual(states, ['connecting', 'connected']);

    purse.hold('V3_third-token');
    purse.next = 'V3_fourth-token';
    push.tokenRenewed();
    await until(() => push.state === 'refused', 'refused');
    assert.equal(purse.renewals, 1, 'no second renewal before a good session');
    const attempts = (): number => broker.output.split('Sending CONNACK').length;
    const before = attempts();
    await clock.advance(240_000);
    assert.equal(attempts(), before);
    await clock.advance(100_000);
    await until(() => attempts() > before && push.state === 'refused', 'asked again after some minutes');
    assert.equal(purse.renewals, 1);

    purse.hold('V3_second-token');
    push.tokenRenewed();
    await until(() => readings.length === 2, 'at once with a token that is accepted');
    assert.doesNotMatch(lines.join('\n'), /(first|second|third|fourth)-token/);
  });

  it('speaks TLS with a broker whose authority is in caFile, and with no other', async () => {
    const files = { cert: path.join(folder, 'cert.pem'), key: path.join(folder, 'key.pem') };
    await writeFile(files.cert, tls.cert);
    await writeFile(files.key, tls.key);
    await listen(['allow_anonymous true', `certfile ${files.cert}`, `keyfile ${files.key}`]);
    const host = `mqtts://127.0.0.1:${broker.port}`;
    const { push } = await open(host, ['1'], { caFile: tls.caFile });
    await push.close();
    current = rig(host);
    const { push: distrusting, lines, states } = current;
    distrusting.follow(new Set(['1']));
    await until(() => states.includes('waiting'), 'refused');
    assert.match(lines.join('\n'), /not trusted.*"CA file"/);
    assert.equal(broker.output.split(`as ${DEVICE_ID} `).length - 1, 1, 'nobody got as far as a password the second time');
  });
});
