/** What is sent to the devices of a gateway over MQTT, over real sockets: which command a payload is meant for, and what it answers. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { LumiHome } from '../../../lib/mqtt/lumi-home';
import { ManualClock } from '../../support/clock';
import { ATTIC, ATTIC_KEY, HALL, Rig } from '../../support/home';
import { attic, hall, payloadOf, V1, V2 } from './lumi-place';

const partner = { on: false, mode: 'cool', fan: 'low', swing: false, targetTemperature: 24, relay: false };
const thermostat = { on: true, mode: 'heat', fan: 'auto', targetTemperature: 21 };

describe('what is sent to a device of a gateway', () => {
  let rig: Rig;
  let homes: Readonly<Record<string, LumiHome>>;

  /** Commands leave the home as they found it, or look at what they changed only. */
  before(async () => {
    rig = await Rig.open({ gateways: [hall, attic] }, { clock: new ManualClock() });
    homes = {
      [HALL]: new LumiHome(await rig.online(), { subscriber: 'mqtt' }),
      [ATTIC]: new LumiHome(await rig.online({ sid: ATTIC, key: ATTIC_KEY }), { subscriber: 'mqtt' }),
    };
  });
  after(() => rig.close());

  const homeOf = (id: string): LumiHome => {
    const home = Object.values(homes).find((one) => one.device(id) !== undefined);
    assert.ok(home !== undefined, id);
    return home;
  };
  /** What was answered, and what was written for it. */
  const set = async (id: string, payload: unknown): Promise<[unknown, unknown[]]> => {
    const before = rig.writes().length;
    const answer = await rig.during(homeOf(id).set(id, payload));
    return [payloadOf(answer), rig.writes().slice(before)];
  };
  const refusal = async (id: string, payload: unknown, home = homeOf(id)): Promise<string> => {
    const before = rig.writes().length;
    const error: unknown = await rig.during(
      home.set(id, payload).then(
        () => undefined,
        (thrown: unknown) => thrown,
      ),
    );
    assert.ok(error instanceof LumiotError, `${JSON.stringify(payload)} was taken`);
    assert.equal(rig.writes().length, before, 'nothing is written');
    return error.code;
  };

  for (const [what, id, payload, answer, written] of [
    ['a plug', V1.plug, 'on', true, [{ status: 'on' }]],
    ['a plug', V1.plug, 'toggle', false, [{ status: 'off' }]],
    ['a plug', V1.plug, { on: 1 }, true, [{ status: 'on' }]],
    ['a plug', V1.plug, { set: { on: 'off' } }, { on: false }, [{ status: 'off' }]],
    ['a plug', V1.plug, { Write: { status: 'on' } }, { status: 'on' }, [{ status: 'on' }]],
    ['a wall switch', V2.wall, true, { channel1: true, channel2: true }, [{ channel_0: 'on', channel_1: 'on' }]],
    ['a wall switch', V2.wall, { channel1: false }, { channel1: false, channel2: true }, [{ channel_0: 'off' }]],
    ['a wall switch', V2.wall, { on: 'toggle', channel: 2 }, { channel1: false, channel2: false }, [{ channel_1: 'off' }]],
    ['a curtain of dialect 1', V1.curtain, 'open', 100, [{ status: 'open' }]],
    ['a curtain of dialect 1', V1.curtain, 65, 65, [{ curtain_level: '65' }]],
    ['a curtain', V2.curtain, 'close', 0, [{ curtain_status: 'close' }]],
    ['a curtain', V2.curtain, { position: '40' }, 40, [{ curtain_level: 40 }]],
    ['a bulb', V2.bulb, 25, { on: true, brightness: 25 }, [{ power_status: 'on', light_level: 25 }]],
    ['a dimmer', V2.dimmer, 'lime', { on: true, brightness: 60, color: '#00ff00' }, [{ power_status: 'on', light_rgb: 0x3c_00_ff_00 }]],
    ['a bulb', V2.bulb, { set: { brightness: 30 } }, { brightness: 30 }, [{ light_level: 30 }]],
    ['a thermostat', V2.thermostat, 19, { ...thermostat, targetTemperature: 19 }, [{ temp_cfg: 19 }]],
    ['a thermostat', V2.thermostat, { targetTemperature: 21 }, thermostat, [{ temp_cfg: 21 }]],
    ['an air conditioning gateway', ATTIC, { mode: 'Heat' }, { ...partner, mode: 'heat' }, [{ mode_cfg: 'heat' }]],
    ['a light gateway', HALL, { brightness: 40, color: 'blue' }, { on: true, brightness: 40, color: '#0000ff' }, [{ rgb: 0x28_00_00_ff }]],
    ['a light gateway', HALL, 'orange', { on: true, brightness: 40, color: '#ffa500' }, [{ rgb: 0x28_ff_a5_00 }]],
    ['a light gateway', HALL, 'off', { on: false, brightness: 40, color: '#ffa500' }, [{ rgb: 0 }]],
    ['a gateway, its ringtones', HALL, { tone: 'orange', volume: 20 }, { tone: 28, volume: 20 }, [{ mid: 28, vol: 20 }]],
    ['a gateway, its ringtones', HALL, { tone: 'stop' }, { tone: null }, [{ mid: 10_000 }]],
    ['a gateway, its ringtones', HALL, 'stop', { tone: null }, [{ mid: 10_000 }]],
    ['a gateway, its devices', HALL, 'pair', { pairing: true, seconds: 30 }, [{ join_permission: 'yes' }]],
    ['a gateway, its devices', HALL, { pair: 60 }, { pairing: true, seconds: 60 }, [{ join_permission: 'yes' }]],
    ['a gateway, its devices', HALL, 'stop-pairing', { pairing: false, seconds: 0 }, [{ join_permission: 'no' }]],
  ] as const) {
    it(`is understood: ${what}, ${JSON.stringify(payload)}`, async () => {
      assert.deepEqual(await set(id, payload), [answer, written]);
    });
  }

  it('lists, examines and reads', async () => {
    const [listed] = await set(HALL, 'list');
    assert.deepEqual((listed as { id: string }[]).map(({ id }) => id).sort(), [HALL, ...Object.values(V1)].sort());
    const [checks] = await set(HALL, 'Doctor');
    assert.ok((checks as { check: string }[]).length > 3);
    const [read] = await set(V1.door, { read: true });
    assert.deepEqual(read, payloadOf(await rig.during(homeOf(V1.door).get(V1.door))));
    assert.equal((read as { open: boolean }).open, false);
  });

  it('tells how it was confirmed, and nothing where nothing was written', async () => {
    const answer = await rig.during(homeOf(V1.plug).set(V1.plug, 'toggle'));
    assert.ok(answer?.ack !== undefined && 'confirmed' in answer.ack);
    assert.equal(answer.ack.confirmed, 'report');
    assert.deepEqual(Object.keys((await rig.during(homeOf(HALL).set(HALL, 'list'))) ?? {}), ['payload']);
  });

  it('finds its device by any spelling of its sid', async () => {
    const answer = await rig.during(homeOf(V1.plug).set(`lumi.${V1.plug.toUpperCase()}`, { set: { on: true } }));
    assert.deepEqual(payloadOf(answer), { on: true });
  });

  it('is overtaken by a newer one that says the same', async () => {
    const home = homeOf(V2.bulb);
    const answers = await rig.during(Promise.all([10, 20, 30].map((brightness) => home.set(V2.bulb, brightness))));
    assert.deepEqual(answers.map(payloadOf), [{ on: true, brightness: 10 }, undefined, { on: true, brightness: 30 }]);
  });

  for (const [what, id, payload, code] of [
    ['nonsense for a plug', V1.plug, 'perhaps', 'BAD_INPUT'],
    ['a plug has no colour', V1.plug, { color: 'red' }, 'BAD_INPUT'],
    ['nothing', V1.plug, undefined, 'BAD_INPUT'],
    ['an empty object', HALL, {}, 'BAD_INPUT'],
    ['a list', V1.plug, ['on'], 'BAD_INPUT'],
    ['two wishes', V1.plug, { set: { on: true }, read: true }, 'BAD_INPUT'],
    ['the key of the gateway', V1.plug, { write: { key: 'x', status: 'on' } }, 'BAD_INPUT'],
    ['a position in words', V2.curtain, { position: 'half' }, 'BAD_INPUT'],
    ['a word to a sensor', V1.door, 'open', 'BAD_INPUT'],
    ['what a curtain does not take', V2.curtain, { position: 40, on: true }, 'BAD_INPUT'],
    ['what a sensor only says', V1.door, { open: true }, 'UNSUPPORTED'],
    ['a temperature out of range', V2.thermostat, 50, 'BAD_INPUT'],
    ['a tone that is none', HALL, { tone: 'polka' }, 'BAD_INPUT'],
    ['a volume without a tone', HALL, { volume: 20 }, 'BAD_INPUT'],
    ['pairing for hours', HALL, { pair: 7_200 }, 'BAD_INPUT'],
    ['a ringtone at a plug', V1.plug, { tone: 8 }, 'BAD_INPUT'],
    ['radio without a token', HALL, { radio: 'play' }, 'NOT_CONFIGURED'],
    ['somebody to remove who is not there', HALL, { remove: '158d000fffffff' }, 'NO_DEVICE'],
  ] as const) {
    it(`is refused: ${what}`, async () => {
      assert.equal(await refusal(id, payload), code);
    });
  }

  it('is refused for a device that nobody knows, also to be read', async () => {
    const home = homeOf(HALL);
    assert.equal(await refusal('158d000fffffff', 'on', home), 'NO_DEVICE');
    await rig.during(assert.rejects(home.get('158d000fffffff'), { code: 'NO_DEVICE' }));
  });

  it('is refused by a gateway whose key is wrong', async () => {
    const home = new LumiHome(await rig.online({ key: 'aaaaaaaaaaaaaaaa' }), { subscriber: 'other' });
    await rig.during(assert.rejects(home.set(V1.plug, 'on'), { code: 'KEY_INVALID' }));
  });
});
