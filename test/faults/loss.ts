/** Datagrams that get lost, come twice, overtake each other, or come too late: commands and reports of one gateway. */

import { parseSwitch } from '../../lib/devices/commands/switch';
import { DOOR, HALL, hall, PLUG } from '../support/home';
import { type Fault, type Line, type Scale, Tally } from './fault';
import { BUTTON, busyHall, climate, compare, Heard, Ledger, openRig, outcome, plugOf, switchPlug } from './home';

/** Commands one after the other while a share of all datagrams is lost, both ways. */
async function commandsUnderLoss(ratio: number, tried: number, mostTold: number): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [hall] });
  const gateway = await rig.online();
  rig.simulator.fault(HALL, { fault: 'drop', ratio, direction: 'both' });
  const [tally, plug] = [new Tally(), plugOf(rig)];
  for (let index = 0; index < tried; index++) await switchPlug(rig, gateway, plug, tally, clock);
  await rig.close();
  return [tally.line('commands', { [`at most ${mostTold * 100} % are told as failed`]: tally.told <= tried * mostTold })];
}

/** Toggles alone, in pairs and in threes at once, resolved as the node resolves them. */
async function togglesUnderLoss(ratio: number, bursts: number): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [hall] }, 11);
  const gateway = await rig.online();
  rig.simulator.fault(HALL, { fault: 'drop', ratio, direction: 'both' });
  const [tally, plug, device] = [new Tally(), plugOf(rig), gateway.device(PLUG)];
  if (device === undefined) throw new Error('the plug is known');
  for (let burst = 0; burst < bursts; burst++) {
    const toggles = 1 + (burst % 3);
    const commands = Array.from({ length: toggles }, () =>
      gateway.write(PLUG, parseSwitch('toggle', { channels: 1, channel: 0, state: gateway.intended(device) })),
    );
    const results = await rig.during(Promise.allSettled(commands));
    await clock.advance(300);
    const failures = results.filter((result) => result.status === 'rejected');
    for (const { reason } of failures) tally.tell(reason);
    const { changes } = plug.take();
    tally.tried += toggles;
    tally.duplicated += Math.max(0, changes - toggles);
    // After a failure nobody can know what the next toggle turns round.
    if (failures.length === 0) tally.lost += Math.max(0, toggles - changes);
    else while ((await outcome(rig, gateway.read(PLUG))).error !== undefined);
  }
  await rig.close();
  return [tally.line('toggles', { 'at most 15 % are told as failed': tally.told <= tally.tried * 0.15 })];
}

/** Everything comes twice, both ways. */
async function everythingTwice({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const gateway = await rig.online();
  const heard = new Heard(gateway);
  rig.simulator.fault(HALL, { fault: 'duplicate', ratio: 1, direction: 'both' });
  const [commands, plug] = [new Tally(), plugOf(rig)];
  for (let index = 0; index < (isLong ? 200 : 20); index++) await switchPlug(rig, gateway, plug, commands, clock);

  const [reports, said] = [new Tally(), [] as number[]];
  for (let index = 1; index <= (isLong ? 1_000 : 100); index++) {
    await rig.simulator.report(HALL, climate(0), { temperature: String(index) });
    said.push(index / 100);
    await clock.advance(20);
  }
  compare(reports, said, heard.values(climate(0), 'temperature'));

  // Every click has the same bytes: only time tells a second click from a copy of the first.
  const clicks = new Tally();
  clicks.tried = isLong ? 200 : 30;
  for (let click = 0; click < clicks.tried; click++) {
    await rig.simulator.report(HALL, BUTTON, { status: 'click' });
    await clock.advance(400);
  }
  clicks.lost = Math.max(0, clicks.tried - heard.actions);
  clicks.duplicated = Math.max(0, heard.actions - clicks.tried);
  await rig.close();
  return [commands.line('commands', { 'none is told as failed': commands.told === 0 }), reports.line('reports'), clicks.line('clicks')];
}

/** So few that the copies of one word come after the next. */
const SPEAKERS = 2;

/** A third of the datagrams takes 40 ms longer, both ways, and a third comes twice; reports are 10 ms apart. */
async function reordered({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const gateway = await rig.online();
  const heard = new Heard(gateway);
  rig.simulator.fault(HALL, { fault: 'delay', ratio: 0.33, ms: 40, direction: 'both' });
  rig.simulator.fault(HALL, { fault: 'duplicate', ratio: 0.33, direction: 'both' });
  const reports = new Tally();
  const said: number[][] = Array.from({ length: SPEAKERS }, () => []);
  for (let index = 0; index < (isLong ? 3_000 : 300); index++) {
    const one = index % SPEAKERS;
    const value = Math.floor(index / SPEAKERS) + 1;
    await rig.simulator.report(HALL, climate(one), { temperature: String(value) });
    said[one]?.push(value / 100);
    await clock.advance(10);
  }
  await clock.advance(500);
  const order = heard.events.map(({ values }) => Number(values.temperature));
  const outOfOrder = order.filter((value, index) => index > 0 && value < (order[index - 1] ?? 0)).length;
  for (const [one, values] of said.entries()) compare(reports, values, heard.values(climate(one), 'temperature'));

  const [commands, plug] = [new Tally(), plugOf(rig)];
  for (let index = 0; index < (isLong ? 200 : 30); index++) await switchPlug(rig, gateway, plug, commands, clock);
  await rig.close();
  return [
    commands.line('commands', { 'none is told as failed': commands.told === 0 }),
    reports.line('reports', { 'some came out of order': outOfOrder > 0 }, `${outOfOrder} out of order`),
  ];
}

/** Acknowledgements come after their time is over, and two of five commands get lost: the late word of one must not stand for the next. */
async function lateAcks({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [hall] }, 3);
  const gateway = await rig.online();
  rig.simulator.fault(HALL, { fault: 'delay', ratio: 0.4, ms: 1_700, direction: 'out' });
  rig.simulator.fault(HALL, { fault: 'drop', ratio: 0.4, direction: 'in' });
  const [tones, own] = [new Tally(), new Ledger(rig.simulator, HALL, HALL, 'mid')];
  for (let index = 0; index < (isLong ? 300 : 60); index++) {
    const mid = 10_001 + index;
    tones.tried++;
    own.take();
    const { error } = await outcome(rig, gateway.writeRaw(HALL, { mid }));
    await clock.advance(120);
    if (error !== undefined) tones.tell(error);
    else if (own.value !== mid) tones.lost++;
    if (own.take().changes > 1) tones.duplicated++;
  }
  await rig.close();
  return [tones.line('tones', { 'at most 15 % are told as failed': tones.told <= tones.tried * 0.15 })];
}

/** One or two acknowledgements in a row get lost; then all of them do. */
async function acksLost({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const gateway = await rig.online();
  const [commands, plug] = [new Tally(), plugOf(rig)];
  for (let index = 0; index < (isLong ? 200 : 40); index++) {
    rig.simulator.fault(HALL, { fault: 'no-ack', count: 1 + (index % 2) });
    await switchPlug(rig, gateway, plug, commands, clock);
  }
  // Taking a device out works once: the second try finds no such device any more.
  const removals = new Tally();
  for (const sid of [DOOR, BUTTON, climate(0), climate(1)]) {
    rig.simulator.fault(HALL, { fault: 'no-ack', count: 1 });
    removals.tried++;
    const { error } = await outcome(rig, gateway.remove(sid));
    await clock.advance(300);
    if (error !== undefined) removals.tell(error);
    else if (rig.simulator.snapshot().gateways[0]?.devices.some((device) => device.sid === sid)) removals.lost++;
  }
  const never = new Tally();
  rig.simulator.fault(HALL, { fault: 'no-ack' });
  for (let index = 0; index < 5; index++) await switchPlug(rig, gateway, plug, never, clock);
  await rig.close();
  return [
    commands.line('commands', { 'none is told as failed': commands.told === 0 }),
    removals.line('removals', { 'none is told as failed': removals.told === 0 }),
    never.line('commands', { 'each one is told': never.told === never.tried }, 'none of them ever acknowledged'),
  ];
}

export const lossFaults: readonly Fault[] = [
  { id: 'loss-10', title: '10 % of all datagrams lost, both ways', run: ({ isLong }) => commandsUnderLoss(0.1, isLong ? 1_000 : 60, 0.02) },
  { id: 'loss-30', title: '30 % of all datagrams lost, both ways', run: ({ isLong }) => commandsUnderLoss(0.3, isLong ? 1_000 : 60, 0.15) },
  { id: 'toggles', title: '30 % lost, toggles alone and at once', run: ({ isLong }) => togglesUnderLoss(0.3, isLong ? 300 : 45) },
  { id: 'duplicated', title: 'every datagram twice, both ways', run: everythingTwice },
  { id: 'reordered', title: 'datagrams overtake each other and come twice', run: reordered },
  { id: 'late-acks', title: 'acknowledgements after their time, 40 % of commands lost', run: lateAcks },
  { id: 'acks-lost', title: 'acknowledgements lost', run: acksLost },
];
