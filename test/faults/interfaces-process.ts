/** Runs in a network of its own: two pretend homes in networks of theirs, each at the other end of a cable that is pulled and plugged in. */

import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { checkSettings, Gateway, Lan, systemEnvironment } from '../../lib/lumi';
import { SkipClock } from '../nodes/skip-clock';
import { ATTIC, ATTIC_KEY, HALL, KEY, PLUG } from '../support/home';
import { until } from '../support/wait';
import { Tally } from './fault';
import { busyHall, climate, compare, Heard } from './home';

const run = (command: string): string => {
  const [program = '', ...args] = command.split(' ');
  return execFileSync(program, args, { encoding: 'utf8' });
};

/** A home at the other end of a cable. */
class Elsewhere {
  readonly cable: string;
  readonly #holder: ChildProcess;
  readonly #home: ChildProcess;
  readonly #answers: Interface;

  private constructor(cable: string, holder: ChildProcess, home: ChildProcess, answers: Interface) {
    this.cable = cable;
    this.#holder = holder;
    this.#home = home;
    this.#answers = answers;
  }

  static async open(cable: string, network: string, sid: string, key: string): Promise<Elsewhere> {
    const holder = spawn('unshare', ['-n', 'sleep', '600'], { stdio: 'ignore' });
    process.once('exit', () => holder.kill());
    await sleep(300);
    const there = `nsenter -t ${holder.pid} -n`;
    run(`ip link add ${cable} type veth peer name far-${cable}`);
    run(`ip link set far-${cable} netns ${holder.pid}`);
    run(`${there} ip link set lo up`);
    run(`${there} ip addr add ${network}.2/24 dev far-${cable}`);
    run(`${there} ip link set far-${cable} up`);
    run(`ip addr add ${network}.1/24 dev ${cable}`);
    run(`ip link set ${cable} up`);
    const home = { interface: `${network}.2`, gateways: [{ ...busyHall, sid, key, address: `${network}.2`, port: 9898 }] };
    const args = ['-t', String(holder.pid), '-n', process.execPath, '--import', 'tsx', join(__dirname, 'home-process.ts')];
    const child = spawn('nsenter', args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, LUMIOT_HOME: JSON.stringify(home) },
    });
    const answers = createInterface(child.stdout);
    await once(answers, 'line');
    return new Elsewhere(cable, holder, child, answers);
  }

  async tell(...command: readonly unknown[]): Promise<Record<string, unknown>> {
    this.#home.stdin?.write(`${JSON.stringify(command)}\n`);
    const [line] = (await once(this.#answers, 'line')) as [string];
    return JSON.parse(line) as Record<string, unknown>;
  }

  async close(): Promise<void> {
    this.#home.stdin?.end();
    await once(this.#home, 'exit');
    this.#holder.kill();
  }
}

async function main(): Promise<void> {
  const reportsEach = process.argv[2] === 'long' ? 200 : 30;
  run('ip link set lo up');
  const clock = new SkipClock();
  const lan = new Lan(systemEnvironment({ clock }));
  const gatewayOf = (sid: string, key: string): Gateway => new Gateway(lan, checkSettings({ sid, key }).settings);
  const [near, late] = [gatewayOf(HALL, KEY), gatewayOf(ATTIC, ATTIC_KEY)];
  const first = await Elsewhere.open('lan0', '10.99.0', HALL, KEY);
  for (const gateway of [near, late]) void gateway.start();
  const online = async (gateway: Gateway): Promise<void> => {
    const end = performance.now() + 25_000;
    while (!gateway.isOnline && performance.now() < end) {
      await clock.skipGap();
      await sleep(10);
    }
  };
  await online(near);
  const heard = new Heard(near);
  const [reports, commands] = [new Tally(), new Tally()];
  let value = 0;

  const say = async (home: Elsewhere, sid: string, listener: Heard, tally: Tally): Promise<void> => {
    const said: number[] = [];
    const from = listener.events.length;
    for (let index = 0; index < reportsEach; index++) {
      value++;
      await home.tell('report', sid, climate(0), { temperature: String(value) });
      said.push(value / 100);
      await sleep(3);
    }
    await sleep(200);
    compare(
      tally,
      said,
      listener.events.slice(from).map(({ values }) => values.temperature),
    );
  };
  const command = async (home: Elsewhere, sid: string, gateway: Gateway, on: boolean): Promise<void> => {
    commands.tried++;
    const ended = gateway.write(PLUG, { on }).then(
      () => undefined,
      (error: unknown) => error,
    );
    const error = await ended;
    await sleep(300);
    if (error !== undefined) commands.tell(error);
    else if ((await home.tell('heartbeat', sid, PLUG)).status !== (on ? 'on' : 'off')) commands.lost++;
  };

  await say(first, HALL, heard, reports);
  await command(first, HALL, near, true);

  // Pulled for longer than anybody fails to notice, and plugged in again.
  run('ip link set lan0 down');
  await clock.skip(11_000);
  const before = heard.events.length;
  for (let index = 0; index < 10; index++) await first.tell('report', HALL, climate(0), { temperature: '1' });
  const isDeaf = heard.events.length === before;
  run('ip link set lan0 up');
  await sleep(500);
  await clock.skip(11_000);
  await say(first, HALL, heard, reports);
  await command(first, HALL, near, false);

  // Pulled and plugged in before anybody looks.
  run('ip link set lan0 down');
  run('ip link set lan0 up');
  await sleep(500);
  await say(first, HALL, heard, reports);
  await command(first, HALL, near, true);

  // Another address.
  run('ip addr del 10.99.0.1/24 dev lan0');
  run('ip addr add 10.99.0.7/24 dev lan0');
  await sleep(500);
  await clock.skip(11_000);
  await say(first, HALL, heard, reports);
  await command(first, HALL, near, false);

  // A second interface, and behind it a gateway that has been searched for all the time.
  const wasFound = late.isOnline;
  const second = await Elsewhere.open('lan1', '10.98.0', ATTIC, ATTIC_KEY);
  await sleep(500);
  await clock.skip(11_000);
  await second.tell('heartbeat', ATTIC, PLUG);
  await online(late);
  const heardLate = new Heard(late);
  await until(() => late.inventory.size > 0, 'the second gateway lists its devices', 5_000).catch(() => {});
  await sleep(500);
  await say(second, ATTIC, heardLate, reports);
  await command(second, ATTIC, late, true);
  await say(first, HALL, heard, reports);

  const claims = { 'the second gateway is found only with its interface': !wasFound && late.isOnline };
  const lines = [
    commands.line('commands', { 'none is told as failed': commands.told === 0, 'nothing is heard through a pulled cable': isDeaf }),
    reports.line('reports', claims, 'each change of the interfaces is noticed within 10 s'),
  ];
  await Promise.all([near.close(), late.close()]);
  await Promise.all([first.close(), second.close()]);
  console.log(JSON.stringify(lines));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.log(String(error instanceof Error ? error.stack : error));
    process.exit(1);
  },
);
