/** LAN key, radio and alarm of a gateway, asked of a pretend one over real sockets. */

import assert from 'node:assert/strict';
import { type Clock, systemClock } from '../../../lib/home/clock';
import { LumiotError } from '../../../lib/home/errors';
import { BatchSizes, MiioDevice, MiioNetwork } from '../../../lib/miio';
import { arm, radio, readLanKey, setLanKey } from '../../../lib/miio/gateway-commands';
import type { LocalDevice } from '../../../lib/miio/types';
import { type PretendWifiDevice, startPretendWifiDevice, type WifiDeviceConfig } from '../../../lib/simulator/miio';
import { ManualClock } from '../../support/clock';

const TOKEN = '00112233445566778899aabbccddeeff';
const KEY = '0987654321qwerty';
/** A model of no description has what it is given. */
const values = { '2.1': true };
const url = 'https://radio.example/live.m3u8?quality=low&lang=en';

/** Answers in turn, and the last one for ever: what the pretend gateway never says. */
function saying(...answers: readonly (readonly unknown[])[]): LocalDevice & { readonly asked: string[] } {
  const asked: string[] = [];
  const refuse = (): Promise<never> => Promise.reject(new Error('not asked for here'));
  return {
    asked,
    standing: 'reachable',
    did: '',
    address: undefined,
    get: refuse,
    set: refuse,
    action: refuse,
    call: async (method) => {
      const answer = answers[Math.min(asked.push(method), answers.length) - 1];
      return answer;
    },
    info: async () => ({ model: 'lumi.gateway.v3', firmware: '', hardware: '', mac: '' }),
    close: () => {},
  };
}

describe('a gateway over miIO', () => {
  let pretend: PretendWifiDevice;
  let device: MiioDevice;
  let ends: (() => unknown)[] = [];

  /** `clock`: one that stands still lets time pass where nothing will come. */
  const open = async (more: Partial<WifiDeviceConfig> = {}, clock: Clock = systemClock): Promise<void> => {
    const address = '127.0.46.10';
    pretend = await startPretendWifiDevice({
      did: '68332340',
      model: 'lumi.gateway.v3',
      token: TOKEN,
      address,
      port: 0,
      lanKey: KEY,
      ...more,
    });
    const log = { info: () => {}, warn: () => {}, error: () => {} };
    const network = new MiioNetwork({ clock, log });
    device = new MiioDevice(
      { did: '', host: pretend.host, token: TOKEN, model: '', label: 'Gateway Hall' },
      { network, clock, random: Math.random, log, sizes: new BatchSizes() },
    );
    ends = [() => device.close(), () => network.close(), () => pretend.close()];
  };
  afterEach(async () => {
    for (const end of ends.splice(0)) await end();
  });
  const orders = (): unknown[] => pretend.requests().flatMap(({ method, params }) => (method === 'miIO.info' ? [] : [[method, params]]));
  const failure = async (promise: Promise<unknown>): Promise<LumiotError> => {
    const error: unknown = await promise.then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof LumiotError);
    assert.match(error.message, /\.$/);
    assert.doesNotMatch(error.message, new RegExp(`${TOKEN}|${KEY}`));
    return error;
  };

  describe('has a LAN key', () => {
    it('that is read', async () => {
      await open();
      assert.equal(await readLanKey(device), KEY);
      assert.deepEqual(orders(), [['get_lumi_dpf_aes_key', []]]);
    });

    it('that is set', async () => {
      await open();
      await setLanKey(device, 'A4D81977ED8A4177');
      assert.equal(await readLanKey(device), 'A4D81977ED8A4177');
    });

    for (const key of ['', 'short', `${KEY}x`, '0987654321qwert\n', '0987654321qwert ', '0987654321qwertü']) {
      it(`that is never ${JSON.stringify(key)}`, async () => {
        await open();
        assert.equal((await failure(setLanKey(device, key))).code, 'KEY_INVALID');
        assert.deepEqual(pretend.requests(), []);
      });
    }

    it('or none yet', async () => {
      await open({ lanKey: '' });
      const { code, message } = await failure(readLanKey(device));
      assert.equal(code, 'KEY_MISSING');
      assert.match(message, /Mi Home.*LAN protocol/);
    });
  });

  describe('plays radio', () => {
    it('from an address, at a volume', async () => {
      await open();
      const { ok, attempts, confirmed } = await radio(device, { play: true, url, volume: 0 }, systemClock);
      assert.deepEqual([ok, attempts, confirmed], [true, 2, 'ack']);
      assert.deepEqual(orders(), [
        ['play_specify_fm', { id: 0, type: 0, url }],
        ['volume_ctrl_fm', ['0']],
      ]);
    });

    it('from its own stations, and the last one', async () => {
      await open();
      await radio(device, { play: true, station: 1025 }, systemClock);
      await radio(device, { play: true }, systemClock);
      await radio(device, { play: false }, systemClock);
      assert.deepEqual(orders(), [
        ['play_specify_fm', { id: 1025, type: 0 }],
        ['play_fm', ['on']],
        ['play_fm', ['off']],
      ]);
    });

    it('though an answer was lost', async () => {
      const clock = new ManualClock();
      await open({}, clock);
      await clock.during(readLanKey(device));
      await pretend.fault({ fault: 'lose-reply', count: 1 });
      const { attempts } = await clock.during(radio(device, { play: false }, clock));
      assert.equal(attempts, 2);
    });
  });

  describe('has an alarm', () => {
    it('that is armed and disarmed, which is read', async () => {
      await open();
      assert.equal((await arm(device, true, systemClock)).confirmed, 'read');
      assert.equal((await arm(device, true, systemClock)).ok, true, 'twice is once');
      assert.equal((await arm(device, false, systemClock)).attempts, 1);
      assert.deepEqual(orders(), [
        ['set_arming', ['on']],
        ['get_arming', []],
        ['set_arming', ['on']],
        ['get_arming', []],
        ['set_arming', ['off']],
        ['get_arming', []],
      ]);
    });
  });

  describe('confirms that it is armed', () => {
    const clock = new ManualClock();

    it('from the beginning of its own delay', async () => {
      assert.equal((await arm(saying(['ok'], ['oning']), true, clock)).confirmed, 'read');
    });

    it('when it says so a moment later', async () => {
      const gateway = saying(['ok'], ['off'], ['off'], ['on']);
      assert.equal((await clock.during(arm(gateway, true, clock))).ok, true);
      assert.equal(gateway.asked.length, 4);
    });

    it('and that it was not', async () => {
      for (const [answer, wanted] of [
        ['off', true],
        ['oning', false],
        ['on', false],
      ] as const) {
        const error: unknown = await clock.during(arm(saying(['ok'], [answer]), wanted, clock)).catch((thrown: unknown) => thrown);
        assert.ok(error instanceof LumiotError && error.code === 'NOT_APPLIED', answer);
      }
      const refused: unknown = await arm(saying(['error']), true, clock).catch((thrown: unknown) => thrown);
      assert.ok(refused instanceof LumiotError && refused.code === 'NOT_APPLIED');
    });
  });

  it('of a Wi-Fi air conditioning partner as well', async () => {
    await open({ model: 'lumi.acpartner.v3', values });
    assert.equal(await readLanKey(device), KEY);
  });

  it('is not any device: no order reaches another', async () => {
    await open({ model: 'yeelink.light.lamp1', values });
    for (const order of [
      readLanKey(device),
      setLanKey(device, KEY),
      radio(device, { play: false }, systemClock),
      arm(device, true, systemClock),
    ]) {
      const { code, message } = await failure(order);
      assert.equal(code, 'UNSUPPORTED');
      assert.match(message, /yeelink\.light\.lamp1, not a lumi gateway/);
    }
    assert.deepEqual(orders(), []);
  });

  it('may be of an old firmware that cannot do it', async () => {
    await open({ model: 'lumi.gateway', values });
    const { code, message } = await failure(readLanKey(device));
    assert.equal(code, 'UNSUPPORTED');
    assert.match(message, /cannot give its LAN key.*"get_lumi_dpf_aes_key".*Update it in Mi Home/);
  });

  it('may be gone', async () => {
    const clock = new ManualClock();
    await open({}, clock);
    await pretend.fault({ fault: 'offline' });
    assert.equal((await failure(clock.during(readLanKey(device)))).code, 'DEVICE_OFFLINE');
  });

  it('may have another token', async () => {
    const clock = new ManualClock();
    await open({}, clock);
    await pretend.fault({ fault: 'new-token' });
    assert.equal((await failure(clock.during(arm(device, true, clock)))).code, 'TOKEN_REJECTED');
  });
});
