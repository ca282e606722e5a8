/** Brokers that others wrote, each in a process of its own: Mosquitto for MQTT 5, aedes for MQTT 3.1.1. Can be stopped, killed and restarted. */

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeTcpPort } from '../support/sockets';

// Debian puts it where only root looks.
const env = { ...process.env, PATH: `${process.env.PATH ?? ''}:/usr/sbin:/usr/local/sbin` };

/** Why Mosquitto cannot be started here; undefined where it can. */
export const noMosquitto = spawnSync('mosquitto', ['-h'], { env }).error?.message;

export type BrokerKind = 'mosquitto' | 'aedes';

export class Broker {
  readonly kind: BrokerKind;
  readonly version: 4 | 5;
  readonly port: number;
  readonly #folder = mkdtempSync(join(tmpdir(), 'lumiot-broker-'));
  readonly #command: readonly [string, ...string[]];
  #child: ChildProcess | undefined;
  #output = '';

  private constructor(kind: BrokerKind, port: number, isPersistent: boolean) {
    this.kind = kind;
    this.version = kind === 'mosquitto' ? 5 : 4;
    this.port = port;
    const configuration = join(this.#folder, 'mosquitto.conf');
    // What it is told it writes down at once: otherwise a kill would cost it half an hour.
    const persistence = ['persistence true', `persistence_location ${this.#folder}/`, 'autosave_interval 1', 'autosave_on_changes true'];
    const lines = [`listener ${port} 127.0.0.1`, 'allow_anonymous true', `user ${userInfo().username}`];
    writeFileSync(configuration, [...lines, ...(isPersistent ? persistence : ['persistence false']), ''].join('\n'));
    this.#command =
      kind === 'mosquitto' ? ['mosquitto', '-c', configuration] : [process.execPath, join(__dirname, 'aedes.mjs'), String(port)];
  }

  /** Resolves when it listens. `isPersistent`: whether it knows after a restart what it was told to keep; never with aedes. */
  static async start(kind: BrokerKind, isPersistent = false): Promise<Broker> {
    const broker = new Broker(kind, await freeTcpPort(), isPersistent);
    await broker.start();
    return broker;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const [program, ...args] = this.#command;
    const child = spawn(program, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    this.#child = child;
    const kill = (): boolean => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    child.once('error', (error) => (this.#output += error.message));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text: Buffer) => (this.#output += text.toString()));
    for (const end = performance.now() + 10_000; performance.now() < end; await sleep(5)) {
      if (child.exitCode !== null) break;
      if (await answers(this.port)) return;
    }
    throw new Error(`${this.kind} does not listen: ${this.#output}`);
  }

  /** Stops it as told; what was persistent stays for the next `start`. */
  async stop(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill(signal);
    await exit;
  }

  async close(): Promise<void> {
    await this.stop('SIGKILL');
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
