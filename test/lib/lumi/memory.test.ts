/** What a gateway remembers over a restart. */

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../../lib/home/clock';
import { StateFile } from '../../../lib/home/state-file';
import { fileMemory, type GatewayMemory } from '../../../lib/lumi';
import { ATTIC, ATTIC_KEY, attic, DOOR, HALL, hall, MOTION, PLUG, Rig } from '../../support/home';
import { until } from '../../support/wait';

describe('the memory of a gateway', () => {
  let folder: string;
  let path: string;
  let complaints: string[];
  let rig: Rig;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lumiot-memory-'));
    path = join(folder, 'gateway.json');
    complaints = [];
    rig = await Rig.open({ gateways: [hall, attic] });
  });
  afterEach(async () => {
    await rig.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const memory = (): GatewayMemory => fileMemory(new StateFile({ path, clock: systemClock, onError: (text) => complaints.push(text) }));

  it('gives back devices, models, values and when they were seen, and lets motion rest', async () => {
    const before = await rig.online({}, memory());
    await rig.simulator.report(HALL, DOOR, { status: 'open' });
    await rig.simulator.report(HALL, MOTION, { status: 'motion' });
    await until(() => before.device(MOTION)?.values.motion === true, 'motion');
    const seen = before.device(DOOR)?.lastSeen;
    await before.flush();
    await before.close();

    const after = rig.gateway({}, memory());
    rig.simulator.fault(HALL, { fault: 'drop' });
    void after.start();
    await until(() => after.inventory.size === 4, 'the devices are back');
    const door = after.device(DOOR);
    assert.ok(door);
    assert.deepEqual([door.model, door.values.open, door.isFresh, door.lastSeen], ['magnet', true, false, seen]);
    assert.equal(after.device(MOTION)?.values.motion, false);
    assert.equal(after.info(door).online, null);
  });

  it('of another gateway is not taken for this one', async () => {
    const before = await rig.online({}, memory());
    await before.close();
    const after = await rig.online({ sid: ATTIC, key: ATTIC_KEY }, memory());
    assert.equal(after.device(PLUG), undefined);
  });

  it('of another gateway is dropped once the only one is found', async () => {
    const before = await rig.online({}, memory());
    await before.close();
    await rig.close();
    rig = await Rig.open({ gateways: [attic] });
    const after = rig.gateway({ sid: '', key: ATTIC_KEY }, memory());
    void after.start();
    await until(() => after.isOnline, 'online');
    assert.equal(after.device(PLUG), undefined);
    assert.equal(after.sid, ATTIC);
  });

  for (const content of [
    '',
    '[]',
    '7',
    '{"devices":7}',
    '{"devices":[null,7,{"sid":""},{"sid":7},{"sid":"158d0001a2b3c1","values":[1],"model":7,"wireSid":7,"lastSeen":"x"}]}',
    '{"sid":7,"devices":[{"sid":"158d0001a2b3c1","values":{"__proto__":{"polluted":1},"on":true,"list":[1]}}]}',
  ])
    it(`that holds ${content || 'nothing'} hinders nobody`, async () => {
      writeFileSync(path, content);
      const gateway = await rig.online({}, memory()).catch((error: unknown) => error);
      assert.ok(!(gateway instanceof Error), String(gateway));
      assert.equal('polluted' in {}, false);
    });
});
