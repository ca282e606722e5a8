/** Commands by name over a real server that answers as a device might: their order, what was given twice, what went half well. */

import assert from 'node:assert/strict';
import type { Clock } from '../../../lib/home/clock';
import { emptyValues, type Values } from '../../../lib/home/device';
import { LumiotError } from '../../../lib/home/errors';
import { type AccountCommands, accountCommands } from '../../../lib/miot/account-commands';
import type { CloudRecord } from '../../../lib/miot/account-types';
import { parseSpec } from '../../../lib/miot/spec-parse';
import { LAMP, scene } from './account-home';
import { type Answer, apiAt, CloudServer, hastyClock, ok } from './cloud-server';
import { lamp } from './specs';

const DID = '68332340';

interface Item {
  readonly did: string;
  readonly siid: number;
  readonly piid: number;
  readonly value?: unknown;
}

/** A lamp at the other end of the wire. */
class Lamp {
  readonly values: Record<string, unknown> = { '2.1': false, '2.2': 40, '2.3': 0, '2.4': 1 };
  /** Answered instead of 0, by 'siid.piid'. */
  readonly setCodes: Record<string, number> = {};
  readonly readCodes: Record<string, number> = {};
  /** Statuses of the next requests that set something or carry it out. */
  readonly statuses: number[] = [];
  /** How long a set takes to take effect after it was answered. */
  lateMs = 0;
  /** What was set and done, in its order. */
  readonly done: string[] = [];

  async answer({ path, body }: { readonly path: string; readonly body: string }): Promise<Answer> {
    const { params } = JSON.parse(body) as { params: readonly Item[] | { readonly aiid: number } };
    const isRead = path.endsWith('get');
    const status = isRead ? undefined : this.statuses.shift();
    if (status !== undefined && status !== 200) return { status, headers: { 'retry-after': '1' } };
    await new Promise((resolve) => setTimeout(resolve, 5));
    if (!Array.isArray(params)) {
      this.done.push('toggled');
      this.values['2.1'] = this.values['2.1'] !== true;
      return ok({ did: DID, siid: 2, aiid: 1, code: 0, out: [] });
    }
    return ok(
      (params as readonly Item[]).map(({ did, siid, piid, value }) => {
        const key = `${siid}.${piid}`;
        const head = { did, siid, piid };
        if (isRead) return key in this.readCodes ? { ...head, code: this.readCodes[key] } : { ...head, value: this.values[key], code: 0 };
        const code = this.setCodes[key] ?? 0;
        if (code === 0 || code === 1) {
          this.done.push(`${key}=${value}`);
          const take = (): void => {
            this.values[key] = value;
          };
          if (this.lateMs === 0) take();
          else setTimeout(take, this.lateMs);
        }
        return { ...head, code };
      }),
    );
  }
}

describe('commands of an account', () => {
  const spec = parseSpec(lamp);
  let device: Lamp;
  let server: CloudServer;
  let commands: AccountCommands;
  let commandsAt: (clock: Clock) => AccountCommands;
  let heard: Values[];
  let known: Values;

  beforeEach(async () => {
    device = new Lamp();
    server = await CloudServer.start((request) => device.answer(request));
    const api = apiAt(server.url);
    heard = [];
    known = emptyValues();
    const record = { did: DID, listed: { name: 'Desk lamp' }, values: known, isOnline: true } as unknown as CloudRecord;
    commandsAt = (clock) =>
      accountCommands({
        clock,
        find: () => Promise.resolve(record),
        spec: () => Promise.resolve(spec),
        get: (refs) => api.get(refs),
        set: (values, onRequest) => api.set(values, onRequest),
        action: (target, inputs, onRequest) =>
          api.action(
            target,
            inputs.map(({ value }) => value),
            onRequest,
          ),
        hear: (_record, values) => {
          heard.push(values);
          Object.assign(known, values);
        },
        isPushed: () => false,
        log: { warn: () => {} },
      });
    commands = commandsAt(hastyClock);
  });

  afterEach(async () => {
    commands.close();
    await server.close();
  });

  const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  const fails = async (promise: Promise<unknown>, code: string, ...said: readonly RegExp[]): Promise<void> => {
    await assert.rejects(promise, (error) => {
      assert.ok(error instanceof LumiotError);
      assert.equal(error.code, code, error.message);
      for (const text of said) assert.match(error.message, text);
      return true;
    });
  };

  describe('keep their order', () => {
    it('a toggle knows what the one before it did', async () => {
      await Promise.all([1, 2, 3].map(() => commands.set(DID, { on: 'toggle' })));
      assert.deepEqual(device.done, ['2.1=true', '2.1=false', '2.1=true']);
    });

    it('also where the device takes its time to do what it accepted', async () => {
      device.setCodes['2.1'] = 1;
      // Longer than a read takes, and shorter than it is waited for.
      device.lateMs = 50;
      const patient = commandsAt({
        ...hastyClock,
        monotonic: () => hastyClock.monotonic() / 10,
        setTimeout: (callback, delayMs) => hastyClock.setTimeout(callback, delayMs * 10),
      });
      await Promise.all([patient.set(DID, { on: 'toggle' }), patient.set(DID, { on: 'toggle' })]);
      patient.close();
      assert.deepEqual(device.done, ['2.1=true', '2.1=false']);
    });

    it('what follows a toggle has the last word', async () => {
      const toggling = commands.set(DID, { on: 'toggle' });
      await pause(1);
      await Promise.all([toggling, commands.set(DID, { on: false })]);
      assert.deepEqual(device.done, ['2.1=true', '2.1=false']);
      assert.equal(device.values['2.1'], false);
    });

    it('among sets, toggles and actions', async () => {
      await Promise.all([
        commands.set(DID, { on: true }),
        commands.action(DID, 'toggle'),
        commands.set(DID, { on: 'toggle' }),
        commands.action(DID, 'toggle'),
        commands.set(DID, { brightness: 7 }),
      ]);
      assert.deepEqual(device.done, ['2.1=true', 'toggled', '2.1=true', 'toggled', '2.2=7']);
    });

    it('and go on after one that failed', async () => {
      const [failed, next] = await Promise.allSettled([commands.set(DID, { brightness: 400 }), commands.set(DID, { on: 'toggle' })]);
      assert.deepEqual([failed?.status, next?.status], ['rejected', 'fulfilled']);
    });

    it('a set does not wait until the one before it is proved, and does not spoil its proof', async () => {
      device.setCodes['2.2'] = 1;
      const begun = performance.now();
      const first = commands.set(DID, { brightness: 10 });
      const second = commands.set(DID, { brightness: 20 });
      await pause(1);
      while (device.done.length < 2) await pause(1);
      assert.ok(performance.now() - begun < 1_000);
      assert.equal((await first).ack.confirmed, 'ack');
      assert.equal((await second).ack.confirmed, 'read');
    });
  });

  describe('refuse', () => {
    it('one property under several names', async () => {
      await fails(commands.set(DID, { 'light:on': true, on: false, '2.1': true }), 'BAD_INPUT', /"light:on", "on", "2\.1".* light:on/);
      await fails(commands.set(DID, { brightness: 3, On: 'toggle', 'LIGHT:ON': true }), 'BAD_INPUT', /"On", "LIGHT:ON"/);
      assert.equal(server.requests.length, 0);
    });
  });

  describe('that went half well', () => {
    it('say what was set and what was not', async () => {
      device.setCodes['2.4'] = -704220043;
      device.setCodes['2.3'] = -704083036;
      await fails(
        commands.set(DID, { on: true, brightness: 20, mode: 2, color: 5 }),
        'BAD_INPUT',
        /^Device "Desk lamp" 68332340 \(property 2\.4\) does not take this value/,
        / Set: light:on, light:brightness\. Not set: light:mode\. Perhaps set: light:color\.$/,
      );
    });

    it('say so also where the rest took too long', async () => {
      device.setCodes['2.2'] = -704083036;
      await fails(
        commands.set(DID, { on: true, brightness: 20 }),
        'NOT_APPLIED',
        /light:brightness is 40/,
        / Set: light:on\. Not set: light:brightness\.$/,
      );
    });

    it('say so where nobody can tell', async () => {
      device.setCodes['2.2'] = -704083036;
      device.readCodes['2.2'] = -704042011;
      await fails(commands.set(DID, { on: true, brightness: 20 }), 'UNKNOWN_OUTCOME', / Set: light:on\. Perhaps set: light:brightness\.$/);
    });

    it('have nothing to add where there is one value', async () => {
      device.setCodes['2.4'] = -704220043;
      await fails(commands.set(DID, { mode: 2 }), 'BAD_INPUT', /-704220043\.$/);
    });
  });

  describe('count', () => {
    it('the requests that were sent for them', async () => {
      assert.equal((await commands.set(DID, { on: true })).ack.attempts, 1);
      device.statuses.push(429);
      assert.equal((await commands.set(DID, { on: true })).ack.attempts, 2);
      device.statuses.push(401);
      assert.equal((await commands.action(DID, 'toggle')).ack.attempts, 2);
      device.statuses.push(429, 500);
      const lost = commands.set(DID, { brightness: 40 });
      assert.equal((await lost).ack.attempts, 2);
    });

    it('them in an account as well', async () => {
      const home = await scene();
      try {
        await home.signIn();
        await home.account.spec(LAMP);
        home.cloud.fault({ fault: 'status-401', on: 'api', count: 1 });
        assert.equal((await home.account.set(LAMP, { 'light:on': true })).ack.attempts, 2);
      } finally {
        await home.end();
      }
    });
  });

  describe('that read', () => {
    it('fail where a value makes no sense, and tell the others', async () => {
      device.values['2.1'] = 'nonsense';
      await fails(
        commands.get(DID, ['on', 'brightness', 'mode']),
        'UNSUPPORTED',
        /Desk lamp \(68332340\) says "nonsense" for light:on, which is no boolean/,
        / What could be read: light:brightness is 40, light:mode is 1\.$/,
      );
      assert.deepEqual(
        heard.map((values) => ({ ...values })),
        [{ 'light:brightness': 40, 'light:mode': 1 }],
      );
    });

    it('fail where one of several cannot be read, and tell the others', async () => {
      device.readCodes['2.4'] = -704030013;
      await fails(
        commands.get(DID, ['mode', 'brightness']),
        'UNSUPPORTED',
        /^Device "Desk lamp" 68332340 \(property 2\.4\)/,
        / What could be read: light:brightness is 40\.$/,
      );
    });

    it('toggle nothing that is neither on nor off', async () => {
      device.values['2.1'] = 7;
      await fails(commands.set(DID, { on: 'toggle' }), 'UNSUPPORTED', /says 7 for light:on/);
      assert.deepEqual(device.done, []);
    });
  });
});
