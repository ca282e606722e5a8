/** The push connection with the pretend cloud's broker: real sockets, real tokens; only waiting is done by a clock that stands still. */

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { after, afterEach, before, beforeEach, describe, it } from 'mocha';
import mqtt, { type MqttClient } from 'mqtt';
import { generate, type Packet, parser } from 'mqtt-packet';
import { LumiotError } from '../../../lib/home/errors';
import { createHttp } from '../../../lib/miot/http';
import { type CloudConfig, type PretendCloud, startPretendCloud } from '../../../lib/simulator/cloud';
import { type Certificates, certificates } from '../../support/certificates';
import { ManualClock } from '../../support/clock';
import { until } from '../../support/wait';
import { CLIENT_ID, DEVICE_ID, Purse, type Rig, rig } from './push-rig';

const LAMP = '68332340';
const REMOTE = 'blt.3.1kfa1i1ugc400';
const FOREIGN = '999';
const devices = [
  { did: LAMP, model: 'lumiot.light.lamp1' },
  { did: REMOTE, model: 'lumiot.remote-control.remote2' },
];

/** Tokens that the pretend cloud has issued; a renewal is a refresh there. */
class Account extends Purse {
  #refresh = '';
  readonly #cloud: PretendCloud;
  readonly #caFile: string;
  readonly issued: string[] = [];

  constructor(cloud: PretendCloud, caFile = '') {
    super('none');
    this.#cloud = cloud;
    this.#caFile = caFile;
  }

  async signIn(): Promise<this> {
    const { http, clientId, redirectUrl } = this.#cloud.addresses;
    const query = new URLSearchParams({
      client_id: clientId,
      redirect_uri: redirectUrl,
      response_type: 'code',
      device_id: DEVICE_ID,
      state: 's',
    });
    const back = new URL(await this.#cloud.approve(`${http}/oauth2/authorize?${query}`));
    await this.#ask({ code: back.searchParams.get('code'), device_id: DEVICE_ID });
    return this;
  }

  async refresh(): Promise<void> {
    await this.#ask({ refresh_token: this.#refresh });
  }

  override async renew(refused: { generation: number }): Promise<typeof this.token> {
    if (refused.generation === this.token.generation) {
      this.renewals++;
      await this.refresh();
    }
    return this.token;
  }

  async #ask(fields: object): Promise<void> {
    const { http, redirectUrl } = this.#cloud.addresses;
    const data = JSON.stringify({ redirect_uri: redirectUrl, ...fields }).replace('{', `{"client_id":${CLIENT_ID},`);
    const url = `${http}/app/v2/ha/oauth/get_token?data=${encodeURIComponent(data)}`;
    const { text } = await createHttp({ caFile: this.#caFile }).send({ method: 'GET', url, timeoutMs: 5_000 });
    const { result } = JSON.parse(text) as { result: { access_token: string; refresh_token: string } };
    this.#refresh = result.refresh_token;
    this.issued.push(result.access_token, result.refresh_token);
    this.hold(result.access_token);
  }
}

describe('push with the pretend cloud', () => {
  let cloud: PretendCloud;
  let time: ManualClock;
  let account: Account;
  let current: Rig;
  let other: MqttClient | undefined;

  const start = async (config: CloudConfig = {}, caFile = ''): Promise<void> => {
    time = new ManualClock();
    cloud = await startPretendCloud({ devices, expiresIn: 3_600, ...config }, { clock: time });
    account = await new Account(cloud, caFile).signIn();
  };
  const open = async (dids: readonly string[], options: Parameters<typeof rig>[1] = {}): Promise<Rig> => {
    current = rig(cloud.addresses.mqtt, { tokens: account, ...options });
    const { push, readings } = current;
    push.follow(new Set(dids));
    await until(() => readings.length > 0, 'a session with its subscriptions');
    return current;
  };

  beforeEach(() => start());

  afterEach(async () => {
    await current.push.close();
    await other?.endAsync(true);
    other = undefined;
    await cloud.close();
    assert.equal(current.push.state, 'off');
    assert.equal(current.clock.openTimers, 0, 'timers left behind');
    for (const secret of account.issued) assert.ok(!current.lines.join('\n').includes(secret), 'a token in the log');
  });

  it('brings a changed value, an event and the online state', async () => {
    const { events } = await open([LAMP, REMOTE]);
    cloud.change(LAMP, 2, 1, true);
    cloud.event(REMOTE, 2, 1, [{ piid: 1, value: 2 }]);
    cloud.online(LAMP, false);
    await until(() => events.length >= 3, 'three events');
    const told = events.map(({ raw: _raw, ...event }) => event);
    assert.deepEqual(told, [
      { kind: 'property', did: LAMP, siid: 2, piid: 1, value: true },
      { kind: 'event', did: REMOTE, siid: 2, eiid: 1, arguments: [{ piid: 1, value: 2 }] },
      { kind: 'online', did: LAMP, isOnline: false },
    ]);
  });

  it('is told connected once every subscription is in force, so that a read after it misses nothing', async () => {
    let inForce: readonly string[] = [];
    await open([LAMP, REMOTE], {
      onConnected: () => {
        inForce = cloud.filters();
        current.readings.push('');
      },
    });
    assert.equal(inForce.length, 5);
  });

  it('finds its way back to a broker that went down, and subscribes again', async () => {
    const { push, clock, readings, events, states } = await open([LAMP]);
    cloud.fault({ fault: 'broker-down' });
    await until(() => push.state === 'waiting', 'the loss is noticed');
    // Nobody listens: a few attempts, ever later, and never one without a pause.
    for (let tries = 0; tries < 3; tries++) {
      const { length } = states;
      await clock.advance(30_000);
      await until(() => states.length >= length + 2 && push.state === 'waiting', 'another attempt in vain');
    }
    cloud.fault({ fault: 'clear' });
    await cloud.settled();
    await clock.advance(60_000);
    await until(() => readings.length === 2, 'a second session');
    cloud.change(LAMP, 2, 2, 33);
    await until(() => events.length === 1, 'a value after the restart');
    assert.deepEqual(cloud.filters().length, 3);
  });

  it('waits longer after each failure, with chance in it, until a session was a good one', async () => {
    const { push, clock, states } = await open([LAMP], { random: () => 1 });
    cloud.fault({ fault: 'broker-down' });
    await until(() => push.state === 'waiting', 'lost');
    for (const seconds of [1, 2, 4, 8, 16, 32, 60, 60]) {
      await clock.advance(seconds * 1_000 - 10);
      assert.equal(push.state, 'waiting', `${seconds} s are not over`);
      const { length } = states;
      await clock.advance(10);
      await until(() => states.length === length + 2, `an attempt after ${seconds} s`);
    }
    cloud.fault({ fault: 'clear' });
    await cloud.settled();
    await clock.advance(60_000);
    await until(() => push.state === 'connected', 'connected');
    await clock.advance(60_000);
    cloud.fault({ fault: 'broker-kick' });
    await until(() => push.state === 'waiting', 'lost again');
    await clock.advance(1_000);
    await until(() => push.state === 'connected', 'back after a second');
  });

  it('renews an expired password, and connects at once', async () => {
    const { push, clock, readings, states, events } = await open([LAMP]);
    await clock.advance(60_000);
    await time.advance(3_600_000);
    await until(() => push.state === 'waiting', 'the broker ended the session');
    await clock.advance(500);
    await until(() => readings.length === 2, 'a second session');
    assert.equal(account.renewals, 1);
    assert.deepEqual(states, ['connecting', 'connected', 'waiting', 'connecting', 'connected']);
    cloud.change(LAMP, 2, 1, true);
    await until(() => events.length === 1, 'a value');

    // The next time, after a good session, it does the same.
    await clock.advance(60_000);
    await time.advance(3_600_000);
    await until(() => push.state === 'waiting', 'expired again');
    await clock.advance(1_000);
    await until(() => readings.length === 3, 'a third session');
    assert.equal(account.renewals, 2);
  });

  it('gives up after one renewal when the new password is refused too, and asks again every few minutes without another', async () => {
    let hears = '';
    const { push, clock } = await open([LAMP], { deviceId: () => hears || DEVICE_ID });
    await clock.advance(60_000);
    hears = 'ha.of-somebody-else';
    cloud.fault({ fault: 'broker-kick' });
    await until(() => push.state === 'waiting', 'lost');
    await clock.advance(500);
    await until(() => push.state === 'refused', 'refused');
    assert.equal(account.renewals, 1);
    for (let round = 0; round < 3; round++) {
      await clock.advance(300_000);
      await until(() => push.state === 'refused', 'refused again');
    }
    assert.equal(account.renewals, 1);
    assert.equal(current.lines.filter((line) => line.startsWith('warn')).length, 1);
    hears = '';
    await clock.advance(300_000);
    await until(() => push.state === 'connected', 'accepted at last');
  });

  it('says goodbye and comes back with a new password, so that the end of the old one goes unnoticed', async () => {
    const { push, readings, states, events } = await open([LAMP]);
    await time.advance(2_500_000);
    await account.refresh();
    push.tokenRenewed();
    await until(() => readings.length === 2, 'a second session');
    assert.deepEqual(states, ['connecting', 'connected', 'connecting', 'connected']);
    await time.advance(1_500_000);
    assert.equal(cloud.sessions, 1);
    cloud.change(LAMP, 2, 1, true);
    await until(() => events.length === 1, 'a value after the old password died');
    push.tokenRenewed();
    await time.settle();
    assert.equal(states.length, 4, 'the same token is no reason to reconnect');
    assert.equal(account.renewals, 0);
  });

  it('waits a minute at least where another client took its session, and warns once', async () => {
    const { push, clock, lines, readings } = await open([LAMP]);
    for (let round = 1; round <= 2; round++) {
      other = await mqtt.connectAsync(cloud.addresses.mqtt, {
        protocolVersion: 5,
        clientId: DEVICE_ID,
        username: CLIENT_ID,
        password: account.token.value,
        reconnectPeriod: 0,
      });
      await until(() => push.state === 'waiting', 'taken over');
      push.tokenRenewed();
      await clock.advance(60_000);
      assert.equal(push.state, 'waiting');
      await clock.advance(60_000);
      await until(() => readings.length === round + 1, 'back');
      await clock.advance(70_000);
    }
    const warnings = lines.filter((line) => line.startsWith('warn'));
    assert.equal(warnings.length, 1);
    assert.match(String(warnings[0]), /another client uses the same device id/);
  });

  it('asks for the two exact topics where the wildcard of the state is refused', async () => {
    cloud.fault({ fault: 'refuse-state-wildcard' });
    const { push, events, readings, lines } = await open([LAMP]);
    assert.deepEqual(
      cloud.filters().filter((filter) => filter.includes('/state/')),
      [`device/${LAMP}/state/online`, `device/${LAMP}/state/offline`],
    );
    cloud.online(LAMP, false);
    cloud.online(LAMP, true);
    await until(() => events.length === 2, 'both');
    assert.deepEqual(
      events.map((event) => event.kind === 'online' && event.isOnline),
      [false, true],
    );
    assert.deepEqual(readings, ['']);
    assert.equal(lines.length, 0);
    assert.equal(push.state, 'connected');
  });

  it('tells of a device that the account may not hear, leaves it out, and hears the others', async () => {
    const { events, lines, clock, readings } = await open([FOREIGN, LAMP]);
    const complaints = (): number => lines.filter((line) => line.startsWith('warn') && line.includes(FOREIGN)).length;
    // Properties, events and the two topics of the state.
    assert.equal(complaints(), 3);
    cloud.change(LAMP, 2, 1, true);
    await until(() => events.length === 1, 'a value');
    cloud.fault({ fault: 'broker-kick' });
    await until(() => current.push.state === 'waiting', 'lost');
    await clock.advance(1_000);
    await until(() => readings.length === 2, 'back');
    assert.equal(complaints(), 3, 'not asked for again');
    assert.equal(cloud.filters().length, 3);
  });

  it('paces its subscriptions', async () => {
    await cloud.close();
    const many = Array.from({ length: 40 }, (_, index) => ({ did: `${1_000 + index}`, model: 'lumiot.light.lamp1' }));
    await start({ devices: many });
    current = rig(cloud.addresses.mqtt, { tokens: account });
    const { push, clock, readings } = current;
    push.follow(new Set(many.map(({ did }) => did)));
    await until(() => cloud.filters().length === 10, 'the first wave');
    await clock.settle();
    assert.equal(cloud.filters().length, 10);
    await clock.advance(400);
    await until(() => cloud.filters().length >= 100, 'ten more');
    assert.ok(cloud.filters().length <= 110);
    assert.equal(readings.length, 0);
    await clock.advance(100);
    await until(() => readings.length === 1, 'all of them');
    assert.equal(cloud.filters().length, 120);
  });

  it('follows what changes, and goes when nobody needs it', async () => {
    const { push, readings, states } = await open([LAMP]);
    push.follow(new Set([LAMP, REMOTE, 'a/b', '#']));
    await until(() => readings.length === 2, 'the second device');
    assert.deepEqual(readings, ['', REMOTE]);
    push.follow(new Set([REMOTE]));
    await until(() => cloud.filters().length === 2, 'the first one is gone');
    push.follow(new Set());
    await until(() => cloud.sessions === 0, 'a goodbye');
    assert.deepEqual(states, ['connecting', 'connected', 'off']);
    push.follow(new Set([LAMP]));
    push.follow(new Set());
    push.follow(new Set([LAMP]));
    await until(() => readings.length === 3, 'once more');
    assert.equal(cloud.sessions, 1);
    assert.match(current.lines.join('\n'), /characters that have a meaning of their own/);
  });

  it('opens anew after the host was away, although nothing was heard of a loss', async () => {
    let away = 0;
    class Sleeper extends ManualClock {
      override now(): number {
        return super.now() + away;
      }
    }
    const clock = new Sleeper();
    const { push, readings, lines } = await open([LAMP], { clock });
    await clock.advance(120_000);
    assert.deepEqual(readings, [''], 'time that passes is no gap');
    away = 3_600_000;
    await clock.advance(20_000);
    await until(() => readings.length === 2, 'a new session');
    assert.match(lines.join('\n'), /away for 36\d\d s/);
    assert.equal(push.state, 'connected');
    await push.close();
    assert.equal(clock.openTimers, 0);
  });

  it('bears garbage, and listeners that throw', async () => {
    const seen: unknown[] = [];
    const { push, lines } = await open([LAMP], {
      onEvent: (event) => {
        seen.push(event);
        throw new Error('a listener of somebody');
      },
    });
    push.watch(() => {
      throw new Error('another');
    });
    const topic = `device/${LAMP}/up/properties_changed/2/1`;
    for (const payload of [
      '',
      '{',
      'null',
      '[]',
      '{"params":[]}',
      '{"params":{"did":"1","siid":2,"piid":1,"value":1}}',
      Buffer.from([0, 255]),
    ])
      cloud.publishRaw(topic, payload);
    for (let round = 0; round < 50; round++) cloud.publishRaw(topic, '{{{');
    cloud.change(LAMP, 2, 1, true);
    cloud.change(LAMP, 2, 1, false);
    await until(() => seen.length === 2, 'what makes sense');
    assert.equal(push.state, 'connected');
    assert.ok(lines.length <= 4, lines.join('\n'));
  });

  it('asks for a sign-in where there is none, and connects when there is a token', async () => {
    account.error = new LumiotError('LOGIN_NEEDED', 'Sign in.');
    current = rig(cloud.addresses.mqtt, { tokens: account });
    const { push, readings } = current;
    push.follow(new Set([LAMP]));
    await until(() => push.state === 'refused', 'refused');
    account.error = undefined;
    push.tokenRenewed();
    await until(() => readings.length === 1, 'connected');
  });

  it('retries soon where only the cloud cannot be reached, and never without a device id', async () => {
    account.error = new LumiotError('CLOUD_UNREACHABLE', 'Not now.');
    let deviceId: string | undefined;
    current = rig(cloud.addresses.mqtt, { tokens: account, deviceId: () => deviceId });
    const { push, clock } = current;
    push.follow(new Set([LAMP]));
    await until(() => push.state === 'waiting', 'waiting');
    account.error = undefined;
    await clock.advance(1_000);
    await until(() => push.state === 'refused', 'nobody has signed in');
    deviceId = DEVICE_ID;
    push.tokenRenewed();
    await until(() => push.state === 'connected', 'connected');
  });

  it('can be closed at any moment', async () => {
    for (let turns = 0; turns < 12; turns++) {
      current = rig(cloud.addresses.mqtt, { tokens: account });
      const { push, clock } = current;
      push.follow(new Set([LAMP]));
      await clock.settle(turns);
      await push.close();
      push.follow(new Set([LAMP]));
      push.tokenRenewed();
      assert.equal(push.state, 'off');
      assert.equal(clock.openTimers, 0);
    }
    await until(() => cloud.sessions === 0, 'nothing stays open');
  });

  it('can be closed while it reads its certificates', async () => {
    const tls = await certificates();
    for (let turns = 0; turns < 6; turns++) {
      current = rig(cloud.addresses.mqtt, { tokens: account, caFile: tls.caFile });
      current.push.follow(new Set([LAMP]));
      for (let turn = 0; turn < turns * 10; turn++) await Promise.resolve();
      await current.push.close();
      // Real time: what has been opened by mistake would be connected by then.
      await new Promise((resolve) => setTimeout(resolve, 30));
      assert.equal(cloud.sessions, 0);
    }
    await tls.remove();
  });
});

describe('push over TLS', () => {
  let tls: Certificates;
  let cloud: PretendCloud;
  let current: Rig | undefined;

  before(async () => {
    tls = await certificates();
  });
  afterEach(async () => {
    await current?.push.close();
    current = undefined;
    await cloud?.close();
  });
  after(() => tls.remove());

  const start = async (pair: { cert: string; key: string }): Promise<Account> => {
    cloud = await startPretendCloud({ devices, tls: { cert: pair.cert, key: pair.key } });
    // A certificate for another host serves for HTTP no better: the token is of no importance then.
    return pair === tls.elsewhere ? new Account(cloud) : new Account(cloud, tls.caFile).signIn();
  };
  const follow = (account: Account, caFile: string, host = cloud.addresses.mqtt): Rig => {
    current = rig(host, { tokens: account, caFile });
    current.push.follow(new Set([LAMP]));
    return current;
  };
  const untrusted = async ({ states, lines, push }: Rig): Promise<void> => {
    await until(() => states.includes('waiting'), 'refused');
    assert.notEqual(push.state, 'connected');
    assert.match(lines.join('\n'), /^warn .* is not trusted .*"CA file"/);
    assert.equal(cloud.sessions, 0);
  };

  it('accepts a broker whose authority is in caFile', async () => {
    const { events, readings } = follow(await start(tls), tls.caFile);
    await until(() => readings.length === 1, 'connected');
    cloud.change(LAMP, 2, 1, true);
    await until(() => events.length === 1, 'a value');
  });

  it('refuses one whose authority nobody vouches for, whatever the environment says', async () => {
    const account = await start(tls);
    const said = process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = '0';
    try {
      await untrusted(follow(account, ''));
    } finally {
      if (said === undefined) delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
      else process.env.NODE_TLS_REJECT_UNAUTHORIZED = said;
    }
  });

  it('refuses a certificate of the right authority for another host', async () => {
    await untrusted(follow(await start(tls.elsewhere), tls.caFile));
  });

  it('checks the name as well as the address', async () => {
    const { readings } = follow(await start(tls), tls.caFile, cloud.addresses.mqtt.replace('127.0.0.1', 'localhost'));
    await until(() => readings.length === 1, 'connected by name');
  });

  it('names a file that cannot be read, or that holds no certificate', async () => {
    const account = await start(tls);
    const missing = follow(account, path.join(path.dirname(tls.caFile), 'missing.pem'));
    await until(() => missing.push.state === 'refused', 'refused');
    assert.match(missing.lines.join('\n'), /missing\.pem cannot be read/);
    await missing.push.close();
    const garbage = path.join(path.dirname(tls.caFile), 'garbage.pem');
    await writeFile(garbage, 'no certificate');
    const { states, push } = follow(account, garbage);
    await until(() => states.includes('waiting') || states.includes('refused'), 'not accepted');
    assert.notEqual(push.state, 'connected');
  });
});

describe('push with a broker that does as it is told', () => {
  let server: Server;
  const sockets = new Set<Socket>();
  let received: Packet[];
  /** Answers CONNECT. Its half of the connection stays open whatever the client does. */
  let welcome: (socket: Socket) => void;
  /** Answers SUBSCRIBE too. */
  let grants: boolean;

  const send = (socket: Socket, packet: Packet): void => void socket.write(generate(packet, { protocolVersion: 5 }));
  const accept = (socket: Socket): void => send(socket, { cmd: 'connack', reasonCode: 0, sessionPresent: false });
  const count = (cmd: string): number => received.filter((packet) => packet.cmd === cmd).length;

  beforeEach(async () => {
    received = [];
    welcome = accept;
    grants = false;
    server = createServer({ allowHalfOpen: true }, (socket) => {
      sockets.add(socket);
      const packets = parser();
      packets.on('packet', (packet) => {
        received.push(packet);
        if (packet.cmd === 'connect') welcome(socket);
        if (packet.cmd === 'subscribe' && grants) send(socket, { cmd: 'suback', messageId: packet.messageId ?? 0, granted: [1] });
      });
      socket.on('data', (bytes: Buffer) => void packets.parse(bytes));
      socket.on('error', () => {});
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    sockets.clear();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  });

  const host = (): string => {
    const address = server.address();
    return `mqtt://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  };
  const begin = async (): Promise<Rig & { readonly socket: Socket }> => {
    const begun = rig(host());
    begun.push.follow(new Set([LAMP]));
    await until(() => count('subscribe') === 3, 'three requests');
    const [socket] = sockets;
    assert.ok(socket);
    return { ...begun, socket };
  };
  /** Closes, though the broker does not. */
  const close = async ({ push, clock }: Rig): Promise<void> => {
    const closing = push.close();
    await clock.during(closing);
    assert.equal(clock.openTimers, 0);
  };

  it('sends what the vendor’s broker expects', async () => {
    const begun = await begin();
    const [connect] = received;
    assert.ok(connect?.cmd === 'connect');
    assert.equal(connect.protocolVersion, 5);
    assert.equal(connect.clientId, DEVICE_ID);
    assert.equal(connect.username, CLIENT_ID);
    assert.equal(connect.password?.toString(), 'V3_first-token');
    assert.equal(connect.clean, true);
    assert.equal(connect.keepalive, 60);
    assert.equal(connect.will, undefined);
    const asked = received.flatMap((packet) => (packet.cmd === 'subscribe' ? packet.subscriptions : []));
    assert.deepEqual(
      asked.map(({ topic, qos }) => [topic, qos]),
      [
        [`device/${LAMP}/up/properties_changed/#`, 1],
        [`device/${LAMP}/up/event_occured/#`, 1],
        [`device/${LAMP}/state/#`, 1],
      ],
    );
    await close(begun);
  });

  it('waits ten seconds for its subscriptions, reads all the same, and is closed within two', async () => {
    const begun = await begin();
    const { push, clock, readings } = begun;
    await clock.advance(9_900);
    assert.equal(readings.length, 0);
    await clock.advance(200);
    assert.deepEqual(readings, ['']);
    assert.equal(push.state, 'connected');
    let isClosed = false;
    const closing = push.close().then(() => {
      isClosed = true;
    });
    await clock.advance(1_900);
    assert.equal(isClosed, false);
    await clock.advance(200);
    await closing;
    assert.equal(clock.openTimers, 0);
  });

  it('is done with bytes that are no MQTT', async () => {
    const begun = await begin();
    begun.socket.write(Buffer.from('HTTP/1.1 200 OK\r\n\r\n'));
    await until(() => begun.push.state === 'waiting', 'given up');
    await begun.clock.settle();
    assert.equal(begun.readings.length, 0, 'subscriptions that end with their session are not in force');
    await close(begun);
  });

  it('takes a token that was renewed between CONNECT and its answer', async () => {
    welcome = () => {};
    const begun = rig(host());
    const { push, purse } = begun;
    push.follow(new Set([LAMP]));
    await until(() => count('connect') === 1, 'CONNECT with the first token');
    welcome = accept;
    purse.hold('V3_second-token');
    push.tokenRenewed();
    for (const socket of sockets) accept(socket);
    await until(() => count('subscribe') === 3, 'a session');
    await begun.clock.advance(2_100);
    await until(() => count('connect') === 2, 'CONNECT again');
    const passwords = received.flatMap((packet) => (packet.cmd === 'connect' ? [packet.password?.toString()] : []));
    assert.deepEqual(passwords, ['V3_first-token', 'V3_second-token']);
    await close(begun);
  });

  it('says goodbye before it comes with a new token', async () => {
    grants = true;
    const begun = await begin();
    await until(() => begun.readings.length === 1, 'a session');
    begun.purse.hold('V3_second-token');
    begun.push.tokenRenewed();
    await until(() => count('disconnect') === 1, 'a goodbye');
    assert.equal(count('connect'), 1);
    await begun.clock.advance(2_100);
    await until(() => count('connect') === 2, 'CONNECT again');
    assert.equal(begun.push.state === 'off', false);
    await close(begun);
  });

  it('prints no token, however much is asked to be printed', async () => {
    const url = host();
    const script = `
      const { PushConnection } = require(${JSON.stringify(path.resolve('lib/miot/push-connection.ts'))});
      const { systemClock } = require(${JSON.stringify(path.resolve('lib/home/clock.ts'))});
      PushConnection.open({ url: ${JSON.stringify(url)}, clientId: 'c', username: 'u', password: 'V3_planted-token', caFile: '', clock: systemClock,
        onOpen: () => process.exit(0), onMessage: () => {}, onEnd: () => process.exit(1) });`;
    const child = spawn(process.execPath, ['--import', 'tsx', '-e', script], { env: { ...process.env, DEBUG: '*' } });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (output += text.toString('utf8')));
    await once(child, 'close');
    assert.equal(child.exitCode, 0, output);
    assert.match(output, /mqtt-packet/);
    assert.doesNotMatch(output, /planted|70 ?6c ?61 ?6e ?74/i);
  });

  it('tells a message that is delivered again from one that says the same', async () => {
    const begun = await begin();
    const { events, socket } = begun;
    const click = (messageId: number, dup: boolean): void =>
      send(socket, {
        cmd: 'publish',
        topic: `device/${LAMP}/up/event_occured/2/1`,
        payload: '{"params":{"siid":2,"eiid":1}}',
        qos: 1,
        retain: false,
        messageId,
        dup,
      });
    click(7, false);
    click(7, true);
    await until(() => count('puback') === 2, 'both are acknowledged');
    assert.equal(events.length, 1, 'a copy');
    click(8, false);
    click(7, false);
    click(9, true);
    await until(() => count('puback') === 5, 'three more');
    assert.equal(events.length, 4, 'another click; one that uses an identifier again; one whose first delivery was lost');
    await close(begun);
  });

  it('does not take a broker for wrong that is only busy', async () => {
    welcome = (socket) => send(socket, { cmd: 'connack', reasonCode: 0x89, sessionPresent: false });
    const begun = rig(host());
    begun.push.follow(new Set([LAMP]));
    await until(() => begun.push.state === 'waiting', 'waiting');
    await begun.clock.advance(1_000);
    await until(() => count('connect') === 2 && begun.push.state === 'waiting', 'soon again');
    welcome = (socket) => send(socket, { cmd: 'connack', reasonCode: 0x8a, sessionPresent: false });
    await begun.clock.advance(2_000);
    await until(() => begun.push.state === 'refused', 'banned');
    assert.equal(begun.purse.renewals, 0);
    await close(begun);
  });
});
