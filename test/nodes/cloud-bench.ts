/** The nodes of an account between a real Node-RED and the pretend cloud: what every test of a miot node needs. */

import type { Node } from 'node-red';
import type { Account } from '../../lib/miot';
import { type CloudConfig, type CloudDeviceConfig, type PretendCloud, startPretendCloud } from '../../lib/simulator/cloud';
import type { GatewayConfig } from '../../lib/simulator/config';
import actionNode from '../../nodes/miot-action/miot-action';
import cloudNode from '../../nodes/miot-cloud/miot-cloud';
import getNode from '../../nodes/miot-get/miot-get';
import inNode from '../../nodes/miot-in/miot-in';
import setNode from '../../nodes/miot-set/miot-set';
import { type AccountHost, allAccounts, closeAllAccounts } from '../../nodes/shared/runtime/account-host';
import type { Failure } from './bench';
import {
  type Answer,
  type Credentials,
  type Deploy,
  type FlowNode,
  type Received,
  type Stage,
  type StageOptions,
  type Status,
  sink,
  stage,
  until,
} from './support';

export const LAMP = '68332340';
export const PURIFIER = '68332341';
export const REMOTE = 'blt.3.1a2b3c4d5e';
export const VACUUM = '68332343';
export const THERMOMETER = 'lumi.158d0001a2b3c4';
export const CLIENT_ID = '1234567890123456789';
export const REDIRECT = 'http://127.0.0.1:1880/lumiot/miot/callback';
export const STORE_KEY = 'PLANTED0storekey0123456789abcdef';

export const cloudDevices: readonly CloudDeviceConfig[] = [
  { did: LAMP, name: 'Desk lamp', model: 'lumiot.light.lamp1', home: 'Home', room: 'Study', values: { '2.1': false, '2.2': 40 } },
  { did: PURIFIER, name: 'Purifier', model: 'lumiot.air-purifier.purifier1', home: 'Home', room: 'Bedroom', values: { '2.2': 1 } },
  { did: REMOTE, name: 'Remote', model: 'lumiot.remote-control.remote2', home: 'Home', room: 'Hall' },
  { did: VACUUM, name: 'Vacuum', model: 'lumiot.vacuum.vacuum1', home: 'Home', room: 'Hall' },
  { did: THERMOMETER, name: 'Bedroom air', model: 'lumiot.temperature-humidity-sensor.th1', home: 'Home', room: 'Bedroom' },
];

export interface CloudPlace {
  readonly cloud?: Partial<CloudConfig>;
  readonly gateways?: readonly GatewayConfig[];
  /** More nodes than those of accounts. */
  readonly nodes?: StageOptions['nodes'];
}

export class CloudBench {
  readonly stage: Stage;
  readonly cloud: PretendCloud;
  #flow: readonly FlowNode[] = [];
  #deploys = 0;

  private constructor(home: Stage, cloud: PretendCloud) {
    this.stage = home;
    this.cloud = cloud;
  }

  static async open({ cloud = {}, gateways = [], nodes = [] }: CloudPlace = {}): Promise<CloudBench> {
    const pretend = await startPretendCloud({ clientId: CLIENT_ID, redirectUrl: REDIRECT, devices: cloudDevices, ...cloud });
    return new CloudBench(await stage({ gateways }, { nodes: [cloudNode, inNode, getNode, setNode, actionNode, ...nodes] }), pretend);
  }

  get userDir(): string {
    return this.stage.userDir;
  }

  /** The config node 'account'. */
  config(more: Record<string, unknown> = {}): FlowNode {
    const { http, mqtt } = this.cloud.addresses;
    return {
      id: 'account',
      type: 'miot-cloud',
      name: 'Home',
      region: 'cn',
      clientId: CLIENT_ID,
      redirectUrl: REDIRECT,
      transport: 'auto',
      localDevices: [],
      apiHost: http,
      oauthHost: http,
      mqttHost: mqtt,
      specHost: http,
      caFile: '',
      deviceIdPrefix: 'ha.',
      bizId: 'haapi',
      version: 1,
      ...more,
    };
  }

  /** Starts nodes beside an account, a catch node with 'errors' behind it, and 'out'. Nobody is signed in yet. */
  async load(nodes: readonly FlowNode[], config: Record<string, unknown> = {}, credentials: Credentials = keys): Promise<void> {
    this.#flow = this.#flowOf(nodes, config);
    await this.stage.load(this.#flow, credentials);
  }

  /** The same, signed in and with its devices listed. */
  async start(...nodes: readonly FlowNode[]): Promise<void> {
    await this.load(nodes);
    await this.signIn();
  }

  /** Deploys other nodes in their place, or the same ones a little changed. */
  async redeploy(nodes?: readonly FlowNode[], type: Deploy = 'full', config: Record<string, unknown> = {}): Promise<void> {
    this.#deploys += 1;
    const flow = nodes === undefined ? this.#flow : this.#flowOf(nodes, config);
    this.#flow = flow.map((node) => (node.type.startsWith('miot-') ? { ...node, note: this.#deploys } : node));
    await this.stage.deploy(this.#flow, type);
  }

  /** What a restart is to an account: gone from memory, back from the disk. */
  async restart(nodes: readonly FlowNode[]): Promise<void> {
    await this.redeploy([], 'full', { d: true });
    await this.stage.clock.skip(10_500);
    await until(() => this.cloud.sessions === 0 && allAccounts().size === 0, 'everything is closed');
    await pause(200);
    await this.redeploy(nodes);
    await this.listed();
  }

  /** As a user does: opens the page, agrees, pastes the address of the page that failed to open. */
  async signIn(): Promise<Answer> {
    const { url } = (await this.ok('post', 'sign-in')) as { url: string };
    const answer = await this.stage.post('/lumiot/accounts/account/paste', { address: await this.cloud.approve(url) });
    await this.listed();
    return answer;
  }

  /** Waits until the account knows its devices. */
  async listed(): Promise<void> {
    await until(() => this.account.devices.size > 0 && this.account.state.error === undefined, 'the devices are listed');
  }

  /** Waits until pushes arrive. */
  async pushed(...dids: readonly string[]): Promise<void> {
    await until(
      () => this.account.state.push === 'connected' && dids.every((did) => this.cloud.filters().some((filter) => filter.includes(did))),
      `pushes of ${dids.join(', ')} arrive`,
    );
  }

  /** Waits until everything was read of a device. */
  async known(did: string, name: string): Promise<void> {
    await until(() => this.account.device(did)?.values[name] !== undefined, `${name} of ${did} is known`);
  }

  get account(): Account {
    return this.host.account;
  }

  get host(): AccountHost {
    return (this.stage.node('account') as Node & { host: AccountHost }).host;
  }

  /** A route of the account that works. */
  async ok(method: 'get' | 'post', route = '', body: unknown = {}): Promise<unknown> {
    const path = `/lumiot/accounts/account${route === '' ? '' : `/${route}`}`;
    const answer = await (method === 'get' ? this.stage.get(path) : this.stage.post(path, body));
    if (answer.status !== 200) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  get received(): Received[] {
    return this.stage.received('out');
  }

  get payloads(): unknown[] {
    return this.received.map(({ payload }) => payload);
  }

  next(fits?: (message: Received) => boolean, withinMs?: number): Promise<Received> {
    return this.stage.next('out', fits, withinMs);
  }

  /** An input of node 'n', and the answer to it. */
  async answer(payload: unknown, message: Received = {}, withinMs = 8_000): Promise<Received> {
    const next = this.next(({ origin }) => origin === 'command', withinMs);
    this.stage.send('n', { payload, ...message });
    return next;
  }

  /** An input of node 'n', and the error that the catch node gets. */
  async failure(payload: unknown, message: Received = {}, withinMs = 8_000): Promise<Failure> {
    const next = this.stage.next('errors', undefined, withinMs);
    this.stage.send('n', { payload, ...message });
    return (await next).error as Failure;
  }

  /** Waits for a status of node 'n'. */
  async shows(text: string, fill: string, id = 'n'): Promise<void> {
    const shown = (): Status | undefined => this.stage.statuses(id).at(-1);
    await until(
      () => shown()?.text === text && shown()?.fill === fill,
      `${id} shows ${fill} ${text}`,
      () => this.stage.clock.skipGap(),
    ).catch((error: unknown) => {
      throw new Error(`${String(error)}; it shows ${JSON.stringify(this.stage.statuses(id).slice(-3))}`);
    });
  }

  async close(): Promise<void> {
    await this.stage.stop();
    await closeAllAccounts(this.stage.RED());
    await this.stage.close();
    await this.cloud.close();
  }

  #flowOf(nodes: readonly FlowNode[], config: Record<string, unknown>): FlowNode[] {
    return [
      this.config(config),
      ...nodes.map((node) => ({ account: 'account', wires: [['out']], version: 1, x: 10, ...node })),
      { id: 'failures', type: 'catch', scope: null, uncaught: false, wires: [['errors']] },
      sink('out'),
      sink('errors'),
    ];
  }
}

const keys: Credentials = { account: { storeKey: STORE_KEY } };

/** Time for what must not happen. */
export function pause(ms = 60): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
