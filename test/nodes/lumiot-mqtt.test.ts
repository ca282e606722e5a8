/** lumiot-mqtt: a home as messages for "mqtt out", commands out of those of "mqtt in", and what a deploy must not cost. */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { names } from '../../lib/home/names';
import type { DeviceConfig } from '../../lib/simulator';
import mqttNode from '../../nodes/lumiot-mqtt/lumiot-mqtt';
import { CloudBench, cloudDevices, LAMP, REMOTE } from './cloud-bench';
import {
  BUTTON,
  CLIMATE,
  type FlowNode,
  HALL,
  hall,
  hallConfig,
  hallKey,
  ONE_GANG,
  PLUG,
  type Received,
  type Stage,
  sink,
  stage,
  until,
} from './support';

const CUBE = '158d0001a2b3cb';
const cube: DeviceConfig = { sid: CUBE, model: 'sensor_cube.aqgl01', fields: { voltage: 3005 } };
const BASE = `lumiot/${HALL}`;

interface Command {
  readonly topic: string;
  readonly payload?: unknown;
  readonly retain?: boolean;
  readonly correlationData?: Buffer;
}

/** Stands where "mqtt out", a broker and "mqtt in" would: keeps what is retained, and gives back what `lumiot-mqtt` subscribes to. */
class Loop {
  readonly retained = new Map<string, string>();
  isConnected = true;
  #node: Node | undefined;

  register = (RED: NodeAPI): void => {
    const loop = this;
    function LoopNode(this: Node, definition: NodeDef): void {
      RED.nodes.createNode(this, definition);
      loop.#node = this;
      this.on('input', (message, _send, done) => {
        loop.#take(message as unknown as Received);
        done();
      });
    }
    RED.nodes.registerType('loop', LoopNode);
  };

  /** The connection is there again: the broker gives what it kept, then the birth message comes. */
  connect(): void {
    this.isConnected = true;
    this.#take({ topic: 'lumiot/status', payload: 'online', retain: true });
  }

  #take({ topic, payload, retain }: Received): void {
    if (!this.isConnected) return;
    const [name, text] = [String(topic), String(payload)];
    if (retain === true && text === '') this.retained.delete(name);
    else if (retain === true) this.retained.set(name, text);
    if (/\/status$|\/[sg]et$/.test(name)) this.#node?.send({ topic: name, payload: text, qos: 1, retain: false } as unknown as NodeMessage);
  }
}

describe('lumiot-mqtt', () => {
  let home: Stage;
  let loop: Loop;
  beforeEach(async () => {
    loop = new Loop();
    home = await stage({ gateways: [hall({ devices: [...(hall().devices ?? []), cube] })] }, { nodes: [mqttNode, loop.register] });
  });
  afterEach(() => home.close());

  const node = (more: Record<string, unknown> = {}): FlowNode => ({
    ...{ id: 'n', type: 'lumiot-mqtt', gateway: 'hall', account: '', baseTopic: 'lumiot', homeAssistant: true },
    ...{ discoveryPrefix: 'homeassistant', qos: 1, version: 1, wires: [['out', 'loop']] },
    ...more,
  });
  const flow = (...nodes: readonly FlowNode[]): FlowNode[] => [
    hallConfig(),
    ...nodes,
    { id: 'loop', type: 'loop', wires: [['n']] },
    { id: 'failures', type: 'catch', scope: ['n'], uncaught: false, wires: [['errors']] },
    { id: 'completions', type: 'complete', scope: ['n'], uncaught: false, wires: [['done']] },
    ...[sink('out'), sink('errors'), sink('done')],
  ];
  const start = async (more: Record<string, unknown> = {}): Promise<void> => {
    await home.load(flow(node(more)), hallKey);
    await home.online('hall');
    await stands(`${String(more.baseTopic ?? 'lumiot')}/${HALL}/${PLUG}`);
  };
  /** Waits until the broker keeps something there. */
  const stands = (topic: string, fits: (text: string) => boolean = () => true): Promise<void> =>
    until(
      () => fits(loop.retained.get(topic) ?? '') && loop.retained.has(topic),
      `${topic} is retained`,
      () => home.clock.skip(100),
    );
  const published = (topic: string): Received[] => home.received('out').filter((message) => message.topic === topic);
  const json = (topic: string): Record<string, unknown> => JSON.parse(loop.retained.get(topic) ?? 'null') as Record<string, unknown>;
  const shows = (text: string, fill: string): Promise<void> =>
    until(
      () => home.statuses('n').at(-1)?.text === text && home.statuses('n').at(-1)?.fill === fill,
      `it shows ${fill} ${text}`,
      () => home.clock.skip(200),
    );
  const command = (message: Command): void => home.send('n', { payload: '', qos: 1, retain: false, ...message });
  /** A command, and what is said of it on `/result`. */
  const result = async (device: string, message: Omit<Command, 'topic'>, what = 'set'): Promise<Received> => {
    const answered = home.next('out', ({ topic }) => topic === `${BASE}/${device}/result`);
    command({ topic: `${BASE}/${device}/${what}`, ...message });
    return answered;
  };
  const said = ({ payload }: Received): Record<string, unknown> => JSON.parse(String(payload)) as Record<string, unknown>;

  describe('tells', () => {
    it('every device: what is known, what it is, whether it is there, and how to discover it', async () => {
      await start();
      await stands(`homeassistant/device/lumiot_${CLIMATE}/config`);
      const { temperature, humidity } = json(`${BASE}/${CLIMATE}`);
      assert.deepEqual({ temperature, humidity }, { temperature: 22.4, humidity: 48.12 });
      const { id, name, room } = json(`${BASE}/${CLIMATE}/info`);
      assert.deepEqual({ id, name, room }, { id: CLIMATE, name: 'Bedroom', room: 'Upstairs' });
      for (const place of ['lumiot/status', `${BASE}/availability`, `${BASE}/${CLIMATE}/availability`])
        assert.equal(loop.retained.get(place), 'online', place);
      await shows('status.online', 'green');
    });

    it('under itself that nothing comes back from the broker, until it does', async () => {
      loop.isConnected = false;
      await home.load(flow(node()), hallKey);
      await home.online('hall');
      await shows('status.online', 'green');
      await shows('status.unheard', 'red');
      loop.connect();
      await shows('status.online', 'green');
    });

    it('what "mqtt out" takes and no more, each message a new object', async () => {
      await start({ qos: '2' });
      await result(PLUG, { payload: 'on', correlationData: Buffer.from([1, 2, 255]) });
      const names = ['topic', 'payload', 'qos', 'retain', 'contentType', 'correlationData'];
      const all = home.received('out');
      for (const message of all) {
        assert.deepEqual(
          Object.keys(message).filter((name) => !names.includes(name) && name !== '_msgid'),
          [],
        );
        assert.deepEqual(
          [typeof message.topic, typeof message.payload, message.qos, typeof message.retain],
          ['string', 'string', message.retain === true ? 1 : 2, 'boolean'],
        );
      }
      assert.equal(new Set(all).size, all.length);
    });

    it('a report at once, and what happens once', async () => {
      await start();
      const changed = home.next('out', ({ topic, payload }) => topic === `${BASE}/${CLIMATE}` && String(payload).includes('23.5'));
      await home.simulator.report(HALL, CLIMATE, { temperature: '2350' });
      assert.equal((await changed).retain, true);
      const clicked = home.next('out', ({ topic }) => topic === `${BASE}/${BUTTON}/action`);
      await home.simulator.report(HALL, BUTTON, { status: 'click' });
      const { retain, payload } = await clicked;
      assert.deepEqual([retain, said({ payload }).action], [false, 'single']);
    });

    it('nothing of Home Assistant where that is not wanted', async () => {
      await start({ homeAssistant: false });
      await home.clock.skip(5_000);
      assert.deepEqual(
        [...loop.retained.keys()].filter((topic) => !topic.startsWith('lumiot/')),
        [],
      );
    });

    it('everything again when a connection is there that was not', async () => {
      loop.isConnected = false;
      await home.load(flow(node()), hallKey);
      await home.online('hall');
      await home.clock.skip(1_000);
      assert.equal(loop.retained.size, 0);
      loop.connect();
      await stands(`${BASE}/${PLUG}`);
    });
  });

  describe('a command', () => {
    it('takes effect, and is answered and completed', async () => {
      await start();
      const done = home.next('done');
      const { ok, payload, requestId } = said(await result(PLUG, { payload: { on: true, requestId: 'a1' } }));
      assert.deepEqual({ ok, payload, requestId }, { ok: true, payload: true, requestId: 'a1' });
      assert.deepEqual(
        home.writes().map(({ status }) => status),
        ['on'],
      );
      assert.equal((await done).topic, `${BASE}/${PLUG}/set`);
      await stands(`${BASE}/${PLUG}`, (text) => text.includes('"on":true'));
    });

    it('comes as text, buffer or JSON, and brings its correlation data back', async () => {
      await start();
      for (const [index, payload] of ['on', Buffer.from('off'), true, '{"on": false}'].entries()) {
        const correlationData = Buffer.from([index, 0, 255]);
        const answer = await result(PLUG, { payload, correlationData });
        assert.equal(said(answer).ok, true, String(payload));
        assert.ok(Buffer.isBuffer(answer.correlationData));
        assert.deepEqual([...answer.correlationData], [...correlationData]);
        assert.notEqual(answer.correlationData, correlationData);
      }
      assert.deepEqual(
        home.writes().map(({ status }) => status),
        ['on', 'off', 'on', 'off'],
      );
    });

    it('to read asks the device', async () => {
      await start();
      const { ok, command: what, payload } = said(await result(CLIMATE, { payload: '' }, 'get'));
      assert.deepEqual([ok, what, (payload as Record<string, unknown>).temperature], [true, 'get', 22.4]);
    });

    it('that fails is a result, an error for catch, and a status until one works', async () => {
      await start();
      const caught = home.next('errors');
      const { ok, code } = said(await result('158d00ffffffff', { payload: 'on' }));
      assert.deepEqual({ ok, code }, { ok: false, code: 'NO_DEVICE' });
      const { error } = (await caught) as { error: { code: string; message: string } };
      assert.equal(error.code, 'NO_DEVICE');
      await shows('status.no-device', 'red');
      await result(PLUG, { payload: 'on' });
      await shows('status.online', 'green');
    });

    it('that the broker had kept is refused', async () => {
      await start();
      const { ok, code } = said(await result(PLUG, { payload: 'on', retain: true }));
      assert.deepEqual({ ok, code }, { ok: false, code: 'BAD_INPUT' });
      assert.deepEqual(home.writes(), []);
    });

    it('does not wait for one to a device that is slow', async () => {
      await start();
      home.simulator.fault(HALL, { fault: 'no-ack', count: 1 });
      const slow = result(PLUG, { payload: 'on' });
      const quick = result('158d00ffffffff', { payload: 'on' });
      const order: string[] = [];
      await Promise.all([slow.then(() => order.push('slow')), quick.then(() => order.push('quick'))]);
      assert.deepEqual(order, ['quick', 'slow']);
    });

    it('for others is nothing to it', async () => {
      await start();
      const done = home.next('done');
      command({ topic: `lumiot/000000000000/${PLUG}/set`, payload: 'on' });
      await done;
      const results = home.received('out').filter(({ topic }) => String(topic).endsWith('/result'));
      assert.deepEqual([results, home.received('errors'), home.writes()], [[], [], []]);
    });
  });

  describe('an input that is no message of a broker', () => {
    for (const [what, topic] of [
      ['without a topic', undefined],
      ['with an empty topic', ''],
      ['with a topic that is no text', 7],
    ] as const) {
      it(`${what} says what to wire`, async () => {
        await start();
        const caught = home.next('errors');
        home.send('n', { payload: 'on', ...(topic === undefined ? {} : { topic }) });
        const { error } = (await caught) as { error: { code: string; message: string } };
        assert.equal(error.code, 'BAD_INPUT');
        assert.match(error.message, /"mqtt in"/);
        await shows('status.bad-input', 'red');
      });
    }
  });

  it('does not give a broker more correlation data than it takes', async () => {
    await start();
    const caught = home.next('errors');
    command({ topic: `${BASE}/${PLUG}/set`, payload: 'on', correlationData: Buffer.alloc(65_536) });
    const { error } = (await caught) as { error: { code: string } };
    assert.equal(error.code, 'BAD_INPUT');
    assert.deepEqual(home.writes(), []);
    const { correlationData } = await result(PLUG, { payload: 'on', correlationData: Buffer.alloc(65_535) });
    assert.equal((correlationData as Buffer).length, 65_535);
  });

  describe('a deploy', () => {
    it('loses nothing that happens meanwhile and tells nothing twice', async () => {
      await start();
      let count = 0;
      let isOver = false;
      // Each turn is another: what is said twice within a moment is a copy.
      const turning = (async () => {
        while (!isOver) {
          count += 1;
          await home.simulator.report(HALL, CUBE, { rotate: `${count},500` });
          await new Promise((resolve) => setTimeout(resolve, 3));
        }
      })();
      const turns = (): unknown[] => published(`${BASE}/${CUBE}/action`).map((message) => said(message).angle);
      for (const [index, type] of (['nodes', 'full', 'nodes', 'flows', 'nodes'] as const).entries()) {
        const heard = turns().length;
        await home.deploy(flow(node({ note: index })), type, hallKey);
        await until(() => turns().length > heard, 'turns arrive again');
      }
      isOver = true;
      await turning;
      await until(() => turns().length >= count, 'all turns arrived');
      const degrees = turns().map(Number);
      assert.equal(degrees.length, count);
      assert.deepEqual(
        degrees,
        [...new Set(degrees)].sort((one, other) => one - other),
      );
      assert.ok(count > 10, `only ${count} turns`);
    });

    it('that replaces what stands behind it loses nothing either', async () => {
      await start();
      const slowly = home.node('out') as unknown as { on(event: 'close', listener: (done: () => void) => void): void };
      slowly.on('close', (done) => setTimeout(done, 600));
      const deployed = home.deploy(
        flow(node()).map((one) => (one.id === 'out' ? { ...one, note: 1 } : one)),
        'nodes',
      );
      await new Promise((resolve) => setTimeout(resolve, 20));
      // What comes of it is neither a value nor an action, and so is held by nobody but the node.
      const answered = home.next('out', ({ topic }) => topic === `${BASE}/${ONE_GANG}/result`);
      command({ topic: `${BASE}/${ONE_GANG}/set`, payload: 'on' });
      await deployed;
      assert.equal(said(await answered).ok, true);
    });

    for (const type of ['nodes', 'full'] as const)
      it(`(${type}) answers the command that is under way, once and as it ended`, async () => {
        await start();
        home.simulator.fault(HALL, { fault: 'delay', ms: 700 });
        command({ topic: `${BASE}/${PLUG}/set`, payload: '{"on": true, "requestId": "over"}', correlationData: Buffer.from('q') });
        await until(() => home.simulator.commands().some(({ cmd, sid }) => cmd === 'write' && sid === PLUG), 'it is on its way');
        await home.deploy(flow(node({ note: type })), type, hallKey);
        assert.equal(published(`${BASE}/${PLUG}/result`).length, 0);
        home.simulator.fault(HALL, { fault: 'clear' });
        await until(() => published(`${BASE}/${PLUG}/result`).length > 0, 'it is answered');
        const [answer, ...more] = published(`${BASE}/${PLUG}/result`);
        assert.ok(answer !== undefined);
        assert.deepEqual([said(answer).ok, said(answer).requestId, String(answer.correlationData), more], [true, 'over', 'q', []]);
      });

    it('with other names says so', async () => {
      await start();
      const devices = [{ sid: PLUG, name: 'Kettle', room: 'Kitchen', model: '' }];
      await home.deploy([hallConfig({ devices }), ...flow(node()).slice(1)], 'nodes');
      await stands(`${BASE}/${PLUG}/info`, (text) => text.includes('Kettle'));
    });

    it('says what an account has learned of names, though nothing of the node was deployed', async () => {
      await start();
      await stands(`${BASE}/${ONE_GANG}/info`);
      names.publish('test', new Map([[ONE_GANG, { name: 'Porch', room: 'Garden' }]]));
      try {
        await home.deploy(
          flow(node()).map((one) => (one.id === 'done' ? { ...one, note: 1 } : one)),
          'nodes',
        );
        await stands(`${BASE}/${ONE_GANG}/info`, (text) => text.includes('Porch'));
      } finally {
        names.withdraw('test');
      }
    });

    it('with another base topic takes back what stood under the first', async () => {
      await start();
      await home.deploy(flow(node({ baseTopic: 'lumiot/house-a' })), 'nodes');
      await stands(`lumiot/house-a/${HALL}/${PLUG}`);
      await until(
        () => ![...loop.retained.keys()].some((topic) => topic.startsWith(`${BASE}/`)),
        'the old topics are gone',
        () => home.clock.skip(100),
      );
    });

    it('without the node takes everything back, and its file', async () => {
      await start();
      const file = join(home.userDir, 'lumiot', 'n.json');
      await until(
        () => existsSync(file),
        'the file is written',
        () => home.clock.skip(1_000),
      );
      assert.ok((JSON.parse(readFileSync(file, 'utf8')) as { topics: string[] }).topics.includes(`${BASE}/${PLUG}`));
      await home.deploy(flow(), 'nodes');
      await until(() => [...loop.retained.keys()].every((topic) => topic === 'lumiot/status'), 'nothing but the edge is retained');
      await until(() => !existsSync(file), 'the file is deleted');
    });

    it('leaves no timer behind', async () => {
      await start();
      await home.clock.skip(5_000);
      const before = home.clock.pending;
      for (let note = 0; note < 5; note++) {
        await home.deploy(flow(node({ note })), 'nodes');
        await stands(`${BASE}/${PLUG}`);
      }
      await home.clock.skip(5_000);
      assert.ok(home.clock.pending <= before, `${home.clock.pending} instead of ${before}`);
    });
  });

  describe('that cannot be used', () => {
    const failure = async (): Promise<{ code: string; message: string }> => {
      const caught = home.next('errors');
      command({ topic: `${BASE}/${PLUG}/set`, payload: 'on' });
      return ((await caught) as { error: { code: string; message: string } }).error;
    };

    it('has neither gateway nor account', async () => {
      await home.load(flow(node({ gateway: '' })), hallKey);
      await shows('status.not-configured', 'grey');
      assert.equal((await failure()).code, 'NOT_CONFIGURED');
    });

    it('has a gateway that is not there', async () => {
      await home.load(flow(node({ gateway: 'nowhere' })), hallKey);
      await shows('status.not-configured', 'grey');
      assert.equal((await failure()).code, 'NOT_CONFIGURED');
    });

    it('has a topic that is none', async () => {
      await home.load(flow(node({ baseTopic: 'lumiot/#' })), hallKey);
      await shows('status.misconfigured', 'red');
      const { code, message } = await failure();
      assert.equal(code, 'NOT_CONFIGURED');
      assert.match(message, /wildcard/);
      await home.clock.skip(2_000);
      assert.equal(home.received('out').length, 0);
      assert.match(home.log(), /wildcard/);
    });

    it('has a topic of a variable that nothing fills', async () => {
      await home.load(flow(node({ baseTopic: '${' + 'LUMIOT_NO_SUCH_VARIABLE}' })), hallKey);
      await shows('status.misconfigured', 'red');
      const { code, message } = await failure();
      assert.equal(code, 'NOT_CONFIGURED');
      assert.match(message, /baseTopic.*LUMIOT_NO_SUCH_VARIABLE/);
      await home.clock.skip(2_000);
      assert.equal(home.received('out').length, 0);
    });
  });

  it('does not mind a prefix that nobody reads', async () => {
    await start({ homeAssistant: false, discoveryPrefix: '${' + 'LUMIOT_NO_SUCH_VARIABLE}' });
    await home.deploy(flow(node({ homeAssistant: false, discoveryPrefix: 'lumiot' })), 'nodes');
    await shows('status.online', 'green');
  });

  it('says once that another node does the same', async () => {
    const warnings = (): number => home.log().split('The node "n" brings the same home to the same base topic, "lumiot"').length - 1;
    const twin = (more: Record<string, unknown> = {}): FlowNode => node({ id: 'twin', ...more });
    await home.load(flow(node(), twin()), hallKey);
    await until(() => warnings() === 1, 'it is said');
    // Neither when something else is deployed, nor of one that tells of something else.
    await home.deploy(flow(node(), twin()).concat(sink('more')), 'nodes');
    for (const other of [twin({ baseTopic: 'lumiot/house-b' }), twin({ gateway: '' }), twin({ baseTopic: 'lumiot/#' })])
      await home.deploy(flow(node(), other), 'nodes');
    await home.deploy(flow(twin({ baseTopic: 'lumiot/#' }), node({ note: 1 })), 'full', hallKey);
    assert.equal(warnings(), 1);
  });

  it('uses the gateway where both are set', async () => {
    await start({ account: 'account' });
    assert.equal(loop.retained.get(`${BASE}/availability`), 'online');
  });

  it('takes its topics from the environment', async () => {
    process.env.LUMIOT_TEST_SITE = 'house-b';
    try {
      await start({ baseTopic: 'lumiot/house-b' });
      await home.deploy(flow(node({ baseTopic: `lumiot/$${'{LUMIOT_TEST_SITE}'}`, note: 1 })), 'nodes');
      loop.retained.clear();
      await stands(`lumiot/house-b/${HALL}/${PLUG}`);
    } finally {
      delete process.env.LUMIOT_TEST_SITE;
    }
  });
});

describe('lumiot-mqtt of an account', () => {
  let bench: CloudBench;
  beforeEach(async () => {
    bench = await CloudBench.open({ nodes: [mqttNode] });
    await bench.start({
      id: 'n',
      type: 'lumiot-mqtt',
      gateway: '',
      baseTopic: 'lumiot',
      homeAssistant: true,
      discoveryPrefix: 'homeassistant',
      qos: 1,
    });
  });
  afterEach(() => bench.close());

  const last = (topic: string): Received | undefined => bench.received.filter((message) => message.topic === topic).at(-1);
  const stands = (topic: string, fits: (text: string) => boolean): Promise<void> =>
    until(
      () => fits(String(last(topic)?.payload ?? '')),
      `${topic} is published`,
      () => bench.stage.clock.skipGap(),
    );

  it('tells its devices, and what is pushed', async () => {
    await stands(`lumiot/account/${LAMP}`, (text) => text.includes('"light:brightness":40'));
    await stands('lumiot/account/availability', (text) => text === 'online');
    for (const { did, name } of cloudDevices)
      await stands(`lumiot/account/${did}/info`, (text) => text !== '' && (JSON.parse(text) as { name: string }).name === name);
    await bench.pushed(LAMP);
    bench.cloud.change(LAMP, 2, 2, 55);
    await stands(`lumiot/account/${LAMP}`, (text) => text.includes('"light:brightness":55'));
  });

  it('carries out commands', async () => {
    await stands(`lumiot/account/${LAMP}`, (text) => text !== '');
    const answered = bench.next(({ topic }) => topic === `lumiot/account/${LAMP}/result`);
    bench.stage.send('n', { topic: `lumiot/account/${LAMP}/set`, payload: '{"light:on": true, "requestId": 7}', retain: false });
    const { ok, requestId } = JSON.parse(String((await answered).payload)) as Record<string, unknown>;
    assert.deepEqual({ ok, requestId }, { ok: true, requestId: 7 });
    await stands(`lumiot/account/${LAMP}`, (text) => text.includes('"light:on":true'));
  });

  it('goes on over a redeploy', async () => {
    await stands(`lumiot/account/${LAMP}`, (text) => text !== '');
    await bench.redeploy();
    await bench.pushed(LAMP, REMOTE);
    const told = bench.next(
      ({ topic, payload }) => topic === `lumiot/account/${LAMP}` && String(payload).includes('"light:brightness":12'),
    );
    bench.cloud.change(LAMP, 2, 2, 12);
    await told;
  });
});
