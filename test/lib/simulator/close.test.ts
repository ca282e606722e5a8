import assert from 'node:assert/strict';
import { startSimulator } from '../../../lib/simulator';
import { bedroom, bind, hall, password, pause, ports } from './bench';

/** What the process still holds, once the event loop had a turn to let closed sockets go. */
async function kinds(): Promise<string[]> {
  await pause(30);
  return process
    .getActiveResourcesInfo()
    .filter((kind) => /UDP|TCP/.test(kind))
    .sort();
}

describe('closing a simulated home', () => {
  const home = {
    ...ports,
    control: { port: 0 },
    lively: true,
    gateways: [
      { sid: hall, key: password, address: '127.0.3.12', port: 19_812 },
      { sid: bedroom, key: password, address: '127.0.3.13', port: 19_812, protocol: 2 as const },
    ],
  };

  it('leaves no socket, server or timer', async () => {
    const before = await kinds();
    const simulator = await startSimulator(home);
    simulator.fault(hall, { fault: 'move', address: '127.0.3.14' });
    await simulator.close();
    await simulator.close();
    assert.deepEqual(await kinds(), before);
  });

  it('frees its ports for the next one', async () => {
    for (let round = 0; round < 3; round += 1) await (await startSimulator(home)).close();
  });

  it('keeps nothing open when one gateway cannot start', async () => {
    const before = await kinds();
    const taken = await bind('127.0.3.13', 19_812);
    await assert.rejects(startSimulator(home), { code: 'SOCKET', message: /Gateway 7811dcb2a7d9 cannot start/ });
    await new Promise<void>((resolve) => taken.close(() => resolve()));
    assert.deepEqual(await kinds(), before);
  });

  it('is calm about reports that come too late', async () => {
    const simulator = await startSimulator(home);
    await simulator.close();
    await simulator.report(hall, hall, { rgb: 1 });
    await simulator.heartbeat(hall);
    await pause(10);
  });

  it('says which address this machine does not have', async () => {
    const gateways = [{ sid: hall, key: password, address: '192.0.2.1', port: 0 }];
    await assert.rejects(startSimulator({ ...ports, gateways }), { code: 'SOCKET', message: /has no address 192\.0\.2\.1/ });
  });
});
