/** A real Node-RED that is deployed to again and again while sensors report, or killed and started again. Needs the built package. */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Simulator, startSimulator } from '../../lib/simulator';
import { HALL, KEY, MOTION, PLUG } from '../support/home';
import { freePort } from '../support/sockets';
import { type Fault, type Line, type Scale, Tally } from './fault';
import { busyHall, CLIMATES, climate, compare } from './home';
import { type Flow, type Received, Red, type Resources } from './red';

const SENSORS = 20;
const REPORT_EVERY_MS = 5;
const LEFT_TO_THEIR_END_MS = 12_000;

const sensorOf = (index: number): string => climate(index + CLIMATES);
const home = {
  gateways: [
    {
      ...busyHall,
      devices: [
        ...(busyHall.devices ?? []),
        ...Array.from({ length: SENSORS }, (_, index) => ({ sid: sensorOf(index), model: 'sensor_ht', fields: { temperature: '2000' } })),
      ],
    },
  ],
};

/** Everything on one tab. A note that changes is a change to deploy. */
function flowOf(note: number, sendOnStart = false, sinkNote = note): Flow {
  const placed = { z: 'tab', x: 40, y: 40, version: 1, note };
  const gateway = { sid: HALL, host: '', interface: '127.0.0.1', discoveryRetries: 3, pollInterval: 0, devices: [], version: 1 };
  const sensor = { gateway: 'hall', property: 'temperature', sendOnStart, wires: [['out']], ...placed };
  return [
    { id: 'tab', type: 'tab', label: 'Faults' },
    { id: 'hall', type: 'lumi-gateway', name: 'Hall', ...gateway },
    ...Array.from({ length: SENSORS }, (_, index) => ({ id: `s${index}`, type: 'lumi-sensor', device: sensorOf(index), ...sensor })),
    { id: 'm', type: 'lumi-motion', gateway: 'hall', device: MOTION, sendOnStart, wires: [['out']], ...placed },
    { id: 'p', type: 'lumi-switch', gateway: 'hall', device: PLUG, channel: 0, wires: [['out']], ...placed },
    { id: 'c', type: 'catch', scope: ['p'], uncaught: false, wires: [['out']], z: 'tab', x: 40, y: 80 },
    { id: 'out', type: 'fault-sink', ...placed, note: sinkNote },
  ];
}

/** Reports 200 times a second, each sensor in its turn, until stopped; resolves with what each said. */
function talk(simulator: Simulator): () => Promise<number[][]> {
  const said: number[][] = Array.from({ length: SENSORS }, () => []);
  const begun = performance.now();
  let [count, isOver] = [0, false];
  const running = (async () => {
    while (!isOver) {
      for (const due = (performance.now() - begun) / REPORT_EVERY_MS; count < due && !isOver; count++) {
        const values = said[count % SENSORS] ?? [];
        await simulator.report(HALL, sensorOf(count % SENSORS), { temperature: String(values.length + 1) });
        values.push((values.length + 1) / 100);
      }
      await sleep(REPORT_EVERY_MS);
    }
  })();
  return async () => {
    isOver = true;
    await running;
    return said;
  };
}

async function withNodeRed<Result>(
  run: (simulator: Simulator, start: () => Promise<Red>, userDir: string) => Promise<Result>,
): Promise<Result> {
  const ports = { whoisPort: await freePort(), eventPort: await freePort() };
  const userDir = mkdtempSync(join(tmpdir(), 'lumiot-faults-'));
  writeFileSync(join(userDir, 'flows.json'), JSON.stringify(flowOf(10, true)));
  writeFileSync(join(userDir, 'flows_cred.json'), JSON.stringify({ hall: { key: KEY } }));
  const simulator = await startSimulator({ ...home, ...ports });
  const started: Red[] = [];
  try {
    return await run(
      simulator,
      async () => {
        const red = await Red.start(userDir, ports);
        started.push(red);
        return red;
      },
      userDir,
    );
  } finally {
    await Promise.all(started.map((red) => red.end()));
    await simulator.close();
    rmSync(userDir, { recursive: true, force: true });
  }
}

/** Until every sensor told its value, or for as long as it may take. */
async function settled(red: Red, withinMs = 15_000): Promise<Received[]> {
  const received: Received[] = [];
  for (const end = performance.now() + withinMs; performance.now() < end; await sleep(100)) {
    received.push(...(await red.messages()).received);
    if (new Set(received.map(({ id }) => id).filter((id) => id !== MOTION)).size >= SENSORS) break;
  }
  return received;
}

/** Deploys while sensors report. */
function deployed({ isLong }: Scale): Promise<Line[]> {
  return withNodeRed(async (simulator, start) => {
    const red = await start();
    await settled(red);
    await red.deploy(flowOf(11), 'full');
    await sleep(LEFT_TO_THEIR_END_MS);
    await red.messages();
    const before = await red.resources();

    const stop = talk(simulator);
    const deploys = [
      ...Array<'full'>(isLong ? 20 : 2).fill('full'),
      ...(isLong ? Array<'nodes' | 'flows'>(50) : Array<'nodes' | 'flows'>(5)).fill('nodes').flatMap(() => ['nodes', 'flows'] as const),
    ];
    const [received, given]: [Received[], Received[]] = [[], []];
    const collect = async (): Promise<void> => {
      const messages = await red.messages();
      received.push(...messages.received);
      given.push(...messages.given);
    };
    for (const [index, type] of deploys.entries()) {
      // Every third changes only what comes after the sensors.
      const changed = index - (index % 3 === 2 ? 1 : 0);
      await red.deploy(flowOf(12 + changed, false, 12 + index), type);
      await collect();
      await sleep(100);
    }
    const said = await stop();
    await sleep(1_000);
    await collect();
    await sleep(LEFT_TO_THEIR_END_MS);
    const after = await red.resources();
    await red.end();

    const reports = new Tally();
    for (const [index, values] of said.entries()) {
      const told = given.filter(({ id, origin }) => id === sensorOf(index) && origin === 'report');
      compare(
        reports,
        values,
        told.map(({ payload }) => payload),
      );
    }
    const isInOrder = said.every((values, index) => {
      const told = given.filter(({ id }) => id === sensorOf(index)).map(({ payload }) => Number(payload));
      return told.every((value, place) => place === 0 || value > (told[place - 1] ?? 0)) && values.length > 0;
    });
    // What is on its way between two nodes in the very moment in which flows stop is lost by Node-RED, whatever the nodes do.
    const dropped = given.length - received.length;
    const grown = after.heapMegabytes - before.heapMegabytes;
    const keys: readonly (keyof Resources)[] = ['sockets', 'socketListeners', 'timers', 'listeners'];
    const leaks = keys.filter((key) => after[key] > before[key]).map((key) => `${key} ${before[key]} → ${after[key]}`);
    const full = deploys.filter((type) => type === 'full').length;
    return [
      reports.line(
        'reports',
        {
          'each sensor is told in its order': isInOrder,
          'at most one in a thousand is lost on its way to the next node': dropped <= given.length / 1_000,
          [`no more is open than before (${leaks.join(', ')})`]: leaks.length === 0,
          'the heap grows by at most 15 MB': grown <= 15,
        },
        `${full} full and ${deploys.length - full} partial deploys; ${after.sockets} sockets, ${after.timers} timers, ${after.listeners} listeners as before; ${dropped} dropped by Node-RED between two nodes; heap ${grown >= 0 ? '+' : ''}${grown.toFixed(1)} MB`,
      ),
    ];
  });
}

/** Kills Node-RED without a word in the middle of reports and a command, changes values meanwhile, and starts it again. */
function killed({ isLong }: Scale): Promise<Line[]> {
  return withNodeRed(async (simulator, start, userDir) => {
    const [values, reports, commands, starts] = [new Tally(), new Tally(), new Tally(), new Tally()];
    let [falseMotion, broken] = [0, 0];
    let red = await start();
    await settled(red);
    // The first state file is written within half a minute.
    if (isLong) await sleep(32_000);
    for (let round = 1; round <= (isLong ? 8 : 1); round++) {
      const stop = talk(simulator);
      await simulator.report(HALL, MOTION, { status: 'motion' });
      await sleep(200 + round * 37);
      const on = simulator.state(HALL, PLUG).status !== 'on';
      await red.send('p', on);
      await sleep(round % 3);
      await red.end('SIGKILL');
      await stop();
      const file = join(userDir, 'lumiot', 'hall.json');
      if (existsSync(file) && !isJson(readFileSync(file, 'utf8'))) broken++;
      for (let index = 0; index < SENSORS; index++)
        simulator.setDevice(HALL, sensorOf(index), { temperature: String(3_000 + round * 20 + index) });

      red = await start();
      starts.tried++;
      const first = await settled(red);
      falseMotion += first.filter(({ id, payload }) => id === MOTION && payload === true).length;
      values.tried += SENSORS;
      for (let index = 0; index < SENSORS; index++) {
        const told = first.filter(({ id }) => id === sensorOf(index)).at(-1);
        if (told?.payload !== (3_000 + round * 20 + index) / 100) values.lost++;
      }
      const stopAgain = talk(simulator);
      const wanted = simulator.state(HALL, PLUG).status !== 'on';
      commands.tried++;
      await red.send('p', wanted);
      await sleep(1_500);
      const said = await stopAgain();
      await sleep(300);
      const { received } = await red.messages();
      for (const [index, all] of said.entries())
        compare(
          reports,
          all,
          received.filter(({ id, origin }) => id === sensorOf(index) && origin === 'report').map(({ payload }) => payload),
        );
      const answers = received.filter(({ ack }) => ack).length;
      for (const { error } of received) if (error !== undefined) commands.tell(new Error(error));
      if (commands.told === 0 && (answers === 0 || simulator.state(HALL, PLUG).status !== (wanted ? 'on' : 'off'))) commands.lost++;
      commands.duplicated += Math.max(0, answers - 1);
    }
    await red.end();
    return [
      starts.line('starts', { 'no state file is broken': broken === 0, 'no motion is made up': falseMotion === 0 }),
      values.line('values', {}, 'changed while it was down'),
      reports.line('reports', {}, 'after it was back'),
      commands.line('commands', { 'none is told as failed': commands.told === 0 }, 'after it was back'),
    ];
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export const nodeRedFaults: readonly Fault[] = [
  { id: 'deploys', title: 'deploys of a real Node-RED under 200 reports/s', isOnlyLong: true, run: deployed },
  { id: 'killed', title: 'Node-RED killed and started again', isOnlyLong: true, run: killed },
];
