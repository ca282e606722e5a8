/** Commands from others on the broker, and what they are answered. */

import assert from 'node:assert/strict';
import { it } from 'mocha';
import { climate, EAST, PLUG, SWITCH, WEST, writesOf } from '../home';
import type { Saying } from '../observer';
import { BASE, type Stage } from '../stage';

export function takesCommands(stage: () => Stage): void {
  const plug = `${BASE}/${WEST}/${PLUG}`;
  /** Says it, and gives the first result that fits. */
  const ask = async (
    device: string,
    payload: unknown,
    saying: Saying = {},
    fits: (result: Record<string, unknown>) => boolean = () => true,
    command = 'set',
  ): Promise<Record<string, unknown>> => {
    const { observer } = stage().street;
    const from = observer.heard.length;
    await observer.say(`${device}/${command}`, payload, saying);
    return await observer.next(`${device}/result`, fits, from);
  };

  it('refused the command that the broker had kept since before the edge was there', async () => {
    const { observer, simulator } = stage().street;
    const result = await observer.next(`${plug}/result`, ({ code }) => code === 'BAD_INPUT');
    assert.equal(result.ok, false);
    assert.match(String(result.error), /retain/i);
    assert.deepEqual(writesOf(simulator, PLUG), []);
  });

  it('takes plain words and JSON, and answers when it took effect', async () => {
    const { observer, simulator } = stage().street;
    let from = observer.heard.length;
    const first = await ask(plug, 'on');
    assert.deepEqual([first.command, first.ok, first.payload], ['set', true, true], JSON.stringify(first));
    assert.equal((first.ack as { ok?: unknown } | undefined)?.ok, true);
    assert.equal(simulator.state(WEST, PLUG).status, 'on');
    await observer.next(plug, ({ on }) => on === true, from);

    const second = await ask(plug, { on: false, requestId: 'r-1' });
    assert.deepEqual([second.ok, second.requestId], [true, 'r-1'], JSON.stringify(second));
    assert.equal(simulator.state(WEST, PLUG).status, 'off');

    from = observer.heard.length;
    const third = await ask(`${BASE}/${EAST}/${SWITCH}`, { channel2: true });
    assert.equal(third.ok, true, JSON.stringify(third));
    await observer.next(`${BASE}/${EAST}/${SWITCH}`, ({ channel1, channel2 }) => channel1 === false && channel2 === true, from);
    const fourth = await ask(plug, 'toggle');
    assert.deepEqual([fourth.ok, fourth.payload], [true, true], JSON.stringify(fourth));
  });

  it('reads a device when it is asked to', async () => {
    const { simulator } = stage().street;
    simulator.setDevice(WEST, climate(3), { temperature: '1717' });
    const result = await ask(`${BASE}/${WEST}/${climate(3)}`, '', {}, () => true, 'get');
    assert.equal(result.command, 'get');
    assert.equal(result.ok, true, JSON.stringify(result));
    assert.equal((result.payload as Record<string, unknown>).temperature, 17.17);
    await stage().street.observer.next(`${BASE}/${WEST}/${climate(3)}`, ({ temperature }) => temperature === 17.17);
  });

  it('says why a command was not carried out, to the one who asked and to the flow', async () => {
    const { observer, simulator } = stage().street;
    const writes = simulator.commands().length;
    const from = observer.heard.length;
    const unknown = await ask(`${BASE}/${WEST}/158d0009999999`, 'on');
    assert.deepEqual([unknown.ok, unknown.code], [false, 'NO_DEVICE'], JSON.stringify(unknown));
    const bad = await ask(plug, 'perhaps');
    assert.deepEqual([bad.ok, bad.code], [false, 'BAD_INPUT'], JSON.stringify(bad));
    const sensor = await ask(`${BASE}/${WEST}/${climate(0)}`, 'on');
    assert.equal(sensor.ok, false, JSON.stringify(sensor));
    const long = await ask(plug, { on: true, requestId: 'x', note: 'n'.repeat(70_000) });
    assert.deepEqual([long.ok, long.code], [false, 'BAD_INPUT'], JSON.stringify(long).slice(0, 500));
    for (const { error } of [unknown, bad, sensor, long]) {
      await observer.next('caught', ({ message }) => String(message).includes(String(error)), from);
      assert.match(String(error), /^[A-Z].*\. ?/s);
    }
    assert.equal(
      simulator
        .commands()
        .slice(writes)
        .filter(({ cmd }) => cmd === 'write').length,
      0,
    );
  });

  it('gives back what belongs to the question, where the broker speaks MQTT 5', async () => {
    const { observer, broker } = stage().street;
    const results = (): typeof observer.heard => observer.on(`${plug}/result`);
    for (const [payload, correlation] of [
      ['off', 'first \u0000 question'],
      ['nonsense', 'second'],
    ] as const) {
      await ask(plug, payload, { correlation });
      assert.equal(results().at(-1)?.correlation, broker.version === 5 ? correlation : undefined);
    }
    await ask(plug, 'off');
    assert.equal(results().at(-1)?.correlation, undefined, 'and nothing where nothing was given');
  });

  it('does what is for a device of its own once, and lets alone what is for others', async () => {
    const { observer, simulator } = stage().street;
    const before = writesOf(simulator).length;
    const from = observer.heard.length;
    await observer.say(`${BASE}/0000ffffffff/${PLUG}/set`, 'on');
    await observer.say(`${BASE}/${EAST}/${PLUG}/set`, 'on');
    // Afterwards something that is answered.
    await ask(plug, 'on', {}, ({ ok }) => ok === true);
    const writes = writesOf(simulator).slice(before);
    assert.deepEqual(
      writes.map(({ gateway, device }) => [gateway, device]),
      [[WEST, PLUG]],
    );
    const results = observer.heard.slice(from).filter(({ topic }) => topic.endsWith('/result'));
    assert.equal(results.filter(({ topic }) => topic.includes('0000ffffffff')).length, 0);
    assert.equal(results.filter(({ topic }) => topic === `${plug}/result`).length, 1);
  });
}
