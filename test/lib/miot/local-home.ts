/** An account with a way to its devices on the LAN: the pretend cloud, pretend Wi-Fi devices on loopback, and nobody else. */

import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DiscoveryOptions } from '../../../lib/miio/discovery';
import { Account, type AccountEvent, createHttp } from '../../../lib/miot';
import { type PretendCloud, startPretendCloud } from '../../../lib/simulator/cloud';
import { type PretendWifiDevice, startPretendWifiDevice, type WifiDeviceConfig } from '../../../lib/simulator/miio';
import { SkipClock } from '../../nodes/skip-clock';
import { seeded } from '../../support/random';
import { takeTurns, until } from '../../support/wait';
import { CLIENT_ID, LAMP, LAMP_TOKEN, settings, VACUUM } from './account-home';

export const VACUUM_TOKEN = 'ffeeddccbbaa99887766554433221100';
export const OTHER_TOKEN = '0123456789abcdef0123456789abcdef';

export interface LocalPlace {
  /** Without it nobody is signed in, and there is no client id. */
  readonly hasCloud?: boolean;
  /** What the account says of the lamp's token and address; what is true unless told. */
  readonly listed?: { readonly token?: string; readonly address?: string };
  readonly settings?: Readonly<Record<string, unknown>>;
  readonly lamp?: Partial<WifiDeviceConfig>;
  readonly search?: Partial<DiscoveryOptions>;
  /** What chance gives each time, instead of numbers that differ. */
  readonly chance?: number;
}

export class LocalHome {
  readonly clock = new SkipClock();
  readonly events: AccountEvent[] = [];
  readonly lines: string[] = [];
  readonly lamp: PretendWifiDevice;
  readonly vacuum: PretendWifiDevice;
  readonly cloud: PretendCloud;
  readonly folder = mkdtempSync(join(tmpdir(), 'lumiot-local-'));
  #account: Account | undefined;
  readonly #place: LocalPlace;
  #isCloudDown = false;
  #accounts = 0;
  #settings: Readonly<Record<string, unknown>>;

  private constructor(place: LocalPlace, lamp: PretendWifiDevice, vacuum: PretendWifiDevice, cloud: PretendCloud) {
    this.#place = place;
    this.lamp = lamp;
    this.vacuum = vacuum;
    this.cloud = cloud;
    const alone = place.hasCloud === false ? { clientId: '', redirectUrl: '' } : {};
    this.#settings = { ...alone, ...place.settings };
  }

  static async open(place: LocalPlace = {}): Promise<LocalHome> {
    const [address, port] = ['127.0.83.1', 0];
    const model = 'lumiot.light.lamp1';
    const lamp = await startPretendWifiDevice({
      did: LAMP,
      model,
      token: LAMP_TOKEN,
      address,
      port,
      values: { '2.1': false, '2.2': 40 },
      ...place.lamp,
    });
    const vacuum = await startPretendWifiDevice({
      did: VACUUM,
      model: 'lumiot.vacuum.vacuum1',
      token: VACUUM_TOKEN,
      address: '127.0.83.2',
      port,
    });
    const cloud = await startPretendCloud({
      clientId: CLIENT_ID,
      devices: [
        {
          did: LAMP,
          name: 'Desk lamp',
          model,
          home: 'Home',
          room: 'Study',
          token: place.listed?.token ?? LAMP_TOKEN,
          address: place.listed?.address ?? lamp.host,
          values: { '2.1': false, '2.2': 10 },
        },
        {
          did: VACUUM,
          name: 'Vacuum',
          model: 'lumiot.vacuum.vacuum1',
          home: 'Home',
          room: 'Hall',
          token: VACUUM_TOKEN,
          address: vacuum.host,
        },
      ],
    });
    return new LocalHome(place, lamp, vacuum, cloud);
  }

  /** Rows of `localDevices` for both. */
  rows(more: Readonly<Record<string, unknown>> = {}): Record<string, unknown>[] {
    return [
      { did: LAMP, name: 'My lamp', host: this.lamp.host, model: 'lumiot.light.lamp1', ...more },
      { did: VACUUM, name: 'My vacuum', host: this.vacuum.host, model: '' },
    ];
  }

  get account(): Account {
    this.#account ??= this.#make();
    return this.#account;
  }

  use(more: Readonly<Record<string, unknown>>): void {
    this.#settings = { ...this.#settings, ...more };
  }

  /** The same account with other settings, as a deploy gives them. */
  configure(more: Readonly<Record<string, unknown>>): boolean {
    this.use(more);
    return this.account.configure(settings(this.cloud, this.#settings));
  }

  /** Nobody is there any more: connections are refused. */
  async cloudDown(): Promise<void> {
    this.#isCloudDown = true;
    await this.cloud.close();
  }

  async signIn(): Promise<void> {
    await this.account.start();
    await this.account.complete(await this.cloud.approve(this.account.signIn().url));
    await until(() => this.account.device(LAMP)?.isListed === true, 'the devices are listed');
  }

  async restart(): Promise<void> {
    await this.account.close();
    this.#account = this.#make();
    await this.#account.start();
  }

  listen(topic: string): void {
    this.account.subscriptions.subscribe('node1', topic, (event) => void this.events.push(event));
    this.account.subscriptions.open('node1');
  }

  /** The values of a property that were told, oldest first, with where they came from. */
  told(name: string): [unknown, string][] {
    return this.events.flatMap((event): [unknown, string][] =>
      event.kind === 'property' && name in event.values ? [[event.values[name], event.origin]] : [],
    );
  }

  /** How often the account asked the cloud for this path. */
  asked(path: string): number {
    return this.cloud.requests().filter(({ url }) => url.split('?')[0]?.endsWith(path)).length;
  }

  /** Lets time pass, with time for sockets in between, until something is so. */
  async pass(isTrue: () => boolean, what: string, stepMs = 500, steps = 200): Promise<void> {
    for (let step = 0; step < steps; step++) {
      if (isTrue()) return;
      await this.clock.skip(stepMs);
      await new Promise((resolve) => setTimeout(resolve, 5));
      await takeTurns();
    }
    throw new Error(`not within ${(steps * stepMs) / 1_000} s: ${what}`);
  }

  /** Lets time pass until a promise is settled: what is not answered takes its time. */
  async during<Result>(promise: Promise<Result>): Promise<Result> {
    let isSettled = false;
    const settle = (): void => {
      isSettled = true;
    };
    promise.then(settle, settle);
    await this.pass(() => isSettled, 'it is settled', 250, 400);
    return promise;
  }

  /** Every file of the account as text. */
  files(): string {
    return readdirSync(this.folder, { recursive: true })
      .map((name) => join(this.folder, String(name)))
      .filter((path) => statSync(path).isFile())
      .map((path) => readFileSync(path, 'latin1'))
      .join('\n');
  }

  async close(): Promise<void> {
    await this.#account?.close();
    await Promise.all([this.#isCloudDown ? undefined : this.cloud.close(), this.lamp.close(), this.vacuum.close()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  #make(): Account {
    const log = (text: string): void => void this.lines.push(text);
    const { chance } = this.#place;
    return new Account(settings(this.cloud, this.#settings), {
      clock: this.clock,
      // Ids of requests begin elsewhere in each: a device answers a repeated one as it did before.
      random: chance === undefined ? seeded(++this.#accounts) : () => chance,
      log: { info: log, warn: log, error: log },
      http: createHttp({ caFile: '' }),
      folder: this.folder,
      id: 'cloud1',
      localSearch: { interface: '127.0.0.1', broadcast: ['127.0.83.9'], mdnsPort: 0, waitMs: 300, ...this.#place.search },
    });
  }
}
