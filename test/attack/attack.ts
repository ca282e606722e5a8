/** One attack: a pretend home that goes on reporting, a victim, a liar; and what the victim has to say of it afterwards. */

import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { type Simulator, startSimulator } from '../../lib/simulator';
import { freePort } from '../support/sockets';
import { HALL, type Kind, PLUG } from './kinds';
import type { Tally } from './victim';

export interface Attack {
  readonly kind: Kind;
  /** Datagrams a second, asked for; what a machine cannot send it does not. */
  readonly rate: number;
  readonly seconds: number;
}

export interface Outcome {
  readonly kind: Kind;
  /** Datagrams a second, as sent while ours was flooded. */
  readonly rate: number;
  readonly reports: number;
  /** Share of the real reports that arrived. */
  readonly bare: number;
  readonly ours: number;
  readonly lies: number;
  readonly rssGrowthMb: number;
  readonly bareRssGrowthMb: number;
  readonly commands: Tally['commands'];
  readonly told: readonly string[];
  readonly counts: Tally['counts'];
  readonly devices: number;
  readonly phase: string;
}

const ADDRESS = '127.0.65.1';
const REPORTS_PER_S = 100;
const COMMANDS = 4;

/** The bare socket first, then ours, each under the same flood. */
export async function attack(one: Attack): Promise<Outcome> {
  const bare = await flood('bare', one);
  const ours = await flood('ours', one);
  const { tally } = ours;
  return {
    kind: one.kind,
    rate: ours.rate,
    reports: ours.reports,
    bare: bare.tally.delivered / bare.reports,
    ours: tally.delivered / ours.reports,
    lies: tally.lies,
    rssGrowthMb: ours.rssGrowthMb,
    bareRssGrowthMb: bare.rssGrowthMb,
    commands: tally.commands,
    told: tally.log.slice(ours.toldBefore),
    counts: tally.counts,
    devices: tally.devices,
    phase: tally.phase,
  };
}

interface Flooded {
  readonly tally: Tally;
  readonly rate: number;
  readonly reports: number;
  readonly rssGrowthMb: number;
  readonly toldBefore: number;
}

async function flood(victimKind: 'ours' | 'bare', { kind, rate, seconds }: Attack): Promise<Flooded> {
  const ports = { whoisPort: await freePort(), eventPort: await freePort() };
  const plug = { sid: PLUG, model: 'plug', power: 'mains', fields: { status: 'off', inuse: '1', load_power: '0.00' } } as const;
  const home = await startSimulator({
    ...ports,
    gateways: [{ sid: HALL, key: '0987654321qwerty', address: ADDRESS, port: 0, protocol: 1, devices: [plug] }],
  });
  const victim = child('victim.ts', [victimKind, ports.whoisPort, ports.eventPort, ADDRESS]);
  const liar = child('attacker.ts', [kind, rate, ports.eventPort]);
  try {
    await Promise.all([victim, liar].map((one) => said(one, (message) => message === 'ready')));
    // Warm before it is measured: what the first reports cost is no part of the flood.
    const warm = await report(home, 1, 400, 0);
    victim.send('forget');
    const before = await tellOf(victim);
    liar.send(before.askers);
    const commands = victimKind === 'ours' ? setInterval(() => victim.send('command'), (seconds * 1_000) / (COMMANDS + 1)) : undefined;
    const last = await report(home, warm, seconds * 1_000, 100);
    clearInterval(commands);
    const { sent, ms } = (await asked(liar, 'tell')) as { sent: number; ms: number };
    await ended(liar);
    // What stands in the buffers of the system is part of it.
    await new Promise((resolve) => setTimeout(resolve, 300));
    const after = await settled(victim);
    return {
      tally: { ...after, delivered: after.delivered - before.delivered },
      rate: sent / (ms / 1_000),
      reports: last - warm,
      rssGrowthMb: after.rssMb - before.rssMb,
      toldBefore: before.log.length,
    };
  } finally {
    await Promise.all([ended(victim), ended(liar)]);
    await home.close();
  }
}

/** The real gateway reports on, each report another value. Returns the first number it did not use. */
async function report(home: Simulator, first: number, ms: number, delayMs: number): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, delayMs));
  const end = performance.now() + ms;
  let next = first;
  while (performance.now() < end) {
    await home.report(HALL, PLUG, { load_power: (next / 10).toFixed(1) });
    next++;
    await new Promise((resolve) => setTimeout(resolve, 1_000 / REPORTS_PER_S));
  }
  return next;
}

/** The tally once every command has ended one way or the other. */
async function settled(victim: ChildProcess): Promise<Tally> {
  for (let tries = 0; ; tries++) {
    const tally = await tellOf(victim);
    const { tried, ok, errors } = tally.commands;
    if (ok + errors.length >= tried || tries > 100) return tally;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function child(file: string, args: readonly (string | number)[]): ChildProcess {
  return fork(join(__dirname, file), args.map(String), { execArgv: ['--import', 'tsx'], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

async function tellOf(victim: ChildProcess): Promise<Tally> {
  return (await asked(victim, 'tell')) as Tally;
}

function asked(process: ChildProcess, wish: string): Promise<unknown> {
  const answer = said(process, (message) => typeof message === 'object');
  process.send(wish);
  return answer;
}

function said(process: ChildProcess, fits: (message: unknown) => boolean): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const hear = (message: unknown): void => {
      if (!fits(message)) return;
      process.off('message', hear);
      process.off('exit', fail);
      resolve(message);
    };
    const fail = (): void => reject(new Error('a process of the attack ended early'));
    process.on('message', hear);
    process.on('exit', fail);
  });
}

function ended(process: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (process.exitCode !== null || process.signalCode !== null) return resolve();
    process.once('exit', () => resolve());
    process.disconnect();
  });
}
