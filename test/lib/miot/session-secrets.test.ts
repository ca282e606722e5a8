/** No secret leaves the session: F21 of miot-cloud.md §5.3. */

import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DAY, FullDisk, HOUR, SessionRig, STORE_KEY, stands } from './session-rig';
import { glitch, oauthError } from './token-server';

describe('a refresh and its secrets', () => {
  let rig: SessionRig;
  beforeEach(async () => {
    rig = await SessionRig.open();
  });
  afterEach(() => rig.close());

  /** However slow the disk is. */
  const gently = async <Result>(promise: Promise<Result>): Promise<Result> => {
    await rig.slowly(promise);
    return promise;
  };

  it('F21: no secret is in a log line, an error, the state or a file, whatever goes wrong', async () => {
    const spoken: string[] = [];
    const speak = (error: unknown): void => {
      const seen = new Set<unknown>();
      for (let one: unknown = error; one instanceof Error && !seen.has(one); one = one.cause) {
        seen.add(one);
        spoken.push(one.message, one.stack ?? '', JSON.stringify(one), JSON.stringify(Object.entries(one)));
      }
    };
    const disk = new FullDisk();
    const session = await rig.signedIn({ store: rig.store({ files: disk.files }) });
    session.watch((view) => spoken.push(JSON.stringify(view), 'error' in view.state ? String(view.state.error.stack) : ''));
    await session.setDeviceTokens(new Map([['1', 'PLANTED-lan-token-00112233']]));
    const echo = (data: string) => ({ status: 200, body: JSON.stringify({ code: -6, message: `cannot parse ${data}`, result: null }) });
    const faults = [
      'drop',
      'lose-reply',
      oauthError(96009, 'token R3_PLANTED-1 unknown'),
      oauthError(96002, 'PLANTED'),
      glitch,
      { status: 500, body: 'V3_PLANTED' },
      { status: 401, body: '' },
    ] as const;
    for (const fault of faults) {
      rig.server.always = fault;
      await gently(session.refreshNow()).catch(speak);
      const token = await gently(session.current()).catch(() => ({ value: 'V3_PLANTED-x', generation: 0 }));
      await gently(session.renew(token)).catch(speak);
      await gently(session.complete(rig.server.rules.approve(session.signIn().url))).catch(speak);
      rig.server.always = undefined;
      await gently(rig.signIn(session));
    }
    rig.server.before = (data) => {
      rig.server.always = echo(data);
    };
    await gently(session.refreshNow()).catch(speak);
    rig.server.before = () => {
      rig.server.always = undefined;
      disk.isFull = true;
    };
    await gently(session.refreshNow()).catch(speak);
    await gently(session.signOut()).catch(speak);
    await gently(session.complete('http://x/?code=PLANTED-code&state=PLANTED-state')).catch(speak);
    assert.ok(spoken.length > 40 && rig.logs.length > 8, `${spoken.length} ${rig.logs.length}`);
    const everything = [...spoken, ...rig.logs.map(({ text }) => text)].join('\n');
    assert.doesNotMatch(everything, /PLANTED/);
    assert.doesNotMatch(everything, new RegExp(STORE_KEY));
    for (const name of await readdir(rig.folder)) assert.doesNotMatch(await readFile(join(rig.folder, name), 'utf8'), /PLANTED|V3_|R3_/);
  }).timeout(60_000);

  it('F21: what a listener or a disk says is told without them', async () => {
    const session = await rig.signedIn();
    await session.setDeviceTokens(new Map([['1', '00112233445566778899aabbccddeeff']]));
    const stop = session.onToken(({ value }) => {
      throw new Error(`cannot use ${value}, nor plain-${[...session.deviceTokens.values()].join()}`);
    });
    await session.refreshNow();
    stop();
    assert.match(rig.alarms().join(), /cannot use …, nor plain-…/);
    assert.equal(stands(session), 'connected');
  });

  it('a log or a listener that throws stops nothing', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown): void => void unhandled.push(reason);
    process.on('unhandledRejection', note);
    try {
      const throwing = (): never => {
        throw new Error('the log is broken');
      };
      const session = await rig.signedIn({ log: { info: throwing, warn: throwing, error: throwing } });
      session.onToken(throwing);
      rig.server.always = { status: 500, body: '' };
      await rig.live(session, 3 * DAY + HOUR, HOUR);
      assert.equal(stands(session), 'degraded CLOUD_UNREACHABLE');
      rig.server.always = undefined;
      await rig.live(session, HOUR, 60_000);
      assert.equal(stands(session), 'connected');
      await new Promise((resolve) => setTimeout(resolve, 20));
      assert.deepEqual(unhandled, []);
    } finally {
      process.off('unhandledRejection', note);
    }
  });
});
