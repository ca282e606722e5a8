/** The Wi-Fi devices of an account on the LAN: who has a way there, who is read there now and then, and where their tokens come from. */

import type { Clock } from '../home/clock';
import { LumiotError, toLumiotError } from '../home/errors';
import type { FoundDevice, MiioStanding, MiioTarget } from '../miio/types';
import type { AccountDevices } from './account-devices';
import type { CloudRecord } from './account-types';
import { LocalDevices } from './local-devices';
import type { LocalNetwork } from './local-network';
import { LocalPolls } from './local-polls';
import { LocalTokens, type LocalTokensOptions } from './local-tokens';
import type { AccountSettings } from './settings';
import type { Way } from './ways';

export interface AccountLocalOptions extends Pick<LocalTokensOptions, 'tokens'> {
  readonly clock: Clock;
  readonly random: () => number;
  readonly network: LocalNetwork;
  readonly settings: () => AccountSettings;
  readonly devices: () => AccountDevices;
  readonly changeTokens: LocalTokensOptions['change'];
  /** Somebody is signed in, whether or not the cloud can be asked now. */
  readonly isSignedIn: () => boolean;
  /** The cloud can be asked now. */
  readonly isUsable: () => boolean;
  /** Pushes of this device arrive now. */
  readonly isPushed: (did: string) => boolean;
  /** Reads everything of a device, as a poll. Never rejects. */
  readonly read: (record: CloudRecord) => Promise<void>;
  /** The token of a device does not fit: fetches the account's list. */
  readonly onReload: () => Promise<void>;
  /** Something that watchers are shown has changed. */
  readonly onChange: () => void;
  readonly log: { readonly warn: (text: string) => void };
}

export interface LocalTest {
  readonly ok: true;
  readonly ms: number;
  readonly model: string;
  readonly transport: 'miio';
}

/** A token that does not fit is worth a list of devices, but not one after the other. */
const RELOAD_GAP_MS = 3_600_000;

export class AccountLocal {
  readonly #options: AccountLocalOptions;
  readonly #polls: LocalPolls;
  readonly tokens: LocalTokens;
  readonly devices: LocalDevices;
  /** When the list was fetched for the sake of a token last, by did. */
  readonly #reloads = new Map<string, number>();
  #inUse: ReadonlySet<string> = new Set();
  /** Rows as they were deployed last. */
  #placed: ReadonlySet<string> = new Set();
  #isClosed = false;

  constructor(options: AccountLocalOptions) {
    this.#options = options;
    const { clock, random, network, settings, devices, tokens, changeTokens } = options;
    this.devices = new LocalDevices({
      clock,
      random,
      open: (target) => network.device(target),
      settings,
      record: (did) => devices().book.devices.get(did),
      records: () => devices().book.devices.values(),
      tokens,
      hasOther: (did) => options.isUsable() && this.hasCloud(did),
      onTurn: (did, wasKnown) => this.#turned(did, wasKnown),
      onRejected: (did) => this.#rejected(did),
    });
    this.tokens = new LocalTokens({
      tokens,
      change: changeTokens,
      isPlaced: (did) => settings().localDevices.some((row) => row.did === did),
      isDeployed: () => settings().storeKey !== '',
    });
    this.#polls = new LocalPolls({ clock, random, poll: (did) => this.#poll(did) });
  }

  /** Nobody wants the cloud: the devices of the settings are all there is. */
  get isAlone(): boolean {
    const { transport, clientId, localDevices } = this.#options.settings();
    return transport === 'local' || (transport === 'auto' && clientId === '' && localDevices.length > 0);
  }

  /** The cloud may be asked about it, if anybody is signed in. */
  hasCloud(did: string): boolean {
    if (this.#options.settings().transport === 'local') return false;
    return this.#options.devices().book.devices.get(did)?.isListed !== false;
  }

  /** Settings, list or tokens changed. */
  changed(): void {
    if (this.#isClosed) return;
    this.devices.changed();
    this.follow(this.#inUse);
    this.#options.onChange();
  }

  place(): void {
    const { transport, localDevices } = this.#options.settings();
    this.#options.devices().place(transport === 'cloud' ? [] : localDevices);
    void this.#dropTokens(new Set(localDevices.map(({ did }) => did)));
    this.changed();
  }

  /** A row that was removed takes its token along, unless the account lists its device. Never rejects. */
  async #dropTokens(placed: ReadonlySet<string>): Promise<void> {
    const { devices, isSignedIn, log } = this.#options;
    const isListed = (did: string): boolean => isSignedIn() && devices().book.devices.get(did)?.isListed === true;
    const left = [...this.#placed].filter((did) => !placed.has(did) && !isListed(did));
    this.#placed = placed;
    if (left.length === 0) return;
    await this.tokens.drop(left).catch((error: unknown) => {
      log.warn(`The tokens of devices that were removed cannot be forgotten: ${toLumiotError(error, 'STORE_FAILED').message}`);
    });
  }

  /** The devices that somebody listens to: those that nobody pushes are read. */
  follow(dids: ReadonlySet<string>): void {
    if (this.#isClosed) return;
    this.#inUse = dids;
    this.#polls.follow(new Set([...dids].filter((did) => this.isPolled(did))));
  }

  isPolled(did: string): boolean {
    return this.devices.isLocal(did) && !this.#options.isPushed(did);
  }

  /** It is read now and then on the LAN, where it answers as far as anybody knows: nobody has to ask the cloud as well. */
  isReadThere(did: string): boolean {
    return this.isPolled(did) && this.devices.target(did) !== undefined && this.devices.known(did)?.reason === undefined;
  }

  /** Where only one way is left, that is the one; else the one that was taken last. */
  transportOf({ did, transport }: CloudRecord): Way {
    if (this.#options.settings().transport === 'cloud') return 'miot';
    return this.hasCloud(did) ? transport : 'miio';
  }

  wentBy(did: string, way: Way): void {
    const { devices, clock, onChange } = this.#options;
    const { book } = devices();
    if (way === 'miio') book.wasSeen(did, clock.now());
    if (book.wentBy(did, way)) {
      devices().moved(did);
      onChange();
    }
  }

  /** Somebody says that it is gone. */
  doubt(did: string): void {
    void this.devices.known(did)?.probe();
  }

  async discover(): Promise<readonly FoundDevice[]> {
    const found = await this.#options.network.discover();
    for (const { did, host } of found) if (did !== '') this.devices.found(did, host);
    return found;
  }

  /** Asks a device something that its token signs. */
  async test(did: string, { host, token }: { readonly host?: string; readonly token?: string } = {}): Promise<LocalTest> {
    const { clock, network } = this.#options;
    const known = this.devices.target(did);
    const target: MiioTarget = {
      did,
      host: host || known?.host || this.devices.row(did)?.host || '',
      token: token || known?.token || this.#options.tokens().get(did) || '',
      model: known?.model ?? '',
      label: known?.label ?? '',
    };
    if (target.token === '') throw noToken(target.label || did, did);
    const device = await network.apart(target);
    try {
      const begun = clock.monotonic();
      const { model } = await device.info();
      const ms = Math.round(clock.monotonic() - begun);
      void this.devices.path(did)?.probe();
      return { ok: true, ms, model, transport: 'miio' };
    } finally {
      device.close();
    }
  }

  async setTokens(tokens: ReadonlyMap<string, string>): Promise<void> {
    await this.tokens.bring(tokens);
    this.changed();
    const { devices, read } = this.#options;
    for (const did of tokens.keys()) {
      const record = devices().book.devices.get(did);
      if (record !== undefined && this.#inUse.has(did)) void read(record);
    }
  }

  standing(did: string): MiioStanding {
    return this.devices.standing(did);
  }

  close(): void {
    this.#isClosed = true;
    this.#polls.close();
    this.devices.close();
    this.#options.network.close();
  }

  async #poll(did: string): Promise<void> {
    const record = this.#options.devices().book.devices.get(did);
    const path = this.devices.path(did);
    // One that does not answer is asked in the background, later each time.
    if (record === undefined || path === undefined || path.reason !== undefined || path.hasCommand) return;
    await this.#options.read(record);
  }

  #turned(did: string, wasKnown: boolean): void {
    if (this.#isClosed) return;
    const { devices, isUsable, read, onChange } = this.#options;
    const isReachable = this.devices.isReachable(did);
    const record = devices().book.devices.get(did);
    const isOnline = isReachable || (isUsable() && this.hasCloud(did) && devices().book.isOnlineInCloud(did));
    devices().met(did, isOnline);
    // What happened while it was away.
    if (isReachable && wasKnown && record !== undefined && this.#inUse.has(did)) void read(record);
    onChange();
  }

  #rejected(did: string): void {
    const { clock, isUsable, onReload } = this.#options;
    const now = clock.monotonic();
    if (!isUsable() || !this.hasCloud(did) || now - (this.#reloads.get(did) ?? Number.NEGATIVE_INFINITY) < RELOAD_GAP_MS) return;
    this.#reloads.set(did, now);
    onReload().catch(() => {});
  }
}

export function noToken(label: string, did: string): LumiotError {
  return new LumiotError(
    'NOT_CONFIGURED',
    `The token of device ${label} is not known. Import it in the account's dialog, or enter it there.`,
    { device: did },
  );
}
