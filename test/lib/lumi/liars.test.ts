/** Liars on the network: who says to be the gateway, who reports in its name, who floods. Real sockets, a clock moved by hand. */

import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import type { Gateway } from '../../../lib/lumi';
import { ManualClock } from '../../support/clock';
import { DOOR, HALL, hall, PLUG, Rig } from '../../support/home';
import { boundSocket, closed } from '../../support/sockets';
import { until } from '../../support/wait';

const LIAR = '127.0.66.7';

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
    for (const port of askers()) await say({ cmd: 'iam', sid: '7811dc000001', data: 'x'.repeat(8_300) }, port);
    await until(() => rig.lan.counts.malformed === 1 + askers().length, 'they are counted');
    assert.match(told().join('\n'), /too large/);
  });
});
