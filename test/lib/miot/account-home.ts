/** An account over real sockets against a pretend cloud, for the tests of what joins the rooms. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Account, type AccountEvent, type AccountSettings, checkAccountSettings, createHttp } from '../../../lib/miot';
import type { HttpReply, HttpRequest } from '../../../lib/miot/http';
import { type CloudConfig, type PretendCloud, startPretendCloud } from '../../../lib/simulator/cloud';
import { SkipClock } from '../../nodes/skip-clock';
import { takeTurns, until } from '../../support/wait';

export const CLIENT_ID = '1234567890123456789';
export const STORE_KEY = 'a1'.repeat(32);
export const LAMP = '68332340';
export const THERMOMETER = 'blt.3.1abcdefghi00';
export const REMOTE = 'blt.3.1remote00000';
export const LAMP_TOKEN = '00112233445566778899aabbccddeeff';
export const VACUUM = '300100200';
export const CURTAIN = '300100201';

export const household: CloudConfig = {
  clientId: CLIENT_ID,
  devices: [
    {
      did: LAMP,
      name: 'Desk lamp',
      model: 'lumiot.light.lamp1',
      home: 'Home',
      room: 'Study',
      token: LAMP_TOKEN,
      values: { '2.1': false, '2.2': 40 },
    },
    { did: THERMOMETER, name: 'Thermometer', model: 'lumiot.temperature-humidity-sensor.th1', home: 'Home', room: 'Hall' },
    { did: REMOTE, name: 'Remote', model: 'lumiot.remote-control.remote2', home: 'Home', room: 'Hall' },
    { did: VACUUM, name: 'Vacuum', model: 'lumiot.vacuum.vacuum1', home: 'Home', room: 'Hall' },
    { did: CURTAIN, name: 'Curtain', model: 'lumiot.curtain.curtain1', home: 'Home', room: 'Study' },
    { did: 'lumi.158d0001a2b3c4', name: 'Window', model: 'lumiot.magnet-sensor.magnet1', home: 'Home', room: 'Kitchen' },
  ],
};

export interface Scene {
  readonly cloud: PretendCloud;
  readonly account: Account;
  readonly clock: SkipClock;
  readonly folder: string;
  readonly events: AccountEvent[];
  readonly lines: string[];
  signIn(): Promise<void>;
  /** Resolves once the cloud has answered what it was asked; what hangs is waited for once, and not long. */
  answered(): Promise<void>;
  /** Another account object on the same files, as after a restart. */
  restart(): Promise<Account>;
  end(): Promise<void>;
}

/** Stands between an account and the cloud. */
export type Around = (request: HttpRequest, go: () => Promise<HttpReply>) => Promise<HttpReply>;

export async function scene(
  config: CloudConfig = household,
  more: Readonly<Record<string, unknown>> = {},
  around: Around = (_request, go) => go(),
): Promise<Scene> {
  const cloud = await startPretendCloud(config);
  const folder = mkdtempSync(join(tmpdir(), 'lumiot-account-'));
  const clock = new SkipClock();
  const events: AccountEvent[] = [];
  const lines: string[] = [];
  const log = (text: string): void => void lines.push(text);
  const real = createHttp({ caFile: '' });
  /** Requests that nobody has waited for yet. */
  const open = new Set<Promise<unknown>>();
  const send = (request: HttpRequest): Promise<HttpReply> => {
    const reply = around(request, () => real.send(request));
    open.add(reply);
    const end = (): void => void open.delete(reply);
    reply.then(end, end);
    return reply;
  };
  const http = { send };
  const make = (): Account =>
    new Account(settings(cloud, more), { clock, random: () => 0.5, log: { info: log, warn: log, error: log }, http, folder, id: 'cloud1' });
  let account = make();
  const all: Account[] = [account];
  return {
    cloud,
    clock,
    folder,
    events,
    lines,
    get account() {
      return account;
    },
    answered: async () => {
      while (open.size > 0) {
        const waiting = [...open];
        await Promise.race([Promise.allSettled(waiting), pause(1_000)]);
        for (const one of waiting) open.delete(one);
      }
    },
    signIn: async () => {
      await account.start();
      await account.complete(await cloud.approve(account.signIn().url));
    },
    restart: async () => {
      await account.close();
      account = make();
      all.push(account);
      await account.start();
      return account;
    },
    end: async () => {
      await Promise.all(all.map((one) => one.close()));
      await cloud.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function settings(cloud: PretendCloud, more: Readonly<Record<string, unknown>> = {}): AccountSettings {
  const { http, mqtt, clientId, redirectUrl } = cloud.addresses;
  const hosts = { apiHost: http, oauthHost: http, specHost: http, mqttHost: mqtt };
  return checkAccountSettings({ name: 'Home', region: 'de', clientId, redirectUrl, storeKey: STORE_KEY, ...hosts, ...more }).settings;
}

/** The list that begins with a sign-in has ended. Its devices are known before; what it stores takes as long as the disk does. */
export async function listed({ account }: Scene): Promise<void> {
  await until(() => account.devices.size > 0, 'listed');
  await account.find('nobody').catch(() => {});
}

/** What the cloud is asked, by the end of its path: 'prop/get', 'homeroom/gethome', …. */
export function asked({ cloud }: Scene, path: string): number {
  return cloud.requests().filter(({ url }) => url.split('?')[0]?.endsWith(path)).length;
}

/** A list of devices without one of them. */
export function without(reply: HttpReply, did: string): HttpReply {
  const body = JSON.parse(reply.text) as { result: { list: { did: string }[] } };
  body.result.list = body.result.list.filter((row) => row.did !== did);
  return { ...reply, text: JSON.stringify(body) };
}

/** Lets time pass in steps, with time for sockets in between, until something is so. */
export async function pass({ clock, answered }: Scene, isTrue: () => boolean, what: string, stepMs = 1_000, steps = 200): Promise<void> {
  for (let step = 0; step < steps; step++) {
    if (isTrue()) return;
    await clock.skip(stepMs);
    await pause(10);
    await takeTurns();
    await answered();
  }
  throw new Error(`not within ${(steps * stepMs) / 1_000} s: ${what}`);
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Hears a device, a topic, or everything. */
export function listen({ account, events }: Scene, topic: string, id = 'node1'): void {
  account.subscriptions.subscribe(id, topic, (event) => void events.push(event));
  account.subscriptions.open(id);
}
