/** Which devices of an account have a way on the LAN, with which address and token. Opens each with its first use. */

import type { Clock } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { LocalDevice, MiioStanding, MiioTarget } from '../miio/types';
import type { CloudRecord } from './account-types';
import { LocalPath } from './local-path';
import { nameOf } from './named-errors';
import type { AccountSettings, LocalRow } from './settings';

export interface LocalDevicesOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly open: (target: MiioTarget) => Promise<LocalDevice>;
  readonly settings: () => Pick<AccountSettings, 'transport' | 'localDevices'>;
  readonly record: (did: string) => CloudRecord | undefined;
  readonly records: () => Iterable<CloudRecord>;
  /** LAN tokens by did, as they are stored. */
  readonly tokens: () => ReadonlyMap<string, string>;
  /** The cloud is a way to it now. */
  readonly hasOther: (did: string) => boolean;
  /** It answers now, or it does not any more. `wasKnown`: it was met before. */
  readonly onTurn: (did: string, wasKnown: boolean) => void;
  readonly onRejected: (did: string) => void;
}

/** `pid` of devices that speak on the LAN themselves (miio-lan.md §5). */
const lanConnections: ReadonlySet<number | undefined> = new Set([0, 8, 12, 23]);
const DID = /^\d{1,20}$/;
const TOKEN = /^[0-9a-f]{32}$/i;

export class LocalDevices {
  readonly #options: LocalDevicesOptions;
  readonly #paths = new Map<string, LocalPath>();
  /** Addresses that devices answered from to a broadcast. */
  readonly #found = new Map<string, string>();
  #isClosed = false;

  constructor(options: LocalDevicesOptions) {
    this.#options = options;
  }

  /** True where the LAN is a way to it as far as settings and list say: it may lack its token all the same. */
  isLocal(did: string): boolean {
    if (this.#options.settings().transport === 'cloud') return false;
    return (this.row(did) !== undefined && DID.test(did)) || this.target(did) !== undefined;
  }

  row(did: string): LocalRow | undefined {
    return this.#options.settings().localDevices.find((row) => row.did === did);
  }

  hasToken(did: string): boolean {
    return this.#tokenOf(did) !== '';
  }

  /** Undefined where there is no such way to it. */
  path(did: string): LocalPath | undefined {
    const target = this.#isClosed ? undefined : this.target(did);
    const known = this.#paths.get(did);
    if (known !== undefined && target !== undefined && this.#isSame(known, target)) return known;
    known?.close(true);
    this.#paths.delete(did);
    if (target === undefined) return undefined;
    const { open, clock, random, hasOther, onTurn, onRejected } = this.#options;
    const path = new LocalPath({
      target,
      open,
      clock,
      random,
      isOnly: () => !hasOther(did),
      onTurn: (before) => onTurn(did, before !== 'unknown'),
      onRejected: () => onRejected(did),
    });
    this.#paths.set(did, path);
    return path;
  }

  /** The same without opening anything. */
  known(did: string): LocalPath | undefined {
    return this.#paths.get(did);
  }

  target(did: string): MiioTarget | undefined {
    const { transport } = this.#options.settings();
    const record = this.#options.record(did);
    const row = this.row(did);
    const token = this.#tokenOf(did);
    if (transport === 'cloud' || !DID.test(did) || token === '' || (record === undefined && row === undefined)) return undefined;
    if (row === undefined && !lanConnections.has(record?.listed.connection)) return undefined;
    const host = row?.host || this.#found.get(did) || record?.listed.address || '';
    // Without an address it is searched with a broadcast: only for whoever was chosen for the LAN.
    if (host === '' && row === undefined && transport === 'auto') return undefined;
    return {
      did,
      host,
      token,
      model: record?.listed.model || row?.model || '',
      label: record === undefined || record.listed.name === '' ? '' : nameOf(record),
    };
  }

  /** Why the LAN is no way to a device that has no other. */
  missing(did: string): LumiotError {
    const record = this.#options.record(did);
    const device = record === undefined ? did : nameOf(record);
    if ((this.row(did) !== undefined || lanConnections.has(record?.listed.connection)) && DID.test(did))
      return new LumiotError(
        'NOT_CONFIGURED',
        `Device ${device} is to be reached on the LAN, and its token is not known. Open the account's dialog, import its token and deploy, or sign in.`,
        { device: did },
      );
    const remedy =
      this.#options.settings().transport === 'local'
        ? `and the account uses the LAN only. Choose the transport "auto" or "cloud" in the account's dialog.`
        : `and the account does not list it. Sign in to the account that has it; on the LAN it is reached through its gateway.`;
    return new LumiotError('UNSUPPORTED', `Device ${device} does not speak on the LAN itself, ${remedy}`, { device: did });
  }

  standing(did: string): MiioStanding {
    return this.#paths.get(did)?.standing ?? 'unknown';
  }

  isReachable(did: string): boolean {
    return this.standing(did) === 'reachable';
  }

  get counts(): { readonly devices: number; readonly reachable: number } {
    const dids = new Set([...this.#options.settings().localDevices.map(({ did }) => did)]);
    for (const { did } of this.#options.records()) dids.add(did);
    const local = [...dids].filter((did) => this.isLocal(did));
    return { devices: local.length, reachable: local.filter((did) => this.isReachable(did)).length };
  }

  /** Somebody answered a broadcast. */
  found(did: string, host: string): void {
    if (this.#found.get(did) === host) return;
    this.#found.set(did, host);
    this.changed();
  }

  /** Settings, list or tokens changed: what was opened for others is closed. */
  changed(): void {
    for (const [did, path] of [...this.#paths]) {
      const target = this.target(did);
      if (target !== undefined && this.#isSame(path, target)) continue;
      path.close(true);
      this.#paths.delete(did);
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const path of this.#paths.values()) path.close();
    this.#paths.clear();
  }

  #tokenOf(did: string): string {
    const token = this.#options.tokens().get(did) ?? this.#options.record(did)?.listed.token ?? '';
    return TOKEN.test(token) ? token.toLowerCase() : '';
  }

  /** A device that answers has told its address itself: an older one from a list changes nothing. */
  #isSame({ target, standing }: LocalPath, wanted: MiioTarget): boolean {
    if (target.token !== wanted.token) return false;
    return target.host === wanted.host || (standing === 'reachable' && !this.row(target.did)?.host);
  }
}
