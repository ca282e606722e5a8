/** A Node-RED of its own process with the built package, that can be deployed to, asked, and killed. */

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freeTcpPort } from '../support/sockets';

const root = join(__dirname, '..', '..');

export interface Received {
  readonly id: string;
  readonly property: string;
  readonly payload: unknown;
  readonly origin: string;
  readonly ack: boolean;
  readonly error?: string;
}

export interface Resources {
  readonly sockets: number;
  readonly socketListeners: number;
  readonly timers: number;
  readonly listeners: number;
  readonly heapMegabytes: number;
}

export type Flow = readonly Readonly<Record<string, unknown>>[];

export class Red {
  readonly #url: string;
  readonly #child: ChildProcess;

  private constructor(url: string, child: ChildProcess) {
    this.#url = url;
    this.#child = child;
  }

  /** Resolves when its flows run. `settings`: the path of its settings file, with what keeps messages unless told. */
  static async start(
    userDir: string,
    ports: { whoisPort: number; eventPort: number },
    settings = join(__dirname, 'node-red', 'settings.cjs'),
  ): Promise<Red> {
    const port = await freeTcpPort();
    const args = [join(root, 'node_modules', 'node-red', 'red.js'), '-u', userDir, '-s', settings, '-p', `${port}`];
    const env = {
      ...process.env,
      LUMIOT_WHOIS_PORT: `${ports.whoisPort}`,
      LUMIOT_EVENT_PORT: `${ports.eventPort}`,
      NODE_V8_COVERAGE: undefined,
    };
    const child = spawn(process.execPath, args, { cwd: userDir, env, stdio: ['ignore', 'pipe', 'pipe'] });
    const kill = (): boolean => child.kill('SIGKILL');
    process.once('exit', kill);
    child.once('exit', () => process.off('exit', kill));
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        output = (output + text.toString()).slice(-5_000);
      });
    const red = new Red(`http://127.0.0.1:${port}/`, child);
    for (const end = performance.now() + 60_000; performance.now() < end; await sleep(50)) {
      if (child.exitCode !== null) break;
      const state = await red.#ask('flows/state').catch(() => undefined);
      if ((state as { state?: string } | undefined)?.state === 'start') return red;
    }
    child.kill('SIGKILL');
    throw new Error(`Node-RED did not start: ${output}`);
  }

  async deploy(flow: Flow, type: 'full' | 'nodes' | 'flows'): Promise<void> {
    await this.#ask('flows', { method: 'POST', headers: { 'Node-RED-Deployment-Type': type }, body: JSON.stringify(flow) });
  }

  /** What arrived at the sink, and what the nodes gave away, since the last call. */
  async messages(): Promise<{ readonly received: Received[]; readonly given: Received[] }> {
    return (await this.#ask('faults/received')) as { received: Received[]; given: Received[] };
  }

  async resources(): Promise<Resources> {
    return (await this.#ask('faults/resources')) as Resources;
  }

  async send(node: string, payload: unknown): Promise<void> {
    await this.#ask(`faults/send/${node}`, { method: 'POST', body: JSON.stringify({ payload }) });
  }

  /** Asks the admin API, or a route that the settings add. */
  async post(path: string, body: unknown = {}): Promise<unknown> {
    return await this.#ask(path, { method: 'POST', body: JSON.stringify(body) });
  }

  /** Ends it: SIGTERM asks, SIGKILL does not. */
  async end(signal: 'SIGTERM' | 'SIGKILL' = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill(signal);
    await once(this.#child, 'exit');
  }

  async #ask(path: string, init: RequestInit = {}): Promise<unknown> {
    const headers = { Accept: 'application/json', 'Content-Type': 'application/json', ...(init.headers as Record<string, string>) };
    const answer = await fetch(this.#url + path, { ...init, headers, signal: AbortSignal.timeout(20_000) });
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    const text = await answer.text();
    return text === '' ? undefined : JSON.parse(text);
  }
}
