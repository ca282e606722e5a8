/** A Wi-Fi device on the LAN: reads, writes and actions by number, and raw calls, one at a time (miio-lan.md §2 to §4). */

import type { Clock } from '../home/clock';
import { harmless, type Log } from '../home/log';
import { readAction, readInfo, readResults, withoutSecrets } from './answers';
import type { BatchSizes } from './batch-sizes';
import { askInBatches } from './batches';
import { Calls } from './calls';
import { codeError, outcomeOf } from './codes';
import { endpointText, parseHost } from './endpoint';
import { Link } from './link';
import type { MiioNetwork } from './network';
import { encodedLength, isNumericDid, isToken, keysOf, type TokenKeys } from './packet';
import { Queue } from './queue';
import { RequestIds } from './request-ids';
import { Requests, requestText } from './requests';
import { closed, type Named, needsLegacyCommands, notConfigured, queueFull, replaced, unknownOutcome } from './sentences';
import type { CallKind, LocalDevice, MiioInfo, MiioInput, MiioRef, MiioResult, MiioStanding, MiioTarget, MiioValue } from './types';
import { Waits } from './waits';

export interface MiioDeviceOptions {
  readonly network: MiioNetwork;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  /** Shared by all devices. */
  readonly sizes: BatchSizes;
  /** Looks for a did in the whole network, gives its host: asked when the device does not answer where it should be. */
  readonly find?: ((did: string) => Promise<string | undefined>) | undefined;
  readonly onStanding?: ((standing: MiioStanding) => void) | undefined;
}

const MOST_WAITING = 10;
/** As long as an id gets: for the length of a request that has none yet. */
const LONGEST_ID = 9_999;

export class MiioDevice implements LocalDevice {
  readonly #options: MiioDeviceOptions;
  readonly #log: Log;
  readonly #waits: Waits;
  readonly #queue = new Queue(MOST_WAITING);
  readonly #link: Link;
  readonly #calls: Calls;
  #target: MiioTarget;
  #keys: TokenKeys | undefined;
  #standing: MiioStanding = 'unknown';
  /** The token has opened an answer. */
  #isProven = false;

  constructor(target: MiioTarget, options: MiioDeviceOptions) {
    const { clock, network, random, find } = options;
    this.#options = options;
    this.#log = harmless(options.log);
    this.#target = target;
    this.#keys = keysOrNone(target.token);
    this.#waits = new Waits(clock);
    const waits = this.#waits;
    this.#link = new Link(
      {
        clock,
        network,
        waits,
        find,
        log: this.#log,
        onPacket: (bytes) => requests.offer(bytes),
        onReached: (isReached) => this.#reached(isReached),
      },
      target,
    );
    const requests = new Requests({
      waits,
      link: this.#link,
      ids: new RequestIds(random),
      keys: () => this.#keysInUse(),
      onSigned: () => {
        this.#isProven = true;
        this.#stand('reachable');
      },
    });
    this.#calls = new Calls({
      waits,
      requests,
      named: () => this.#named(),
      standing: () => this.#standing,
      onRejected: () => {
        this.#isProven = false;
        this.#stand('token-rejected');
      },
    });
  }

  get standing(): MiioStanding {
    return this.#standing;
  }

  get did(): string {
    return this.#link.did;
  }

  get address(): string | undefined {
    const { endpoint } = this.#link;
    return endpoint && endpointText(endpoint);
  }

  /** A request is under way: whoever only polls can wait. */
  get isBusy(): boolean {
    return this.#queue.isBusy;
  }

  /** A new address, token, name or model; what is under way goes on with it. */
  configure(target: MiioTarget): void {
    const before = this.#target;
    this.#target = target;
    this.#link.configure(target);
    if (target.token !== before.token) this.#keys = keysOrNone(target.token);
    if (target.token === before.token && target.did === before.did && target.host === before.host) return;
    this.#isProven = false;
    this.#stand('unknown');
  }

  get(refs: readonly MiioRef[]): Promise<readonly MiioResult[]> {
    return this.#properties('get_properties', refs.map(bareRef));
  }

  set(values: readonly (MiioRef & { readonly value: MiioValue })[], onRequest?: () => void): Promise<readonly MiioResult[]> {
    const items = values.map((item) => ({ ...bareRef(item), value: item.value }));
    return this.#properties('set_properties', items, onRequest);
  }

  async action(
    { did, siid, aiid }: { readonly did: string; readonly siid: number; readonly aiid: number },
    inputs: readonly MiioInput[],
    onRequest?: () => void,
  ): Promise<{ readonly outputs: readonly MiioValue[]; readonly isAccepted: boolean }> {
    // With the numbers of their properties: most devices take them so, some bare; not verified on hardware (miio-lan.md §4.1).
    const params = { did, siid, aiid, in: inputs.map(({ piid, value }) => ({ piid, value })) };
    const what = `action ${siid}.${aiid}`;
    const result = await this.#job(() => this.#calls.once({ method: 'action', params, onRequest }, what, this.#isProven));
    const { code, outputs } = readAction(result);
    const outcome = outcomeOf(code);
    if (outcome !== 'failed' || code === undefined) return { outputs, isAccepted: outcome !== 'ok' };
    const error = codeError(code, this.#named(), what);
    // Some part of it did not answer in time: it may have done it.
    throw error.code === 'TIMEOUT' ? unknownOutcome(this.#named(), what) : error;
  }

  async call(method: string, params: unknown, kind: CallKind, onRequest?: () => void): Promise<unknown> {
    const asked = { method, params, onRequest };
    const result = await this.#job(async () => {
      if (kind === 'action') return this.#calls.once(asked, `'${method}'`, this.#isProven);
      const outcome = await this.#calls.repeat(asked);
      if (!outcome.ok) throw outcome.error;
      return outcome.result;
    });
    return method === 'miIO.info' ? withoutSecrets(result) : result;
  }

  async info(): Promise<MiioInfo> {
    return readInfo(await this.call('miIO.info', [], 'read'));
  }

  /** Everything pending is rejected; no timer and no registration is left. */
  close(isReplaced = false): void {
    const error = isReplaced ? replaced(this.#named()) : closed(this.#named());
    this.#queue.close(error);
    this.#waits.close(error);
    this.#link.close();
  }

  #properties<Item extends MiioRef>(
    method: 'get_properties' | 'set_properties',
    items: readonly Item[],
    onRequest?: () => void,
  ): Promise<readonly MiioResult[]> {
    if (items.length === 0) return Promise.resolve([]);
    return this.#job(() =>
      askInBatches(items, {
        sizes: this.#options.sizes,
        model: this.#target.model !== '' ? this.#target.model : this.#link.did,
        bytesOf: (part) => encodedLength(requestText(LONGEST_ID, method, part)),
        ask: (part) => this.#calls.repeat({ method, params: part, onRequest }, part.length > 1),
        read: (part, result) => {
          const results = readResults(part, result, this.#named(), method === 'get_properties');
          if (results === undefined) throw needsLegacyCommands(this.#named());
          return results;
        },
      }),
    );
  }

  #job<Result>(run: () => Promise<Result>): Promise<Result> {
    return this.#queue.add(
      async () => {
        this.#keysInUse();
        return run();
      },
      () => queueFull(this.#named(), MOST_WAITING),
    );
  }

  /** Throws `NOT_CONFIGURED` with what is missing. */
  #keysInUse(): TokenKeys {
    const { did, host } = this.#target;
    if (this.#keys === undefined) {
      throw notConfigured(this.#named(), 'its token is missing or is not 32 hexadecimal digits. Import or enter the token.');
    }
    if (did !== '' && !isNumericDid(did)) {
      throw notConfigured(this.#named(), 'its id is no number, so it speaks through a gateway. Use it through the cloud.');
    }
    if (host !== '' && parseHost(host) === undefined) {
      throw notConfigured(this.#named(), `'${host}' is no address. Enter an IPv4 address such as 192.168.1.50.`);
    }
    if (did === '' && host === '') throw notConfigured(this.#named(), 'neither its id nor its address is known. Enter its address.');
    return this.#keys;
  }

  #reached(isReached: boolean): void {
    if (!isReached) this.#stand('offline');
    else if (this.#standing !== 'token-rejected') this.#stand('reachable');
  }

  #stand(standing: MiioStanding): void {
    if (standing === this.#standing) return;
    this.#standing = standing;
    try {
      this.#options.onStanding?.(standing);
    } catch (error) {
      this.#log.warn(`What follows from '${standing}' failed: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #named(): Named {
    return { did: this.#link.did, label: this.#target.label };
  }
}

function keysOrNone(token: string): TokenKeys | undefined {
  return isToken(token) ? keysOf(token) : undefined;
}

/** What a caller has besides does not go on the wire. */
function bareRef({ did, siid, piid }: MiioRef): MiioRef {
  return { did, siid, piid };
}
