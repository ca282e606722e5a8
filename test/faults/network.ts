/** The network between us and the gateways: multicast that stops, ports that others hold. Interfaces that come and go are in interfaces.ts. */

import type { Gateway } from '../../lib/lumi';
import type { ManualClock } from '../support/clock';
import { DOOR, HALL, type Rig } from '../support/home';
import { boundSocket, closed } from '../support/sockets';
import { type Fault, type Line, type Scale, Tally } from './fault';
import { busyHall, CLIMATES, climate, compare, Heard, openRig, plugOf, switchPlug } from './home';

const TEN_MINUTES = 600_000;

/** Nothing arrives by multicast for ten minutes; unicast does. Then it is back. */
async function silentMulticast({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const gateway = await rig.online();
  const heard = new Heard(gateway);
  const phases = new Set<string>();
  gateway.watch(({ phase }) => phases.add(phase));
  await clock.advance(30_000);
  rig.simulator.fault(HALL, { fault: 'silent', ms: TEN_MINUTES });

  const [commands, plug] = [new Tally(), plugOf(rig)];
  const tries = isLong ? 60 : 12;
  for (let index = 0; index < tries; index++) {
    await clock.advance((TEN_MINUTES * 0.8) / tries);
    await switchPlug(rig, gateway, plug, commands, clock);
  }
  // What happens to the sensors meanwhile is not heard by anybody.
  rig.simulator.setDevice(HALL, DOOR, { status: 'open' });
  for (let one = 0; one < CLIMATES; one++) rig.simulator.setDevice(HALL, climate(one), { temperature: String(3_000 + one) });
  await clock.advance(TEN_MINUTES);

  const values = new Tally();
  values.tried = CLIMATES + 1;
  if (gateway.device(DOOR)?.values.open !== true) values.lost++;
  for (let one = 0; one < CLIMATES; one++) if (gateway.device(climate(one))?.values.temperature !== (3_000 + one) / 100) values.lost++;
  const reports = await reportsNow(rig, gateway, heard, clock);
  const told = rig.log.filter(({ level, text }) => level === 'warn' && text.includes('by multicast')).length;
  await rig.close();
  return [
    commands.line('commands', { 'none is told as failed': commands.told === 0, 'the gateway stays online': !phases.has('offline') }),
    values.line('values', { 'the silence is told once': told === 1 }, 'changed meanwhile, known afterwards'),
    reports.line('reports', {}, 'after it is back'),
  ];
}

/** A report of each sensor, one after the other. */
async function reportsNow(rig: Rig, gateway: Gateway, heard: Heard, clock: ManualClock, from = 1): Promise<Tally> {
  const reports = new Tally();
  for (let index = 0; index < 100; index++) {
    await rig.simulator.report(HALL, climate(index % CLIMATES), { temperature: String(from + index) });
    await clock.advance(10);
  }
  const said = Array.from({ length: 100 }, (_, index) => (from + index) / 100);
  const values = heard.events.map((event) => event.values.temperature).filter((value) => said.includes(Number(value)));
  compare(reports, said, values);
  if (!gateway.isOnline) reports.lost++;
  return reports;
}

/** Another program holds the port that reports come to, before we want it. */
async function portHeld(isShared: boolean): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const other = await boundSocket('0.0.0.0', rig.eventPort, isShared);
  if (isShared) other.addMembership('224.0.0.50', '127.0.0.1');
  const gateway = await rig.online();
  const heard = new Heard(gateway);
  const [commands, plug] = [new Tally(), plugOf(rig)];
  for (let index = 0; index < 10; index++) await switchPlug(rig, gateway, plug, commands, clock);
  const isTold = gateway.problems.has('SOCKET');
  // Two minutes of trying again must not fill the log.
  await clock.advance(120_000);
  const lines = rig.log.filter(({ level, text }) => level !== 'info' && text.includes('held by another program')).length;
  if (!isShared) await closed(other);
  await clock.advance(31_000);
  const isSolved = !gateway.problems.has('SOCKET');
  const reports = await reportsNow(rig, gateway, heard, clock);
  if (isShared) await closed(other);
  await rig.close();
  const claims: Readonly<Record<string, boolean>> = isShared
    ? { 'it is no problem': !isTold }
    : { 'it is told what to do': isTold, 'not again and again': lines <= 1, 'it is over 31 s after the port is free': isSolved };
  return [
    commands.line('commands', { 'none is told as failed': commands.told === 0, ...claims }),
    reports.line('reports', {}, isShared ? 'beside the other program' : 'after it let go'),
  ];
}

export const networkFaults: readonly Fault[] = [
  { id: 'silent', title: 'multicast silent for ten minutes, then back', run: silentMulticast },
  { id: 'port-shared', title: 'port of the reports held by a program that shares it', run: () => portHeld(true) },
  { id: 'port-taken', title: 'port of the reports held by a program that does not share it', run: () => portHeld(false) },
];
