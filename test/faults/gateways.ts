/** Gateways that restart, renew their token at a bad moment, move, or swap places, while sensors report and commands wait. */

import { createSocket, type Socket } from 'node:dgram';
import type { LanEnvironment } from '../../lib/lumi';
import { ManualClock } from '../support/clock';
import { ATTIC, ATTIC_KEY, ATTIC_SWITCH, HALL, hall, PLUG, Rig } from '../support/home';
import { seeded } from '../support/random';
import { freePort } from '../support/sockets';
import { type Fault, type Line, type Scale, Tally } from './fault';
import { atticClimate, busyAttic, busyHall, CLIMATES, climate, compare, Heard, openRig, plugOf, switchPlug } from './home';

const TWIN_PLUG = '158d0009a2b3d1';
/** Devices of the attic as an older gateway has them. */
const twin: typeof busyHall.devices = [
  { sid: TWIN_PLUG, model: 'plug', power: 'mains', fields: { status: 'off' } },
  { sid: atticClimate(0), model: 'sensor_ht', power: 'battery', fields: { temperature: '2000' } },
];

/** The gateway renews its token just when a write with a key of the old one leaves the socket. */
async function tokenRenewed({ isLong }: Scale): Promise<Line[]> {
  const clock = new ManualClock();
  let isArmed = false;
  let renew = (): void => {};
  const createTappedSocket: LanEnvironment['createSocket'] = (sharesPort) => {
    const socket = createSocket({ type: 'udp4', reuseAddr: sharesPort });
    const send = socket.send.bind(socket) as (...args: unknown[]) => void;
    socket.send = ((...args: unknown[]) => {
      if (isArmed && String(args[0]).includes('"cmd":"write"')) {
        isArmed = false;
        renew();
      }
      send(...args);
    }) as Socket['send'];
    return socket;
  };
  const rig = await Rig.open({ gateways: [hall] }, { clock, random: seeded(7), environment: { createSocket: createTappedSocket } });
  renew = () => rig.simulator.fault(HALL, { fault: 'new-token' });
  const gateway = await rig.online();
  const [tally, plug] = [new Tally(), plugOf(rig)];
  let renewed = 0;
  for (let index = 0; index < (isLong ? 300 : 40); index++) {
    isArmed = true;
    await switchPlug(rig, gateway, plug, tally, clock);
    if (!isArmed) renewed++;
  }
  await rig.close();
  const claims = { 'none is told as failed': tally.told === 0, 'the token was renewed each time': renewed === tally.tried };
  return [tally.line('commands', claims, `${renewed} renewed`)];
}

/** The gateway restarts at any moment of a command: before it arrives, before its acknowledgement, before its effect, or after. */
async function rebooted({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock, random } = await openRig({ gateways: [hall] });
  const gateway = await rig.online();
  const [tally, plug] = [new Tally(), plugOf(rig)];
  for (let index = 0; index < (isLong ? 200 : 30); index++) {
    // Most restarts end while the command is still tried, some take longer than anybody waits.
    const ms = index % 4 === 3 ? 20_000 : 500 + random() * 2_500;
    clock.setTimeout(() => rig.simulator.fault(HALL, { fault: 'reboot', ms }), random() * 150);
    await switchPlug(rig, gateway, plug, tally, clock);
    await clock.advance(ms);
  }
  const after = new Tally();
  for (let index = 0; index < 5; index++) await switchPlug(rig, gateway, plug, after, clock);
  await rig.close();
  return [
    tally.line('commands', { 'at most half are told as failed': tally.told <= tally.tried / 2 }),
    after.line('commands', { 'none is told as failed': after.told === 0 }, 'after the last restart'),
  ];
}

/** The gateway gets another address, again and again; its sensors go on to report, and commands wait in the queue. */
async function moved({ isLong }: Scale): Promise<Line[]> {
  const { rig, clock } = await openRig({ gateways: [busyHall] });
  const gateway = await rig.online();
  const heard = new Heard(gateway);
  const [commands, reports] = [new Tally(), new Tally()];
  const said: number[][] = Array.from({ length: CLIMATES }, () => []);
  let count = 0;
  const report = async (): Promise<void> => {
    const one = count % CLIMATES;
    const value = Math.floor(count / CLIMATES) + 1;
    count++;
    await rig.simulator.report(HALL, climate(one), { temperature: String(value) });
    said[one]?.push(value / 100);
  };
  for (let move = 0; move < (isLong ? 50 : 6); move++) {
    const waiting = [10_001, 10_002, 10_003].map((mid) => gateway.writeRaw(HALL, { mid }));
    const on = rig.simulator.state(HALL, PLUG).status !== 'on';
    waiting.push(gateway.write(PLUG, { on }) as (typeof waiting)[number]);
    const results = Promise.allSettled(waiting);
    // Its first word from there is a report and no heartbeat: the worse case.
    if (move % 2 === 1) rig.simulator.fault(HALL, { fault: 'silent', count: 1 });
    rig.simulator.fault(HALL, { fault: 'move', address: `127.0.11.${10 + (move % 2)}` });
    await rig.simulator.settled();
    for (let index = 0; index < 50; index++) {
      await report();
      await clock.advance(5);
    }
    commands.tried += waiting.length;
    for (const result of await rig.during(results)) if (result.status === 'rejected') commands.tell(result.reason);
    await clock.advance(300);
    if (rig.simulator.state(HALL, PLUG).status !== (on ? 'on' : 'off')) commands.lost++;
    if (rig.simulator.state(HALL, HALL).mid !== 10_003) commands.lost++;
  }
  await clock.advance(3_000);
  for (const [one, values] of said.entries()) compare(reports, values, heard.values(climate(one), 'temperature'));
  const { dropped } = rig.lan.counts;
  await rig.close();
  return [
    commands.line('commands', { 'none is told as failed': commands.told === 0 }),
    reports.line('reports', { 'none is dropped': dropped === 0 }),
  ];
}

/** Two gateways of one dialect or two get each other's address; commands or reports are the first that is sent or heard after it. */
async function swapped(protocol: 1 | 2, { isLong }: Scale): Promise<Line[]> {
  // Real gateways have one port, so nothing tells them apart but what they say.
  const port = await freePort();
  const second = protocol === 2 ? busyAttic : { ...busyHall, sid: ATTIC, key: ATTIC_KEY, address: '127.0.12.1', devices: twin };
  const lamp =
    protocol === 2 ? { sid: ATTIC_SWITCH, property: 'channel2', field: 'channel_1' } : { sid: TWIN_PLUG, property: 'on', field: 'status' };
  const { rig, clock } = await openRig({
    gateways: [
      { ...busyHall, port },
      { ...second, port },
    ],
  });
  const [one, other] = [await rig.online(), await rig.online({ sid: ATTIC, key: ATTIC_KEY })];
  const [heardHall, heardAttic] = [new Heard(one), new Heard(other)];
  const [reports, commands] = [new Tally(), new Tally()];
  const [saidHall, saidAttic]: [number[], number[]] = [[], []];
  const sidsOf = (gateway: typeof one): string => [...gateway.inventory.devices].map(({ sid }) => sid).join();
  const devices = [one, other].map(sidsOf);
  for (let swap = 0; swap < (isLong ? 40 : 4); swap++) {
    await swapAddresses(rig, [HALL, one.address ?? ''], [ATTIC, other.address ?? '']);
    if (swap % 4 === 1) {
      // Nothing is heard for so long that the first question is for a new token, and goes to the wrong gateway.
      for (const sid of [HALL, ATTIC]) rig.simulator.fault(sid, { fault: 'silent', ms: 17_000 });
      await clock.advance(16_000);
    }
    // Somebody asks for the devices just then: each request goes to the other gateway.
    if (swap % 4 === 3) await rig.during(Promise.allSettled([one.refresh(), other.refresh()]));
    const on = swap % 2 === 0;
    const waiting = Promise.allSettled([one.write(PLUG, { on }), other.write(lamp.sid, { [lamp.property]: on })]);
    const results = swap % 4 < 2 ? await rig.during(waiting) : waiting;
    for (let index = 0; index < 30; index++) {
      const value = swap * 30 + index + 1;
      await rig.simulator.report(HALL, climate(0), { temperature: String(value) });
      await rig.simulator.report(ATTIC, atticClimate(0), { temperature: protocol === 2 ? value : String(value) });
      saidHall.push(value / 100);
      saidAttic.push(value / 100);
      await clock.advance(10);
    }
    commands.tried += 2;
    for (const result of await rig.during(Promise.resolve(results))) if (result.status === 'rejected') commands.tell(result.reason);
    await clock.advance(12_000);
    if (rig.simulator.state(HALL, PLUG).status !== (on ? 'on' : 'off')) commands.lost++;
    if (rig.simulator.state(ATTIC, lamp.sid)[lamp.field] !== (on ? 'on' : 'off')) commands.lost++;
  }
  compare(reports, saidHall, heardHall.values(climate(0), 'temperature'));
  compare(reports, saidAttic, heardAttic.values(atticClimate(0), 'temperature'));
  const isKept = [one, other].every((gateway, index) => sidsOf(gateway) === devices[index]);
  const problems = one.problems.size + other.problems.size;
  await rig.close();
  return [
    commands.line('commands', { 'none is told as failed': commands.told === 0, 'no key counts as wrong': problems === 0 }),
    reports.line('reports', { 'each gateway keeps its own devices': isKept }),
  ];
}

/** By way of a third address; none of the heartbeats after a move is heard. */
async function swapAddresses(
  rig: Rig,
  [one, oneAt]: readonly [string, string],
  [other, otherAt]: readonly [string, string],
): Promise<void> {
  rig.simulator.fault(one, { fault: 'silent', count: 2 });
  rig.simulator.fault(other, { fault: 'silent', count: 1 });
  for (const [sid, address] of [
    [one, '127.0.13.1'],
    [other, oneAt],
    [one, otherAt],
  ] as const) {
    rig.simulator.fault(sid, { fault: 'move', address });
    await rig.simulator.settled();
  }
}

export const gatewayFaults: readonly Fault[] = [
  { id: 'token', title: 'token renewed between key and write', run: tokenRenewed },
  { id: 'reboot', title: 'gateway restarted in the middle of a command', run: rebooted },
  { id: 'moved', title: 'gateway moved while sensors report and commands wait', run: moved },
  { id: 'swapped', title: 'two gateways swap addresses', run: (scale) => swapped(2, scale) },
  { id: 'swapped-alike', title: 'two gateways of the same dialect swap addresses', run: (scale) => swapped(1, scale) },
];
