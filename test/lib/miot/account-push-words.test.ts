/** Pushes that come before the description of their device. */

import assert from 'node:assert/strict';
import { emptyValues, type Values } from '../../../lib/home/device';
import type { CloudRecord } from '../../../lib/miot';
import type { CloudDevice } from '../../../lib/miot/cloud-device';
import { DeviceBook } from '../../../lib/miot/device-book';
import { DeviceWords } from '../../../lib/miot/device-words';
import { type PushedNews, PushWords } from '../../../lib/miot/push-words';
import { parseSpec } from '../../../lib/miot/spec-parse';
import type { DeviceSpec } from '../../../lib/miot/spec-types';
import { ManualClock } from '../../support/clock';

const TYPE = 'urn:miot-spec-v2:device:light:0000A001:lumiot-lamp1:1';
const spec: DeviceSpec = parseSpec({
  type: TYPE,
  description: 'Light',
  services: [
    {
      iid: 2,
      type: 'urn:miot-spec-v2:service:light:00007802:lumiot-lamp1:1',
      description: 'Light',
      properties: [
        {
          iid: 2,
          type: 'urn:miot-spec-v2:property:brightness:0000000D:lumiot-lamp1:1',
          description: 'Brightness',
          format: 'uint8',
          access: ['read', 'notify'],
          'value-range': [1, 1000, 1],
        },
        {
          iid: 3,
          type: 'urn:miot-spec-v2:property:mode:00000008:lumiot-lamp1:1',
          format: 'uint8',
          access: ['notify'],
        },
      ],
      events: [{ iid: 1, type: 'urn:miot-spec-v2:event:click:0000500C:lumiot-lamp1:1', arguments: [2, 3] }],
    },
  ],
});

describe('what is pushed', () => {
  let clock: ManualClock;
  let lines: string[];
  let told: [string, unknown, number][];
  let heard: [string, Values, unknown][];
  let described: number;
  let settle: { resolve: (spec: DeviceSpec) => void; reject: (error: Error) => void };
  let specs: number;
  let record: { -readonly [Key in keyof CloudRecord]: CloudRecord[Key] };
  let words: PushWords;

  beforeEach(() => {
    clock = new ManualClock();
    [lines, told, heard, described, specs] = [[], [], [], 0, 0];
    const begun = clock.monotonic();
    const listed = { name: 'Desk lamp', urn: TYPE } as CloudRecord['listed'];
    record = {
      did: '1',
      listed,
      isListed: true,
      transport: 'miot',
      values: emptyValues(),
      isOnline: true,
      isTried: true,
      lastSeen: undefined,
      spec: undefined,
      isFresh: true,
    };
    words = new PushWords({
      clock,
      words: new DeviceWords({ warn: (text) => void lines.push(text) }),
      spec: () => {
        specs++;
        return new Promise((resolve, reject) => {
          settle = { resolve, reject };
        });
      },
      onProperty: (_record, values) => {
        for (const [name, value] of Object.entries(values)) told.push([name, value, clock.monotonic() - begun]);
      },
      onEvent: (_record, event, values, raw) => void heard.push([event, { ...values }, raw]),
      onDescribed: () => void described++,
    });
  });

  afterEach(() => {
    words.clear();
    assert.equal(clock.openTimers, 0);
  });

  const brightness = (value: number): PushedNews => ({ kind: 'property', did: '1', siid: 2, piid: 2, value, raw: undefined });

  it('is told at once where the device is described', () => {
    record.spec = spec;
    words.translate(record, brightness(40));
    assert.deepEqual([told, specs], [[['light:brightness', 40, 0]], 0]);
  });

  it('of what the description does not have is told in numbers, and what is no value not at all', () => {
    record.spec = spec;
    words.translate(record, { ...brightness(40), piid: 9 } as PushedNews);
    words.translate(record, { ...brightness(40), siid: 3 } as PushedNews);
    words.translate(record, { ...brightness(0), value: 'bright' } as PushedNews);
    assert.deepEqual(
      told.map(([name, value]) => [name, value]),
      [
        ['2.9', 40],
        ['3.2', 40],
      ],
    );
    assert.match(lines.join('\n'), /light:brightness came as "bright"/);
  });

  const click = (sent: Extract<PushedNews, { kind: 'event' }>['arguments'], eiid = 1, siid = 2): PushedNews => ({
    kind: 'event',
    did: '1',
    siid,
    eiid,
    arguments: sent,
    raw: 'as it came',
  });

  it('as an event has its arguments by name, whether they came with numbers or in their order', () => {
    record.spec = spec;
    words.translate(
      record,
      click([
        { piid: 3, value: 7 },
        { piid: 2, value: 40 },
      ]),
    );
    words.translate(
      record,
      click([
        { piid: undefined, value: '40' },
        { piid: undefined, value: 7 },
      ]),
    );
    const named = ['light:click', { brightness: 40, mode: 7 }, 'as it came'];
    assert.deepEqual(heard, [named, named]);
    assert.deepEqual(told, []);
  });

  it('as an event keeps what is not described under its place, and leaves out what is no value', () => {
    record.spec = spec;
    words.translate(
      record,
      click([
        { piid: undefined, value: 'bright' },
        { piid: 9, value: 1 },
        { piid: undefined, value: true },
      ]),
    );
    words.translate(record, click([{ piid: 2, value: 40 }], 5));
    words.translate(record, click([{ piid: undefined, value: 40 }], 1, 3));
    assert.deepEqual(
      heard.map(([event, values]) => [event, values]),
      [
        ['light:click', { argument2: 1, argument3: true }],
        ['2.5', { argument1: 40 }],
        ['3.1', { argument1: 40 }],
      ],
    );
  });

  it('waits for the description, and is told in its order', async () => {
    words.translate(record, brightness(40));
    words.translate(record, brightness(41));
    assert.deepEqual(told, []);
    settle.resolve(spec);
    await clock.settle();
    assert.deepEqual(told, [
      ['light:brightness', 40, 0],
      ['light:brightness', 41, 0],
    ]);
    assert.deepEqual([specs, described], [1, 0]);
  });

  it('is told once, though the description comes after five seconds', async () => {
    words.translate(record, brightness(40));
    await clock.advance(6_000);
    settle.resolve(spec);
    await clock.settle();
    assert.deepEqual(told, [['2.2', 40, 5_000]]);
  });

  it('waits five seconds at most, and is told in numbers then', async () => {
    for (const value of [40, 41, 42]) {
      words.translate(record, brightness(value));
      await clock.advance(2_000);
    }
    words.translate(record, brightness(43));
    assert.deepEqual(told, [
      ['2.2', 40, 5_000],
      ['2.2', 41, 5_000],
      ['2.2', 42, 5_000],
      ['2.2', 43, 6_000],
    ]);
    assert.equal(specs, 1);
  });

  it('has its device read once the description came late', async () => {
    words.translate(record, brightness(40));
    await clock.advance(6_000);
    settle.resolve(spec);
    await clock.settle();
    words.translate({ ...record, spec }, brightness(41));
    assert.deepEqual([told.at(-1)?.[0], described], ['light:brightness', 1]);
  });

  it('is told in numbers where there is no description', async () => {
    words.translate(record, brightness(40));
    settle.reject(new Error('There is none.'));
    await clock.settle();
    assert.deepEqual(told, [['2.2', 40, 0]]);
    assert.match(lines.join('\n'), /Desk lamp \(1\): There is none\./);
  });

  it('does not pile up: the newest hundred wait, and that is said once', async () => {
    for (let value = 1; value <= 250; value++) words.translate(record, brightness(value));
    settle.resolve(spec);
    await clock.settle();
    assert.deepEqual([told.length, told[0]?.[1], told.at(-1)?.[1]], [100, 151, 250]);
    assert.equal(lines.filter((line) => line.includes('dropped')).length, 1);
  });

  it('is forgotten with its account', async () => {
    words.translate(record, brightness(40));
    words.clear();
    settle.resolve(spec);
    await clock.advance(10_000);
    assert.deepEqual(told, []);
  });

  it('in numbers gives way to its name, and what the description does not know stays', () => {
    const book = new DeviceBook();
    book.list([{ did: '1', name: '', urn: TYPE, isOnline: true, token: '' } as CloudDevice]);
    book.hear('1', Object.assign(emptyValues(), { '2.2': 40, '2.99': 7 }));
    book.describe('1', spec);
    assert.deepEqual({ ...book.devices.get('1')?.values }, { '2.99': 7 });
  });
});
