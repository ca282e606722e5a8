/** Time that does not do what one expects: a wall clock that jumps, and a day with a large home. */

import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { checkSettings, Gateway, Lan, systemEnvironment } from '../../lib/lumi';
import { ManualClock } from '../support/clock';
import { DOOR, HALL, MOTION } from '../support/home';
import { seeded } from '../support/random';
import { type Fault, type Line, type Scale, Tally } from './fault';
import { busyHall, climate, compare, Heard, openRig, plugOf, switchPlug } from './home';
import { type InProcessGateway, InProcessHome } from './in-process';

const DAY_MS = 86_400_000;

/** Somebody sets the wall clock a day ahead and a day back, in turns. */
async function clockJumps({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const gateway = await rig.online();
  const heard = new Heard(gateway);
  await rig.simulator.report(HALL, DOOR, { status: 'open' });
  await rig.simulator.report(HALL, MOTION, { status: 'motion' });
  await clock.advance(60_000);
  const phases = new Set<string>();
  gateway.watch(({ phase }) => phases.add(phase));
  const [commands, reports, plug] = [new Tally(), new Tally(), plugOf(rig)];
  const said: number[] = [];
  const timers = clock.openTimers;
  let [falselySilent, wrongTimes, mostRequests] = [0, 0, 0];
  for (let jump = 0; jump < (isLong ? 20 : 4); jump++) {
    clock.jump(jump % 2 === 0 ? DAY_MS : -DAY_MS);
    const requests = rig.simulator.commands().length;
    await clock.advance(20_000);
    mostRequests = Math.max(mostRequests, rig.simulator.commands().length - requests);
    for (const device of gateway.inventory.devices) if (gateway.info(device).online === false) falselySilent++;
    await rig.simulator.report(HALL, climate(0), { temperature: String(jump + 1) });
    said.push((jump + 1) / 100);
    await clock.advance(100);
    const seen = gateway.device(climate(0))?.lastSeen ?? 0;
    if (Math.abs(clock.now() - seen) > 1_000) wrongTimes++;
    await switchPlug(rig, gateway, plug, commands, clock);
  }
  // The motion of the beginning has fallen by its own time, whatever the clock on the wall said.
  await clock.advance(180_000);
  const isFallen = gateway.device(MOTION)?.values.motion === false;
  compare(reports, said, heard.values(climate(0), 'temperature'));
  const isFlat = clock.openTimers <= timers;
  const staysOnline = phases.size === 1 && phases.has('online');
  await rig.close();
  return [
    commands.line('commands', {
      'none is told as failed': commands.told === 0,
      'the gateway stays online': staysOnline,
    }),
    reports.line('reports', {
      'no device counts as silent': falselySilent === 0,
      'last seen is now': wrongTimes === 0,
      'nothing is asked because of it': mostRequests <= 1,
      'motion falls in its time': isFallen,
      'no timer is left': isFlat,
    }),
  ];
}

interface Large {
  readonly hours: number;
  readonly gateways: number;
  readonly devicesEach: number;
}

const STEP_MS = 10_000;
/** Each sensor speaks every five minutes, beats every ten, and each minute somebody switches something. */
const REPORT_STEPS = 30;
const BEAT_STEPS = 60;
const COMMAND_STEPS = 6;

/** A day of a large home; sockets and clock exist only in this process. */
async function longDay({ isLong }: Scale): Promise<Line[]> {
  const size: Large = isLong ? { hours: 24, gateways: 20, devicesEach: 50 } : { hours: 2, gateways: 4, devicesEach: 10 };
  const plans = Array.from({ length: size.gateways }, (_, index) => gatewayPlan(index, size.devicesEach));
  const home = new InProcessHome(plans);
  for (const plan of plans) for (const device of plan.devices) home.report(plan, device, fieldsOf(device.model, 0));
  const clock = new ManualClock();
  const warnings: string[] = [];
  const log = { info: () => {}, warn: (text: string) => warnings.push(text), error: (text: string) => warnings.push(text) };
  const lan = new Lan(systemEnvironment({ clock, random: seeded(5), log, ...home.environment }));
  const gateways = plans.map(({ sid, key }) => new Gateway(lan, checkSettings({ sid, key }).settings));
  for (const gateway of gateways) void gateway.start();
  for (let second = 0; second < 30; second++) await clock.advance(1_000);

  const [reports, commands] = [new Tally(), new Tally()];
  for (const [index, gateway] of gateways.entries()) {
    gateway.subscriptions.subscribe('day', '', ({ origin }) => {
      if (origin === 'report') heard++;
    });
    gateway.subscriptions.open('day');
    gateway.presence.listen('day', ({ kind }) => {
      if (kind === 'offline') commands.tell(new Error(`gateway ${index} or one of its devices went offline`));
    });
  }
  let [heard, said] = [0, 0];
  const first = { heap: 0, timers: 0, listeners: 0 };
  const measure = (): typeof first => ({
    heap: heapMegabytes(),
    timers: clock.openTimers,
    listeners: [...home.sockets].reduce(
      (sum, socket) => sum + socket.eventNames().reduce((all, name) => all + socket.listenerCount(name), 0),
      0,
    ),
  });
  const stepsEach = 3_600_000 / STEP_MS;
  const warmUp = Math.floor((size.hours * stepsEach) / 6);
  for (let step = 0; step < size.hours * stepsEach; step++) {
    for (const [place, plan] of plans.entries()) {
      home.heartbeat(plan);
      for (const [index, device] of plan.devices.entries()) {
        if ((step + index) % REPORT_STEPS === 0) {
          home.report(plan, device, fieldsOf(device.model, step));
          said++;
        } else if ((step + index) % BEAT_STEPS === 1) home.deviceHeartbeat(plan, device);
      }
      if (step % COMMAND_STEPS === 0 && place === (step / COMMAND_STEPS) % plans.length) {
        const [plug] = plan.devices;
        const on = (step / COMMAND_STEPS / plans.length) % 2 < 1;
        const command = gateways[place]?.write(plug?.sid ?? '', { on }) ?? Promise.resolve();
        commands.tried++;
        const [result] = await clock.during(Promise.allSettled([command]));
        if (result.status === 'rejected') commands.tell(result.reason);
        else if (home.state(plug?.sid ?? '').status !== (on ? 'on' : 'off')) commands.lost++;
        // Its own report.
        said++;
      }
    }
    await clock.advance(STEP_MS);
    if (step === warmUp) Object.assign(first, measure());
  }
  const last = measure();
  await Promise.all(gateways.map((gateway) => gateway.close()));
  reports.tried = said;
  reports.lost = Math.max(0, said - heard);
  reports.duplicated = Math.max(0, heard - said);
  const grown = last.heap - first.heap;
  // In `npm test` others share the heap.
  const mostGrown = isLong ? 2 : 5;
  const measured = `${size.hours} h, ${size.gateways} gateways, ${size.gateways * size.devicesEach} devices`;
  const after = `from hour ${(size.hours / 6).toFixed(1)} on: heap ${first.heap.toFixed(1)} → ${last.heap.toFixed(1)} MB, timers ${first.timers} → ${last.timers}, listeners ${first.listeners} → ${last.listeners}`;
  return [
    commands.line('commands', { 'none is told as failed, nothing goes offline': commands.told === 0 }),
    reports.line(
      'reports',
      {
        [`the heap grows by at most ${mostGrown} MB`]: grown <= mostGrown,
        'timers are flat': last.timers <= first.timers,
        'listeners are flat': last.listeners <= first.listeners,
        'nothing is left at the end': clock.openTimers === 0 && home.sockets.size === 0,
        [`nothing is complained of (${warnings[0]})`]: warnings.length === 0,
      },
      `${measured}; ${after}`,
    ),
  ];
}

function gatewayPlan(index: number, devices: number): InProcessGateway {
  const number = index.toString(16).padStart(2, '0');
  return {
    sid: `34ce000000${number}`,
    key: '0987654321qwerty',
    address: `10.0.0.${index + 1}`,
    devices: Array.from({ length: devices }, (_, place) => ({
      sid: `158d00${number}${place.toString(16).padStart(6, '0')}`,
      model: ['plug', 'sensor_ht', 'motion', 'magnet', 'sensor_ht'][place % 5] ?? 'plug',
      shortId: place,
    })),
  };
}

/** What a device says at a step: never the same twice in a row. */
function fieldsOf(model: string, step: number): Record<string, unknown> {
  const turn = Math.floor(step / REPORT_STEPS);
  switch (model) {
    case 'plug':
      return { load_power: (turn % 1_000).toFixed(2) };
    case 'motion':
      return turn % 2 === 0 ? { status: 'motion' } : { no_motion: '120' };
    case 'magnet':
      return { status: turn % 2 === 0 ? 'open' : 'close' };
    default:
      return { temperature: String(1_000 + (turn % 2_000)), humidity: String(4_000 + (turn % 1_000)) };
  }
}

/** After everything that nobody needs is gone. */
function heapMegabytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed / 1e6;
}

export const timeFaults: readonly Fault[] = [
  { id: 'clock', title: 'wall clock a day ahead and a day back', run: clockJumps },
  { id: 'day', title: '24 h of a large home, with an injected clock and sockets in the process', run: longDay },
];
