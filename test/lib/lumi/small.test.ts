/** The small parts: copies, suspects, confirmations, the fall of motion, settings, interfaces, error texts. */

import assert from 'node:assert/strict';
import type { Values } from '../../../lib/home/device';
import { agrees, Confirmations } from '../../../lib/lumi/confirmations';
import { systemEnvironment } from '../../../lib/lumi/environment';
import { type Frame, parseText } from '../../../lib/lumi/frame';
import { listInterfaces, selectInterfaces } from '../../../lib/lumi/interfaces';
import { MotionFall } from '../../../lib/lumi/motion-fall';
import { checkSettings } from '../../../lib/lumi/settings';
import { Sids } from '../../../lib/lumi/sids';
import { Suspects } from '../../../lib/lumi/suspects';
import { isErrorText, isKeyRefusal, NO_DEVICE } from '../../../lib/lumi/wire-errors';
import { ManualClock } from '../../support/clock';

function report(): Frame {
  const result = parseText('{"cmd":"report","sid":"1"}');
  assert.ok(result.ok);
  return result.frame;
}

describe('a copy of a datagram', () => {
  let clock: ManualClock;
  let sids: Sids;
  beforeEach(() => {
    clock = new ManualClock();
    sids = new Sids();
  });
  const heard = (datagram: string, sid = 'plug', address = '192.0.2.1'): 'copy' | 'news' =>
    sids.of(sid).isCopy(datagram, address, clock.monotonic()) ? 'copy' : 'news';

  it('within 200 ms is one, later it is news', async () => {
    assert.equal(heard('a'), 'news');
    await clock.advance(150);
    assert.equal(heard('a'), 'copy');
    await clock.advance(49);
    assert.equal(heard('a'), 'copy');
    await clock.advance(1);
    assert.equal(heard('a'), 'news');
    await clock.advance(199);
    assert.equal(heard('a'), 'copy');
  });

  it('is found among everything its sid said since', async () => {
    for (const said of ['a', 'b', 'c', 'd']) {
      assert.equal(heard(said), 'news');
      await clock.advance(10);
    }
    for (const said of ['a', 'b', 'c', 'd']) assert.equal(heard(said), 'copy');
    await clock.advance(25);
    assert.equal(heard('a'), 'news');
    assert.equal(heard('b'), 'copy');
  });

  it('comes from the same sender: what somebody else repeats silences nobody', async () => {
    assert.equal(heard('on', 'plug', '192.0.2.66'), 'news');
    assert.equal(heard('on', 'plug', '192.0.2.1'), 'news');
    assert.equal(heard('on', 'plug', '192.0.2.66'), 'copy');
    assert.equal(heard('on', 'plug', '192.0.2.1'), 'copy');
  });

  it('is found in a flood as long as the flood is not of its own sid', async () => {
    assert.equal(heard('on'), 'news');
    for (let count = 0; count < 10_000; count++) heard(`${count}`, `sid${count}`);
    assert.equal(heard('on'), 'copy');
    for (let count = 0; count < 1_000; count++) heard(`${count}`);
    assert.equal(heard('999'), 'copy');
    assert.equal(heard('on'), 'news');
  });

  it('is none once its sid said something else: on, off, on', async () => {
    assert.equal(heard('on'), 'news');
    await clock.advance(100);
    assert.equal(heard('off'), 'news');
    assert.equal(heard('door', 'door'), 'news');
    await clock.advance(50);
    assert.equal(heard('on'), 'news');
    await clock.advance(59);
    // As close as copies were ever seen.
    assert.equal(heard('on'), 'copy');
  });
});

describe('a suspect datagram', () => {
  function suspects(): { clock: ManualClock; all: Suspects; released: string[]; dropped: string[] } {
    const clock = new ManualClock();
    const released: string[] = [];
    const dropped: string[] = [];
    const all = new Suspects(clock, {
      release: (_frame, { address }) => released.push(address),
      drop: (_frame, { address }) => dropped.push(address),
    });
    return { clock, all, released, dropped };
  }

  it('is released when somebody at its address answers', () => {
    const { clock, all, released } = suspects();
    assert.equal(all.hold(report(), { address: 'a', port: 1 }), true);
    assert.equal(all.hold(report(), { address: 'a', port: 1 }), false);
    all.answered('b');
    all.answered('a');
    all.answered('a');
    assert.deepEqual([released, clock.openTimers], [['a', 'a'], 0]);
  });

  it('is dropped after two seconds', async () => {
    const { clock, all, dropped } = suspects();
    all.hold(report(), { address: 'a', port: 1 });
    await clock.advance(1_999);
    assert.deepEqual(dropped, []);
    await clock.advance(1);
    assert.deepEqual(dropped, ['a']);
  });

  it('costs neither memory nor questions without end', () => {
    const { clock, all, dropped } = suspects();
    for (let index = 0; index < 600; index++) all.hold(report(), { address: 'a', port: 1 });
    assert.equal(dropped.length, 100);
    for (let index = 0; index < 100; index++) all.hold(report(), { address: `x${index}`, port: 1 });
    assert.equal(dropped.length, 169);
    all.clear();
    assert.equal(clock.openTimers, 0);
  });
});

describe('a confirmation', () => {
  const values = (entries: object): Values => ({ ...entries }) as Values;

  it('comes with a report of the value that was written', async () => {
    const clock = new ManualClock();
    const all = new Confirmations(clock);
    const one = all.expect('lamp', values({ on: true }));
    one.begin(5_000);
    all.offer('door', values({ on: true }), values({ on: true }));
    all.offer('lamp', values({ on: false }), values({ on: false }));
    all.offer('lamp', values({ on: true }), values({ on: true }));
    assert.equal(await one.done, 'report');
    assert.equal(clock.openTimers, 0);
  });

  it('does not come with a report that says nothing of the value, however well the rest is known', async () => {
    const clock = new ManualClock();
    const all = new Confirmations(clock);
    const one = all.expect('lamp', values({ on: true }));
    one.begin(5_000);
    all.offer('lamp', values({ power: 7 }), values({ power: 7, on: true }));
    const early = one.within(700);
    await clock.advance(700);
    assert.equal(await early, 'waiting');
    await clock.advance(4_300);
    assert.equal(await one.done, 'nothing');
    assert.equal(clock.openTimers, 0);
  });

  it('may come in parts', async () => {
    const all = new Confirmations(new ManualClock());
    const one = all.expect('wall', values({ channel1: true, channel2: false }));
    all.offer('wall', values({ channel1: true }), values({ channel1: true, channel2: true }));
    all.offer('wall', values({ channel2: false }), values({ channel1: true, channel2: false }));
    assert.equal(await one.done, 'report');
    one.begin(5_000);
  });

  it('goes to one command a report, the oldest first: on, off, on', async () => {
    const clock = new ManualClock();
    const all = new Confirmations(clock);
    const [first, second, third] = [true, false, true].map((on) => all.expect('lamp', values({ on })));
    const settled: string[] = [];
    void first?.done.then((result) => settled.push(`1 ${result}`));
    void second?.done.then((result) => settled.push(`2 ${result}`));
    void third?.done.then((result) => settled.push(`3 ${result}`));
    for (const [on, so] of [
      [true, ['1 report']],
      [false, ['1 report', '2 report']],
      [true, ['1 report', '2 report', '3 report']],
    ] as const) {
      all.offer('lamp', values({ on }), values({ on }));
      await clock.advance(0);
      assert.deepEqual(settled, so);
    }
  });

  it('passes those whose report got lost', async () => {
    const all = new Confirmations(new ManualClock());
    const first = all.expect('lamp', values({ on: true }));
    const other = all.expect('lamp', values({ brightness: 5 }));
    const second = all.expect('lamp', values({ on: false }));
    all.offer('lamp', values({ on: false }), values({ on: false }));
    assert.equal(await second.done, 'report');
    assert.equal(await first.done, 'passed');
    other.cancel();
    assert.equal(await other.done, 'nothing');
  });

  it('compares numbers to half a unit and colours without case', () => {
    assert.equal(agrees(values({ brightness: 40, color: '#FF8800' }), values({ brightness: 40.4, color: '#ff8800' })), true);
    assert.equal(agrees(values({ brightness: 40 }), values({ brightness: 41 })), false);
    assert.equal(agrees(values({ on: true }), values({})), false);
  });
});

describe('motion', () => {
  for (const [dialect, seconds] of [
    [1, 180],
    [2, 120],
  ] as const) {
    it(`falls after ${seconds} s in dialect ${dialect}, and each motion begins the time anew`, async () => {
      const clock = new ManualClock();
      const fallen: string[] = [];
      const fall = new MotionFall(clock, (sid) => fallen.push(sid));
      fall.see('m', { motion: true }, dialect);
      await clock.advance((seconds - 1) * 1_000);
      fall.see('m', { illuminance: 7 }, dialect);
      fall.see('m', { motion: true }, dialect);
      await clock.advance(seconds * 1_000 - 1);
      assert.deepEqual(fallen, []);
      await clock.advance(1);
      assert.deepEqual(fallen, ['m']);
      assert.equal(clock.openTimers, 0);
    });
  }

  it('does not fall twice when the sensor says so itself', async () => {
    const clock = new ManualClock();
    const fall = new MotionFall(clock, () => assert.fail('it fell'));
    fall.see('m', { motion: true }, 1);
    fall.see('m', { motion: false }, 1);
    fall.see('n', { motion: true }, 1);
    fall.close();
    assert.equal(clock.openTimers, 0);
  });
});

describe('settings', () => {
  it('that are all missing are the defaults, without a problem', () => {
    const { settings, problems } = checkSettings({});
    assert.deepEqual(problems, []);
    assert.deepEqual(
      { ...settings, devices: settings.devices.size },
      { name: '', sid: '', host: '', interface: '', discoveryRetries: 3, pollInterval: 0, devices: 0, key: '' },
    );
  });

  it('are taken as people type them', () => {
    const { settings, problems } = checkSettings({
      name: ' Hall ',
      sid: '4C:F8:CD:AB:12:34',
      host: ' 10.0.0.7 ',
      interface: '127.0.0.1',
      discoveryRetries: '99',
      pollInterval: '3',
      key: 'abcdefghij123456 ',
      devices: [{ sid: 'LUMI.158D0001A2B3C4', name: 'Door', model: 'magnet' }, { name: 'nobody' }, null, 7],
    });
    assert.deepEqual(problems, []);
    assert.deepEqual([settings.name, settings.sid, settings.host], ['Hall', '4cf8cdab1234', '10.0.0.7']);
    assert.deepEqual([settings.discoveryRetries, settings.pollInterval, settings.key], [20, 10, 'abcdefghij123456']);
    assert.deepEqual([...settings.devices], [['158d0001a2b3c4', { name: 'Door', room: '', model: 'magnet' }]]);
  });

  it('that cannot be used are told, one sentence each', () => {
    const { settings, problems } = checkSettings({
      sid: 'kitchen',
      interface: 'eth0',
      key: 'short',
      discoveryRetries: -1,
      pollInterval: {},
    });
    assert.deepEqual(
      problems.map(({ code }) => code),
      ['NOT_CONFIGURED', 'NOT_CONFIGURED', 'KEY_INVALID'],
    );
    assert.deepEqual([settings.interface, settings.discoveryRetries, settings.pollInterval], ['', 3, 0]);
  });

  it('of a wrong type are told and never thrown', () => {
    for (const value of [null, {}, [], true, Number.NaN, Symbol.iterator, () => {}]) {
      assert.doesNotThrow(() =>
        checkSettings({
          name: value,
          sid: value,
          host: value,
          interface: value,
          devices: value,
          discoveryRetries: value === Symbol.iterator ? 1 : value,
          key: value,
        }),
      );
    }
  });
});

describe('the interfaces', () => {
  const networkInterfaces = (): NodeJS.Dict<never[]> =>
    ({
      lo: [{ family: 'IPv4', address: '127.0.0.1', internal: true }],
      eth0: [
        { family: 'IPv4', address: '10.0.0.2', internal: false },
        { family: 'IPv6', address: 'fe80::1', internal: false },
      ],
      gone: undefined,
    }) as unknown as NodeJS.Dict<never[]>;

  it('are the IPv4 addresses of this host', () => {
    assert.deepEqual(
      listInterfaces({ networkInterfaces }).map(({ name, address }) => `${name} ${address}`),
      ['lo 127.0.0.1', 'eth0 10.0.0.2'],
    );
  });

  it('are all that are not internal, or the one that was chosen', () => {
    const all = listInterfaces({ networkInterfaces });
    assert.deepEqual(selectInterfaces('', all), ['10.0.0.2']);
    assert.deepEqual(selectInterfaces('127.0.0.1', all), ['127.0.0.1']);
  });
});

describe('the environment', () => {
  it('has the ports of the protocol and a silent log unless told', () => {
    const { whoisPort, eventPort, log, createSocket } = systemEnvironment();
    assert.deepEqual([whoisPort, eventPort], [4321, 9898]);
    for (const write of [log.info, log.warn, log.error]) assert.doesNotThrow(() => write('x'));
    createSocket(true).close();
  });
});

describe('an error text of a gateway', () => {
  it('is compared without case and blanks', () => {
    assert.equal(isKeyRefusal(' Invalid Key '), true);
    assert.equal(isErrorText('No device', NO_DEVICE), true);
    assert.equal(isErrorText('Unsupported cmd', NO_DEVICE), false);
  });
});
