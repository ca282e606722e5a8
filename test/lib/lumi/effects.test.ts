import assert from 'node:assert/strict';
import type { Values } from '../../../lib/home/device';
import { DeviceRecord } from '../../../lib/lumi/device-record';
import { Effects } from '../../../lib/lumi/effects';
import { OVERTAKEN } from '../../../lib/lumi/lane';
import { ManualClock } from '../../support/clock';

describe('a light effect', () => {
  let clock: ManualClock;
  let written: Values[];
  let warnings: string[];
  let answer: () => Promise<void>;
  let effects: Effects;
  let lamp: DeviceRecord;

  beforeEach(() => {
    clock = new ManualClock();
    written = [];
    warnings = [];
    answer = () => Promise.resolve();
    lamp = new DeviceRecord('34ce00fb61a9', '34ce00fb61a9');
    Object.assign(lamp.values, { on: true, brightness: 30, color: '#00ff00' });
    const write = async (_sid: string, values: Values) => {
      written.push({ ...values });
      Object.assign(lamp.values, values);
      await answer();
      return { ok: true, ms: 1, attempts: 1, confirmed: 'ack' } as const;
    };
    const log = { info: () => {}, warn: (text: string) => warnings.push(text), error: () => {} };
    effects = new Effects({ clock, write, writeNow: write, log });
  });

  const before = { on: true, brightness: 30, color: '#00ff00' };
  const flash = (times: number) => effects.play(lamp, { name: 'flash', times, values: { color: '#ff0000' } });

  it('flashes as often as it should, and ends as it began', async () => {
    const ack = await clock.during(flash(2));
    const lit = { on: true, brightness: 100, color: '#ff0000' };
    assert.deepEqual(written, [lit, { on: false }, lit, { on: false }, before]);
    assert.ok(ack !== OVERTAKEN);
    assert.deepEqual([ack.attempts, ack.confirmed, clock.openTimers], [5, 'ack', 0]);
    assert.ok(ack.ms >= 1_600);
  });

  it('pulses up and down in its own colour', async () => {
    await clock.during(effects.play(lamp, { name: 'pulse', times: 1, values: {} }));
    assert.deepEqual(
      written.map(({ brightness }) => brightness),
      [25, 50, 75, 100, 75, 50, 25, 5, 30],
    );
    assert.ok(written.every(({ color }) => color === '#00ff00'));
  });

  it('of a light that is off leaves it off', async () => {
    Object.assign(lamp.values, { on: false });
    await clock.during(flash(1));
    assert.deepEqual(written.at(-1), { on: false });
  });

  it('ends at once when it is stopped', async () => {
    const playing = flash(10);
    await clock.advance(500);
    await effects.stop(lamp.sid);
    assert.equal(await playing, OVERTAKEN);
    assert.deepEqual(written.at(-1), before);
    assert.equal(written.length, 3);
    assert.equal(clock.openTimers, 0);
  });

  it('that takes the place of another ends as the light was before the first', async () => {
    const first = flash(10);
    await clock.advance(500);
    const second = flash(1);
    await clock.during(Promise.all([first, second]));
    assert.deepEqual(written.at(-1), before);
    assert.equal(clock.openTimers, 0);
  });

  it('begun twice at once is played one after the other', async () => {
    await clock.during(Promise.all([flash(1), flash(1)]));
    assert.deepEqual(written.at(-1), before);
  });

  it('whose first write fails rejects', async () => {
    answer = () => Promise.reject(new Error('no answer'));
    await assert.rejects(clock.during(flash(1)), /no answer/);
    assert.deepEqual([clock.openTimers, effects.isPlaying(lamp.sid)], [0, false]);
  });

  it('after which the light cannot be put back is told', async () => {
    const playing = flash(10);
    await clock.advance(500);
    answer = () => Promise.reject(new Error('no answer'));
    await effects.stop(lamp.sid);
    await playing;
    assert.match(warnings[0] ?? '', /could not be put back/);
  });

  it('ends with the gateway, and does not hold it up', async () => {
    const playing = flash(10);
    await clock.advance(500);
    answer = () => new Promise(() => {});
    const closing = effects.close();
    await clock.advance(4_000);
    await closing;
    assert.equal(clock.openTimers, 0);
    void playing;
    await effects.stop('nobody');
  });
});
