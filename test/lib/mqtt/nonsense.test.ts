/** Whatever arrives from a broker: every message is answered or ignored, nothing throws, and nothing leaves the home's own topics. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { Random } from '../../fuzz/random';
import { Bench, PretendHome } from '../../support/pretend-home';

const PLUG = '158d0001a2b3c4';
const HOME = 'lumiot/34ce00fb61a9';
const CASES = 5_000;

describe('nonsense from MQTT', () => {
  for (const seed of [1, 2, 3]) {
    it(`is answered or ignored (seed ${seed})`, async function () {
      this.timeout(30_000);
      const random = new Random(seed);
      const text = (): string => random.text();
      const names = [
        'on',
        'requestId',
        'properties',
        'read',
        '__proto__',
        'constructor',
        'toString',
        'toJSON',
        'then',
        'length',
        '',
        text(),
      ];
      const value = (depth = 0): unknown => {
        switch (random.below(depth > 3 ? 5 : 8)) {
          case 0:
            return random.pick<unknown>(['on', 'off', 'toggle', '', '65', 'online', 'offline', text()]);
          case 1:
            return random.pick<unknown>([0, -1, 65, 1e308, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -0]);
          case 2:
            return random.pick<unknown>([true, false, null, undefined]);
          case 3:
            return random.pick<unknown>([
              1n,
              Symbol('s'),
              () => 1,
              new Date(0),
              /x/,
              new Map([[1, 2]]),
              new Error('e'),
              new Uint16Array(3),
            ]);
          case 4:
            return Buffer.from(Array.from({ length: random.below(30) }, () => random.below(256)));
          case 5:
            return Array.from({ length: random.below(5) }, () => value(depth + 1));
          default:
            return Object.fromEntries(Array.from({ length: random.below(5) }, () => [random.pick(names), value(depth + 1)]));
        }
      };
      const json = (): string => {
        try {
          return JSON.stringify(value()) ?? '';
        } catch {
          return '{';
        }
      };
      const payload = (): unknown => {
        switch (random.below(5)) {
          case 0:
            return json();
          case 1:
            return Buffer.from(json());
          case 2: {
            const whole = json();
            return whole.slice(0, random.below(whole.length + 1));
          }
          default:
            return value();
        }
      };
      const levels = [
        PLUG,
        '34ce00fb61a9',
        'set',
        'get',
        'result',
        'status',
        'lumiot',
        '%',
        '%2F',
        '%zz',
        '..',
        '',
        '+',
        '#',
        '__proto__',
        text(),
      ];
      const topic = (): string => {
        if (random.isLucky(0.7))
          return `${HOME}/${random.pick([PLUG, PLUG, 'x', ...levels])}/${random.pick(['set', 'get', 'set', 'get', text()])}`;
        if (random.isLucky(0.5)) return random.pick(['lumiot/status', 'homeassistant/status']);
        return Array.from({ length: random.below(6) }, () => random.pick(levels)).join('/');
      };

      const home = new PretendHome();
      home.put(PLUG, { state: { on: true } });
      const bench = await new Bench({ home }).up();
      const own = Object.getOwnPropertyNames(Object.prototype).length;
      const outcomes = new Map<string, number>();
      for (let index = 0; index < CASES; index++) {
        bench.take();
        home.answer = random.pick([{ payload: value() }, undefined, new LumiotError('TIMEOUT', text()), new Error(text())]);
        const to = topic();
        const correlationData = random.isLucky(0.2) ? Buffer.from(text()) : undefined;
        const { outcome } = await bench.receive(to, payload(), { retain: random.isLucky(0.1), correlationData });
        outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
        const results = bench.published.filter((one) => one.topic.endsWith('/result'));
        assert.equal(results.length, outcome === 'answered' || outcome === 'failed' ? 1 : 0, JSON.stringify(to));
        for (const one of results) {
          assert.match(one.topic, /^lumiot\/34ce00fb61a9\/[^/+#]+\/result$/);
          assert.equal(one.retain, false);
          assert.equal(one.correlationData, correlationData);
          const said = JSON.parse(one.payload) as { ok: boolean; code?: string };
          assert.equal(said.ok, outcome === 'answered');
        }
        if (index % 100 === 0) await bench.clock.advance(100);
      }
      for (const [, , given] of home.calls as [string, string, unknown][]) assert.doesNotThrow(() => JSON.stringify(given));
      assert.equal(Object.getOwnPropertyNames(Object.prototype).length, own);
      for (const outcome of ['ignored', 'noticed', 'answered', 'failed']) assert.ok((outcomes.get(outcome) ?? 0) > 5, outcome);
      await bench.mapping.close(false);
      assert.equal(bench.clock.openTimers, 0);
    });
  }
});
