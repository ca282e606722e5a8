// The small parts that a device is made of.
import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { ClockOffset } from '../../../lib/miio/clock-offset';
import { codeError, requestError } from '../../../lib/miio/codes';
import { Finds } from '../../../lib/miio/discovery-finds';
import { endpointText, parseHost, resolveEndpoint } from '../../../lib/miio/endpoint';
import { Queue } from '../../../lib/miio/queue';
import { RequestIds } from '../../../lib/miio/request-ids';
import { Waits } from '../../../lib/miio/waits';
import { ManualClock } from '../../support/clock';

describe('the clock of a device', () => {
  it('goes on from what it said last', async () => {
    const clock = new ManualClock();
    const offset = new ClockOffset(clock);
    assert.equal(offset.stamp, undefined);
    assert.equal(offset.ageMs, Number.POSITIVE_INFINITY);
    offset.set(123_456);
    await clock.advance(1_999);
    assert.equal(offset.stamp, 123_457);
    assert.equal(offset.ageMs, 1_999);
    assert.equal(offset.observe(123_460), 'newer');
    assert.equal(offset.stamp, 123_460);
  });

  it('is not set back by a late packet', () => {
    const offset = new ClockOffset(new ManualClock());
    offset.set(100);
    assert.equal(offset.observe(95), 'older');
    assert.equal(offset.stamp, 100);
  });

  it('that began anew is known by what it should show by now', async () => {
    const clock = new ManualClock();
    const offset = new ClockOffset(clock);
    offset.set(6);
    await clock.advance(50_000);
    assert.equal(offset.set(7), 'restarted');
    await clock.advance(1_000_000);
    assert.equal(offset.set(1_000), 'newer', 'a slow clock');
  });

  it('is unknown after a restart, until the next hello', () => {
    const offset = new ClockOffset(new ManualClock());
    offset.set(100);
    assert.equal(offset.observe(94), 'restarted');
    assert.equal(offset.stamp, undefined);
    assert.equal(offset.set(3), 'newer');
    assert.equal(offset.set(1), 'newer');
    offset.set(500);
    assert.equal(offset.set(2), 'restarted');
    assert.equal(offset.stamp, 2);
  });
});

describe('what a search has heard', () => {
  it('has bounds, except for devices that somebody knows', () => {
    const finds = new Finds((did) => did === '7');
    const place = { address: '127.0.0.1', port: 54_321 };
    for (let did = 10_000; did < 13_000; did++) {
      finds.greet({ did64: String(did), did32: String(did), stamp: 1 }, place, '');
      finds.announce(String(did + 10_000), 'a.b', place);
    }
    assert.equal(finds.devices().length, 4_000);
    finds.greet({ did64: '7', did32: '7', stamp: 1 }, place, '');
    assert.equal(finds.hostOf('7'), '127.0.0.1');
    assert.equal(finds.announce('30000', 'a.b', place), false);
  });
});

describe('request ids', () => {
  it('begin anywhere from 1 to 9999', () => {
    assert.equal(new RequestIds(() => 0).next(), 1);
    assert.equal(new RequestIds(() => 0.999999).next(), 9_999);
    assert.equal(new RequestIds(() => 1).next(), 1);
  });

  it('grow by one, by a hundred for a repeated request, and begin anew', () => {
    const ids = new RequestIds(() => 0.9997);
    assert.deepEqual([ids.next(), ids.next(), ids.next(), ids.next(), ids.next(true)], [9_997, 9_998, 9_999, 1, 101]);
    const late = new RequestIds(() => 0.9997);
    assert.deepEqual([late.next(), late.next(true)], [9_997, 98]);
  });
});

describe('an address', () => {
  it('may have a port', () => {
    assert.deepEqual(parseHost('192.168.1.50'), { host: '192.168.1.50', port: 54_321 });
    assert.deepEqual(parseHost(' lamp.local:1234 '), { host: 'lamp.local', port: 1_234 });
    for (const text of ['', ':1', 'a:0', 'a:65536', 'a b', 'http://a', 'a:1:2', '::1']) assert.equal(parseHost(text), undefined, text);
  });

  it('is written with a port only where it is another', () => {
    assert.equal(endpointText({ address: '1.2.3.4', port: 54_321 }), '1.2.3.4');
    assert.equal(endpointText({ address: '1.2.3.4', port: 1 }), '1.2.3.4:1');
  });

  it('is looked up where it is a name', async () => {
    assert.deepEqual(await resolveEndpoint('127.0.54.1:7'), { address: '127.0.54.1', port: 7 });
    assert.deepEqual(await resolveEndpoint('localhost'), { address: '127.0.0.1', port: 54_321 });
    assert.equal(await resolveEndpoint('a b'), undefined);
  });
});

describe('the queue', () => {
  it('goes on after a job that fails', async () => {
    const queue = new Queue(1);
    const failed = queue.add(() => Promise.reject(new Error('no')), full);
    const next = queue.add(async () => 'next', full);
    await assert.rejects(
      queue.add(async () => 'too many', full),
      /full/,
    );
    await assert.rejects(failed, /no/);
    assert.equal(await next, 'next');
    queue.close(new LumiotError('DEVICE_OFFLINE', 'closed'));
    await assert.rejects(
      queue.add(async () => 'late', full),
      /closed/,
    );
  });

  const full = (): LumiotError => new LumiotError('QUEUE_FULL', 'full');
});

describe('a wait', () => {
  it('ends once: by what it waits for, by its time, or by its owner', async () => {
    const clock = new ManualClock();
    const waits = new Waits(clock);
    const [told, late, closed, endless] = [waits.begin(100), waits.begin(100), waits.begin(500), waits.begin(undefined)];
    told.end('told');
    told.end('again');
    assert.equal(await told.ended, 'told');
    await clock.advance(100);
    late.end('late');
    assert.equal(await late.ended, undefined);
    waits.close(new LumiotError('DEVICE_OFFLINE', 'closed'));
    await assert.rejects(closed.ended, /closed/);
    await assert.rejects(endless.ended, /closed/);
    await assert.rejects(waits.begin(1).ended, /closed/);
    await assert.rejects(waits.pause(1), /closed/);
    assert.equal(clock.openTimers, 0);
  });
});

describe('the code of an answer', () => {
  const device = { did: '1', label: 'Desk lamp' };

  it('is an error that says what to do', () => {
    const error = codeError(-4_005, device, 'property 2.1');
    assert.equal(
      error.message,
      'Desk lamp (property 2.1) does not take this value. Check its type, range and list of values. Its code is -4005.',
    );
    assert.equal(error.device, '1');
  });

  it('of the cloud is known by itself or by its ending', () => {
    const codes = [-704_030_013, -704_030_023, -704_042_011, -704_040_003, -704_220_043, -704_053_100, -704_000_777].map(
      (code) => codeError(code, device).code,
    );
    assert.deepEqual(codes, [
      'UNSUPPORTED',
      'UNSUPPORTED',
      'DEVICE_OFFLINE',
      'UNSUPPORTED',
      'BAD_INPUT',
      'MIOT_-704053100',
      'MIOT_-704000777',
    ]);
  });

  it('of an unknown method depends on the method', () => {
    assert.match(requestError(-10_000, device, 'action').message, /legacy commands/);
    assert.match(requestError(-10_000, device, 'set_power').message, /'set_power'/);
  });
});
