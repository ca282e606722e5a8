// The way to one device: what happens when it is told another place, or another token, in the middle of something.
import assert from 'node:assert/strict';
import { Link } from '../../../lib/miio/link';
import { Waits } from '../../../lib/miio/waits';
import { OTHER_TOKEN, Rig, TOKEN } from './rig';

describe('the way to a device', () => {
  let rig: Rig;

  beforeEach(() => {
    rig = new Rig();
  });

  afterEach(() => rig.close());

  it('is not waited for at the old place once it has another', async () => {
    const bare = await rig.bare();
    const { clock, log, network } = rig;
    const waits = new Waits(clock);
    const target = { did: String(bare.did), host: '', token: TOKEN, model: '', label: '' };
    const find = () => new Promise<undefined>(() => {});
    const link = new Link({ clock, log, network, waits, find, onPacket: () => {}, onReached: () => {} }, target);
    const before = link.ready();
    await clock.settle();
    link.configure({ ...target, host: bare.host });
    const started = clock.monotonic();
    await clock.during(link.ready());
    assert.ok(clock.monotonic() - started < 1_000);
    assert.equal(link.stamp, bare.stamp);
    await clock.during(before);
    link.close();
  });

  it('goes to whichever device is there, also after that was replaced', async () => {
    const old = await rig.pretend();
    const target = { did: '', host: old.host, token: TOKEN, model: '', label: '' };
    const device = rig.device(target);
    await rig.clock.during(device.info());
    const port = Number(old.host.split(':')[1]);
    await old.close();
    const other = await rig.pretend({ did: '500000007', token: OTHER_TOKEN, port });
    device.configure({ ...target, token: OTHER_TOKEN });
    await rig.clock.during(device.info());
    assert.equal(device.did, other.did);
  });

  it('is not blocked by packets of somebody else who has no token', async () => {
    const bare = await rig.bare();
    bare.onAsked = (asked) => {
      for (let copy = 0; copy < 20; copy++) bare.say('{}', asked.from, { token: OTHER_TOKEN });
      rig.clock.setTimeout(() => bare.answer(asked, 'ok'), 100);
    };
    const device = rig.device({ host: bare.host });
    assert.equal(await rig.outcome(device.call('a', [], 'read')), 'ok');
    assert.equal(bare.asked.length, 1);
    assert.equal(device.standing, 'reachable');
  });

  it('carries nothing of an action that was closed before it left', async () => {
    const bare = await rig.bare();
    bare.onAsked = (asked) => bare.answer(asked, 'ok');
    const device = rig.device({ host: bare.host });
    await rig.clock.during(device.call('a', [], 'read'));
    const action = rig.outcome(device.call('b', [], 'action', () => device.close()));
    await action;
    await rig.clock.settle();
    assert.deepEqual(
      bare.asked.map(({ method }) => method),
      ['a'],
    );
  });
});
