import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { type Exchange, Exchanger } from '../../../lib/lumi/exchange';
import { type Frame, parseText } from '../../../lib/lumi/frame';
import { ManualClock } from '../../support/clock';

function ack(sid: string): Frame {
  const result = parseText(JSON.stringify({ cmd: 'write_ack', sid }));
  assert.ok(result.ok);
  return result.frame;
}

describe('a request', () => {
  let clock: ManualClock;
  let exchanger: Exchanger;
  let sent: string[];

  beforeEach(() => {
    clock = new ManualClock();
    exchanger = new Exchanger(clock);
    sent = [];
  });

  function request(text: string, more: Partial<Exchange> = {}): Exchange {
    return {
      owner: {},
      bytes: () => Buffer.from(text),
      send: async (bytes) => {
        sent.push(String(bytes));
      },
      isAnswer: (frame) => frame.kind === 'write-answer' && frame.wireSid === 'lamp',
      timeoutMs: 1_500,
      tries: 3,
      ...more,
    };
  }

  it('ends with its answer', async () => {
    const run = exchanger.run(request('a'));
    assert.equal(exchanger.offer(ack('lamp')), true);
    assert.equal((await run).attempts, 1);
    assert.equal(clock.openTimers, 0);
  });

  it('is not ended by an answer for another device', async () => {
    const run = exchanger.run(request('a'));
    assert.equal(exchanger.offer(ack('door')), false);
    exchanger.offer(ack('lamp'));
    await run;
  });

  it('is sent again when nobody answers, and ends in TIMEOUT', async () => {
    const run = exchanger.run(request('a'));
    const ended = assert.rejects(run, (error: unknown) => error instanceof LumiotError && error.code === 'TIMEOUT');
    await clock.advance(4_500);
    await ended;
    assert.deepEqual(sent, ['a', 'a', 'a']);
    assert.equal(clock.openTimers, 0);
  });

  it('asks for its bytes before each try', async () => {
    let token = 0;
    const run = exchanger.run(request('', { bytes: () => Buffer.from(String(++token)) }));
    await clock.advance(1_500);
    exchanger.offer(ack('lamp'));
    assert.equal((await run).attempts, 2);
    assert.deepEqual(sent, ['1', '2']);
  });

  it('that cannot be written leaves no timer behind', async () => {
    const bytes = (): Uint8Array => {
      throw new Error('no key');
    };
    await assert.rejects(exchanger.run(request('', { bytes })), /no key/);
    assert.equal(clock.openTimers, 0);
  });

  it('that cannot be sent at all ends in SOCKET', async () => {
    const refused = new LumiotError('SOCKET', 'no way');
    await assert.rejects(exchanger.run(request('a', { send: () => Promise.reject(refused) })), refused);
    assert.equal(clock.openTimers, 0);
  });

  it('whose sending fails late does not disturb the next one', async () => {
    let fail: (error: Error) => void = () => {};
    const slow = exchanger.run(
      request('a', {
        tries: 1,
        send: () =>
          new Promise((_, reject) => {
            fail = reject;
          }),
      }),
    );
    const ended = assert.rejects(slow);
    await clock.advance(1_500);
    await ended;
    const next = exchanger.run(request('b', { isAnswer: (frame) => frame.wireSid === 'door' }));
    fail(new Error('late'));
    await clock.settle();
    assert.equal(exchanger.offer(ack('door')), true);
    await next;
  });

  it('is not ended by the late answer of an earlier one', async () => {
    const first = exchanger.run(request('on'));
    await clock.advance(1_500);
    exchanger.offer(ack('lamp'));
    await first;
    const second = exchanger.run(request('off'));
    assert.equal(exchanger.offer(ack('lamp')), false, 'the second answer to "on"');
    assert.equal(exchanger.offer(ack('lamp')), true, 'its own');
    assert.equal((await second).attempts, 1);
  });

  it('takes the answer of an earlier try of the same command for its own', async () => {
    const owner = {};
    const first = exchanger.run(request('on', { owner, tries: 1 }));
    const ended = assert.rejects(first);
    await clock.advance(1_500);
    await ended;
    const again = exchanger.run(request('on', { owner }));
    assert.equal(exchanger.offer(ack('lamp')), true);
    await again;
  });

  it('waits no longer for a late answer than twice its time', async () => {
    const first = exchanger.run(request('on'));
    await clock.advance(1_500);
    exchanger.offer(ack('lamp'));
    await first;
    await clock.advance(3_001);
    const second = exchanger.run(request('off'));
    assert.equal(exchanger.offer(ack('lamp')), true);
    await second;
  });

  it('waits for the late answer of each try only twice its time since that try', async () => {
    const first = exchanger.run(request('on'));
    const ended = assert.rejects(first);
    await clock.advance(4_500);
    await ended;
    // Tries at 0, 1.5 and 3 s: answers to the first two would have come by now.
    await clock.advance(100);
    const second = exchanger.run(request('off'));
    assert.equal(exchanger.offer(ack('lamp')), false, 'perhaps the answer to the third');
    assert.equal(exchanger.offer(ack('lamp')), true);
    await second;
  });

  it('sent again by the same owner and ended by the late answer of an earlier try still awaits its own', async () => {
    const owner = {};
    const first = exchanger.run(request('on', { owner, tries: 1 }));
    const ended = assert.rejects(first);
    await clock.advance(2_900);
    await ended;
    const again = exchanger.run(request('on', { owner }));
    assert.equal(exchanger.offer(ack('lamp')), true, 'the answer to the first');
    await again;
    await clock.advance(1_000);
    const second = exchanger.run(request('off'));
    assert.equal(exchanger.offer(ack('lamp')), false, 'the answer to the second');
    assert.equal(exchanger.offer(ack('lamp')), true);
    await second;
  });

  it('ends with the reason when it is aborted', async () => {
    const reason = new LumiotError('GATEWAY_OFFLINE', 'Closed.');
    const run = exchanger.run(request('a'));
    exchanger.abort(reason);
    await assert.rejects(run, reason);
    assert.equal(clock.openTimers, 0);
    exchanger.abort(reason);
  });
});
