/** Liars on the network: who says to be the gateway, who floods, who lists what nobody has. Real sockets, a clock moved by hand. */

import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import type { Gateway } from '../../../lib/lumi';
import { Claims } from '../../../lib/lumi/claims';
import { Floods } from '../../../lib/lumi/floods';
import type { Found } from '../../../lib/lumi/found';
import { Inventory } from '../../../lib/lumi/inventory';
import { ManualClock } from '../../support/clock';
import { DOOR, HALL, hall, PLUG, Rig } from '../../support/home';
import { boundSocket, closed } from '../../support/sockets';
import { until } from '../../support/wait';

const LIAR = '127.0.66.7';
const found = (address: string): Found => ({
  ...{ sid: HALL, wireSid: HALL, model: 'gateway', address, port: 9898, dialect: 1, protoVersion: '1.1.2', via: '127.0.0.1', by: 'iam' },
});

describe('a claim', () => {
  let clock: ManualClock;
  let told: string[];
  let claims: Claims;
  beforeEach(() => {
    clock = new ManualClock();
    told = [];
    claims = new Claims(clock, {
      ask: () => told.push('ask'),
      follow: ({ address }) => told.push(`follow ${address}`),
      refuse: ({ address }) => told.push(`refuse ${address}`),
    });
  });

  it('is believed when nobody answers three times', async () => {
    claims.hear(found('a'));
    assert.equal(claims.isPending, true);
    await clock.advance(689);
    assert.deepEqual(told, ['ask', 'ask', 'ask']);
    await clock.advance(1);
    assert.deepEqual(told, ['ask', 'ask', 'ask', 'follow a']);
    assert.deepEqual([claims.isPending, clock.openTimers], [false, 0]);
  });

  it('is refused as soon as the gateway answers where it was', async () => {
    claims.hear(found('a'));
    await clock.advance(300);
    claims.answered();
    claims.answered();
    await clock.advance(1_000);
    assert.deepEqual(told, ['ask', 'ask', 'refuse a']);
    assert.deepEqual([claims.isPending, clock.openTimers], [false, 0]);
  });

  it('waits for none of the others, and asks no more for them', async () => {
    for (const address of ['a', 'b', 'c']) claims.hear(found(address));
    assert.deepEqual(told, ['ask']);
    await clock.advance(690);
    assert.equal(told.at(-1), 'follow a');
    claims.hear(found('b'));
    assert.equal(claims.isPending, true);
  });

  it('is forgotten at the end', async () => {
    claims.hear(found('a'));
    claims.close();
    await clock.advance(1_000);
    assert.deepEqual([told, claims.isPending, clock.openTimers], [['ask'], false, 0]);
  });
});

describe('a flood', () => {
  it('is more than a thousand useless datagrams in a second, by sender', async () => {
    const clock = new ManualClock();
    const floods = new Floods(clock);
    for (let count = 1; count <= 1_000; count++) assert.equal(floods.isFlood('a'), false);
    assert.equal(floods.isFlood('b'), false);
    assert.equal(floods.isFlood('a'), true);
    await clock.advance(1_000);
    assert.equal(floods.isFlood('a'), false);
  });

  it('from everywhere at once is less a sender', async () => {
    const clock = new ManualClock();
    const floods = new Floods(clock);
    const each = (count: number): boolean[] =>
      Array.from({ length: 50 }, (_, index) => Array.from({ length: count }, () => floods.isFlood(`${index}`)).at(-1) ?? false);
    assert.deepEqual(new Set(each(100)), new Set([false]));
    assert.deepEqual(new Set(each(1)), new Set([true]));
    await clock.advance(1_000);
    assert.deepEqual(new Set(each(100)), new Set([false]));
  });

  it('is muted for ten seconds', async () => {
    const clock = new ManualClock();
    const floods = new Floods(clock);
    assert.equal(floods.isMuted('a'), false);
    floods.mute('a');
    assert.deepEqual([floods.isMuted('a'), floods.isMuted('b')], [true, false]);
    await clock.advance(9_999);
    assert.equal(floods.isMuted('a'), true);
    await clock.advance(1);
    assert.deepEqual([floods.isMuted('a'), floods.isMuted('a')], [false, false]);
  });

  it('from addresses without end costs no memory without end, and silences those that are counted', () => {
    const floods = new Floods(new ManualClock());
    for (let index = 0; index < 1_000; index++) floods.isFlood(`x${index}`);
    for (let count = 0; count < 2_000; count++) assert.equal(floods.isFlood('late'), false);
    for (let count = 1; count < 1_000; count++) floods.isFlood('x7');
    assert.equal(floods.isFlood('x7'), true);
  });

  it('is counted anew once it was muted', () => {
    const floods = new Floods(new ManualClock());
    for (let count = 0; count < 1_001; count++) floods.isFlood('a');
    floods.mute('a');
    assert.equal(floods.isFlood('a'), false);
    for (let index = 0; index < 1_500; index++) floods.mute(`x${index}`);
    assert.equal(floods.isMuted('x1499'), true);
  });
});

describe('a liar', () => {
  const clock = new ManualClock();
  let rig: Rig;
  let gateway: Gateway;
  let liar: Socket;

  beforeEach(async () => {
    rig = await Rig.open({ gateways: [hall] }, { clock });
    gateway = await rig.online();
    liar = await boundSocket(LIAR, 0);
    liar.setMulticastInterface('127.0.0.1');
  });
  afterEach(async () => {
    await closed(liar);
    await rig.close();
  });

  const told = (): string[] => rig.log.filter(({ level }) => level === 'warn').map(({ text }) => text);
  const askers = (): number[] => [...rig.sockets.open].map((socket) => socket.address().port).filter((port) => port !== rig.eventPort);
  const say = (message: object, port: number, address = '127.0.0.1'): Promise<void> =>
    new Promise((resolve) => liar.send(JSON.stringify(message), port, address, () => resolve()));
  const claim = async (): Promise<void> => {
    for (const port of askers()) await say({ cmd: 'iam', sid: HALL, model: 'gateway', ip: LIAR, port: '9898' }, port);
  };

  it('who says to be the gateway is not believed while the gateway answers, and told once', async () => {
    const address = gateway.address;
    for (let time = 0; time < 3; time++) {
      await rig.lan.whois('127.0.0.1', '');
      await claim();
      await clock.advance(1_000);
      assert.equal(gateway.address, address);
    }
    assert.equal(told().filter((text) => text.includes(`Somebody at ${LIAR} says to be gateway`)).length, 1);
    const { confirmed } = (await rig.during(gateway.write(PLUG, { on: true }))) as { confirmed: string };
    assert.equal(confirmed, 'report');
  });

  it('who reports in the name of a device while saying so is not believed either', async () => {
    const events: unknown[] = [];
    gateway.subscriptions.subscribe('test', '', ({ values }) => events.push(values));
    gateway.subscriptions.open('test');
    await say({ cmd: 'report', model: 'magnet', sid: DOOR, short_id: 1, data: '{"status":"open"}' }, rig.eventPort, '224.0.0.50');
    await clock.settle();
    await claim();
    await rig.during(until(() => rig.lan.counts.dropped === 1, 'the report is dropped', 4_000));
    assert.deepEqual([events, gateway.device(DOOR)?.values.open], [[], false]);
  });

  it('who floods is not listened to, told once, and heard again later', async () => {
    const flood = async (count: number): Promise<void> => {
      for (let index = 0; index < count; index++) await say({ cmd: 'report', sid: PLUG, data: { n: index } }, rig.eventPort, '224.0.0.50');
    };
    await flood(1_700);
    await until(() => rig.lan.counts.ignored > 50, 'the flood is ignored');
    assert.equal(told().filter((text) => text.includes(`${LIAR} floods`)).length, 1);
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await until(() => gateway.device(DOOR)?.values.open === true, 'a real report arrives');
    await clock.advance(10_000);
    const { ignored } = rig.lan.counts;
    await say({ cmd: 'report', sid: PLUG, data: { n: 'again' } }, rig.eventPort, '224.0.0.50');
    await clock.settle();
    assert.equal(rig.lan.counts.ignored, ignored);
  });

  it('who forges the address of the gateway does not silence it', async () => {
    const forger = await boundSocket(gateway.address ?? '', 0);
    forger.setMulticastInterface('127.0.0.1');
    for (let index = 0; index < 1_700; index++)
      await new Promise<void>((resolve) => forger.send(`nonsense ${index}`, rig.eventPort, '224.0.0.50', () => resolve()));
    await until(() => rig.lan.counts.malformed > 1_100, 'the nonsense has arrived');
    await closed(forger);
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await until(() => gateway.device(DOOR)?.values.open === true, 'a real report arrives');
    assert.equal(rig.lan.counts.ignored, 0);
  });

  it('whose datagram is larger than any report of a gateway is not read', async () => {
    await say({ cmd: 'report', sid: PLUG, data: 'x'.repeat(8_300) }, rig.eventPort, '224.0.0.50');
    await until(() => rig.lan.counts.malformed === 1, 'it is counted');
    assert.match(told().join('\n'), /too large/);
  });
});

describe('a list that is made up', () => {
  it('adds no more than a thousand devices, and is told once', () => {
    const log: string[] = [];
    const quiet = (): void => {};
    const inventory = new Inventory({
      clock: new ManualClock(),
      log: { info: quiet, error: quiet, warn: (text) => log.push(text) },
      onAdded: quiet,
      onListed: quiet,
      onRemoved: quiet,
      onMerged: quiet,
    });
    const list = (from: number): { devices: { sid: string; wireSid: string; model: string }[]; isWhole: boolean } => ({
      devices: Array.from({ length: 4_000 }, (_, index) => ({ sid: `158d${from + index}`, wireSid: `158d${from + index}`, model: '' })),
      isWhole: true,
    });
    for (const from of [100_000, 200_000, 300_000]) inventory.takeList(list(from), HALL);
    assert.equal(inventory.size, 1_000);
    assert.deepEqual(log, [`Gateway ${HALL} lists more than 1000 devices. The others were left out.`]);
    // What is missing from three lists makes room again.
    for (const from of [300_000, 300_000]) inventory.takeList(list(from), HALL);
    assert.equal(inventory.size, 1_000);
    assert.ok(inventory.get('158d300000') !== undefined);
    inventory.close();
  });
});
