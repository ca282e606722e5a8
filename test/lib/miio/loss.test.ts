// A network that loses, delays and doubles packets: what a caller is told is true, and nothing is carried out twice.
import assert from 'node:assert/strict';
import { seeded } from '../../support/random';
import { DID, Rig, upTo } from './rig';

describe('a lossy network', () => {
  for (const seed of [1, 2, 3]) {
    it(`never makes an action happen twice, nor a success of what did not happen (seed ${seed})`, async () => {
      const rig = new Rig();
      const random = seeded(seed);
      try {
        const pretend = await rig.pretend({}, random);
        const device = rig.device({ host: pretend.host }, { random });
        await rig.outcome(device.info());
        for (const fault of ['drop', 'lose-reply', 'duplicate'] as const) await pretend.fault({ fault, ratio: 0.25 });
        await pretend.fault({ fault: 'drop', on: 'hello', ratio: 0.2 });
        await pretend.fault({ fault: 'delay', ms: 2_500, ratio: 0.2 });
        const outcomes = new Map<string, number>();
        for (const aiid of upTo(40)) {
          const isSet = aiid % 4 === 0;
          const piid = (aiid % 20) + 1;
          const key = isSet ? `2.${piid}` : `2.${100 + aiid}`;
          const before = pretend.carriedOut().get(key) ?? 0;
          const call: Promise<unknown> = isSet
            ? device.set([{ did: DID, siid: 2, piid, value: aiid }])
            : device.action({ did: DID, siid: 2, aiid: 100 + aiid }, []);
          const outcome = await rig.outcome(call);
          const times = (pretend.carriedOut().get(key) ?? 0) - before;
          const word = typeof outcome === 'string' ? outcome : 'done';
          outcomes.set(word, (outcomes.get(word) ?? 0) + 1);
          if (isSet && word === 'done') assert.equal(pretend.value(2, piid), aiid);
          if (isSet) continue;
          assert.ok(times <= 1, `${key} was carried out ${times} times`);
          if (word === 'done') assert.equal(times, 1);
          else if (word !== 'UNKNOWN_OUTCOME') assert.equal(times, 0, `${key} was carried out, and told as ${word}`);
        }
        assert.ok((outcomes.get('done') ?? 0) >= 20, JSON.stringify([...outcomes]));
        assert.ok((outcomes.get('UNKNOWN_OUTCOME') ?? 0) > 0, JSON.stringify([...outcomes]));
      } finally {
        await rig.close();
      }
      await rig.clock.settle();
      assert.equal(rig.clock.openTimers, 0);
    });
  }
});
