/**
 * Which way a request to a device goes: over the LAN, through the cloud, or over one after the other has failed. A value may be read
 * or set a second time; an action goes another way only where it is certain that nothing of it was sent on the first.
 */

import { type ErrorCode, LumiotError } from '../home/errors';
import type { LocalDevice, MiioInput, MiioResult } from '../miio/types';
import type { OnRequest } from './api-request';
import { type PropertyOutcome, resultsOf } from './batch-outcome';
import type { ActionResult } from './cloud-answer';
import type { PropertyRef, PropertyResult } from './cloud-device';
import type { ActionTarget, SetValue } from './commands';
import { TransportError } from './http';
import type { LocalDevices } from './local-devices';
import type { LocalPath } from './local-path';

export type Way = 'miio' | 'miot';

export interface CloudWay {
  get(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]>;
  set(values: readonly SetValue[], onRequest?: OnRequest): Promise<readonly PropertyResult[]>;
  action(target: ActionTarget, inputs: readonly MiioInput['value'][], onRequest?: OnRequest): Promise<ActionResult>;
}

export interface WaysOptions {
  readonly cloud: CloudWay;
  readonly local: Pick<LocalDevices, 'path' | 'missing'>;
  /** The cloud may be asked about it. */
  readonly hasCloud: (did: string) => boolean;
  /** The way that worked. */
  readonly onWay: (did: string, way: Way) => void;
}

/** One request, on either way. */
interface Errand<Result> {
  readonly did: string;
  readonly overLan: (path: LocalPath) => Promise<Result>;
  readonly throughCloud: () => Promise<Result>;
  /** Doing it twice is the same as doing it once. */
  readonly isRepeatable: boolean;
  /** After this failure on one way, the other may be tried. */
  readonly mayFollow: (error: LumiotError, failed: Way) => boolean;
}

/** The LAN does not reach the device, or not with this token. */
const noLan: ReadonlySet<ErrorCode> = new Set(['DEVICE_OFFLINE', 'TOKEN_REJECTED', 'TIMEOUT', 'SOCKET', 'UNSUPPORTED', 'QUEUE_FULL']);
/** Of these: the device is there all the same. */
const there: ReadonlySet<ErrorCode> = new Set(['TOKEN_REJECTED', 'TIMEOUT', 'UNSUPPORTED', 'QUEUE_FULL']);
/** The cloud does not reach the device, or nobody the cloud. */
const noCloud: ReadonlySet<ErrorCode> = new Set([
  'CLOUD_UNREACHABLE',
  'LOGIN_NEEDED',
  'NOT_CONFIGURED',
  'MISCONFIGURED',
  'STORE_FAILED',
  'RATE_LIMITED',
  'DEVICE_OFFLINE',
]);
/** An action that ends like this after it was sent may have been carried out. */
const undecided: ReadonlySet<ErrorCode> = new Set(['DEVICE_OFFLINE', 'TOKEN_REJECTED', 'TIMEOUT', 'SOCKET']);

export class Ways {
  readonly #options: WaysOptions;

  constructor(options: WaysOptions) {
    this.#options = options;
  }

  /** In the order asked for. Rejects only where no request got through. */
  async get(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    return this.#parted(refs, {
      whole: (all) => this.#options.cloud.get(all),
      overLan: (device, own) => device.get(own),
    });
  }

  /** The same for values to be set, all of which may be set again on the other way. */
  async set(values: readonly SetValue[], onRequest?: OnRequest): Promise<readonly PropertyResult[]> {
    return this.#parted(values, {
      whole: (all) => this.#options.cloud.set(all, onRequest),
      overLan: (device, own) => device.set(own, onRequest),
      isCommand: true,
    });
  }

  /** Carried out once at most: where that cannot be known, rejects with `UNKNOWN_OUTCOME`. */
  action(target: ActionTarget, inputs: readonly MiioInput[], onRequest?: OnRequest): Promise<ActionResult> {
    const { did } = target;
    const sent = { miio: 0, miot: 0 };
    const counting = (way: Way): OnRequest => {
      return () => {
        sent[way]++;
        onRequest?.();
      };
    };
    return this.#run<ActionResult>({
      did,
      overLan: async (path) => {
        const answer = await path.command(async (device) => {
          // With a token that is none, the action itself would be the question, and its silence no answer.
          await path.prove(device);
          try {
            return await device.action(target, inputs, counting('miio'));
          } catch (error) {
            if (sent.miio === 0 || !(error instanceof LumiotError)) throw error;
            // It answered: one action that it lacks is no reason to leave the LAN.
            if (error.code === 'UNSUPPORTED') return error;
            throw undecided.has(error.code) ? unknownOutcome(target, error) : error;
          }
        });
        if (answer instanceof LumiotError) throw answer;
        return answer;
      },
      throughCloud: () =>
        this.#options.cloud.action(
          target,
          inputs.map(({ value }) => value),
          counting('miot'),
        ),
      isRepeatable: false,
      mayFollow: (error, way) => sent[way] === 0 || (way === 'miot' ? wasNotCarriedOut(error) : error.code === 'UNSUPPORTED'),
    });
  }

  /** Each device by itself where it has a way on the LAN, the others together. */
  async #parted<Ref extends PropertyRef>(refs: readonly Ref[], how: Parted<Ref>): Promise<readonly PropertyResult[]> {
    const byDid = new Map<string, Ref[]>();
    for (const ref of refs) byDid.set(ref.did, [...(byDid.get(ref.did) ?? []), ref]);
    const isAlone = (did: string): boolean => this.#options.local.path(did) !== undefined || !this.#options.hasCloud(did);
    const alone = [...byDid].filter(([did]) => isAlone(did));
    if (alone.length === 0) return this.#throughCloud([...byDid.keys()], () => how.whole(refs));
    const together = [...byDid].filter(([did]) => !isAlone(did)).flatMap(([, own]) => own);
    const outcomes = new Map<string, PropertyOutcome[]>();
    const collect = async (own: readonly Ref[], asked: Promise<readonly PropertyResult[]>): Promise<void> => {
      const found = await outcomesOf(own, asked);
      for (const [index, { did }] of own.entries()) {
        const outcome = found[index];
        if (outcome !== undefined) outcomes.set(did, [...(outcomes.get(did) ?? []), outcome]);
      }
    };
    await Promise.all([
      ...alone.map(([did, own]) => collect(own, this.#device(did, own, how))),
      together.length === 0
        ? undefined
        : collect(
            together,
            this.#throughCloud(
              together.map(({ did }) => did),
              () => how.whole(together),
            ),
          ),
    ]);
    return resultsOf(
      refs,
      refs.flatMap(({ did }) => outcomes.get(did)?.shift() ?? []),
    );
  }

  #device<Ref extends PropertyRef>(did: string, own: readonly Ref[], how: Parted<Ref>): Promise<readonly PropertyResult[]> {
    const ask = async (device: LocalDevice): Promise<readonly PropertyResult[]> => resultsFromLan(own, await how.overLan(device, own));
    return this.#run<readonly PropertyResult[]>({
      did,
      overLan: (path) => (how.isCommand === true ? path.command(ask) : path.run(ask)),
      throughCloud: async () => refusedAltogether(await how.whole(own)),
      isRepeatable: true,
      mayFollow: () => true,
    });
  }

  async #throughCloud<Result>(dids: readonly string[], ask: () => Promise<Result>): Promise<Result> {
    const result = await ask();
    for (const did of new Set(dids)) this.#options.onWay(did, 'miot');
    return result;
  }

  async #run<Result>({ did, overLan, throughCloud, isRepeatable, mayFollow }: Errand<Result>): Promise<Result> {
    const { local, hasCloud, onWay } = this.#options;
    const path = local.path(did);
    const ways: Readonly<Record<Way, () => Promise<Result>>> = {
      miio: async () => {
        if (path === undefined) throw local.missing(did);
        try {
          return await overLan(path);
        } catch (error) {
          const isCutOff = path.isReplaced && error instanceof LumiotError && undecided.has(error.code) && mayFollow(error, 'miio');
          const next = isCutOff ? local.path(did) : undefined;
          if (next === undefined) throw error;
          return overLan(next);
        }
      },
      miot: throughCloud,
    };
    const take = async (way: Way): Promise<Result> => {
      const result = await ways[way]();
      onWay(did, way);
      return result;
    };
    if (!hasCloud(did)) {
      // Several commands at once to a device that is unplugged: one of them finds out.
      if (path?.reason?.code === 'DEVICE_OFFLINE' && !path.mayRetry) throw path.reason;
      return take('miio');
    }
    if (path === undefined) return take('miot');
    const first: Way = path.reason === undefined ? 'miio' : 'miot';
    try {
      return await take(first);
    } catch (error) {
      const second: Way = first === 'miio' ? 'miot' : 'miio';
      if (!(error instanceof LumiotError)) throw error;
      // Its answer got lost: what may be done twice is done again, and what became of the first is all there is to tell otherwise.
      const isLost = isRepeatable && first === 'miot' && error.code === 'UNKNOWN_OUTCOME';
      if (!isLost && !(failsOn(first, error) && mayFollow(error, first))) throw error;
      // It was tried just now and did not answer: nobody waits for it again so soon.
      if (second === 'miio' && path.reason !== undefined && !path.mayRetry) throw isLost ? error : neither(path, path.reason, error);
      try {
        return await take(second);
      } catch (other) {
        if (isLost) throw error;
        if (!(other instanceof LumiotError) || !failsOn(second, other)) throw other;
        throw first === 'miio' ? neither(path, error, other) : neither(path, other, error);
      }
    }
  }
}

interface Parted<Ref extends PropertyRef> {
  readonly whole: (refs: readonly Ref[]) => Promise<readonly PropertyResult[]>;
  readonly overLan: (device: LocalDevice, refs: readonly Ref[]) => Promise<readonly MiioResult[]>;
  readonly isCommand?: boolean;
}

function failsOn(way: Way, { code }: LumiotError): boolean {
  return (way === 'miio' ? noLan : noCloud).has(code);
}

/** Of an action: the cloud refused to pass it on, or never got it. */
function wasNotCarriedOut(error: LumiotError): boolean {
  if (error instanceof TransportError) return !error.mayHaveArrived;
  return error.code !== 'CLOUD_UNREACHABLE' && error.code !== 'STORE_FAILED';
}

/** What was set is answered without a value; of what was read, a code 0 without one says nothing (miio-lan.md §4.1). */
function resultsFromLan(refs: readonly (PropertyRef | SetValue)[], results: readonly MiioResult[]): readonly PropertyResult[] {
  return refs.map((ref, index): PropertyResult => {
    const { did, siid, piid } = ref;
    const result = results[index];
    if (result?.ok === false) return result;
    const value = 'value' in ref ? ref.value : result?.value;
    if (result !== undefined && value !== null && value !== undefined) return { ...result, value };
    const sentence = `Device ${did} (property ${siid}.${piid}) answered without a value. Read it again later.`;
    return { did, siid, piid, ok: false, code: 0, error: new LumiotError('TIMEOUT', sentence, { device: did }) };
  });
}

/** Throws where each of the results says that the cloud does not reach the device. */
function refusedAltogether(results: readonly PropertyResult[]): readonly PropertyResult[] {
  const [first] = results;
  if (first?.ok === false && results.every((result) => !result.ok && failsOn('miot', result.error))) throw first.error;
  return results;
}

async function outcomesOf(refs: readonly PropertyRef[], asked: Promise<readonly PropertyResult[]>): Promise<PropertyOutcome[]> {
  try {
    return (await asked).map((result) => ({ result }));
  } catch (error) {
    if (!(error instanceof LumiotError)) throw error;
    return refs.map(() => ({ refused: error }));
  }
}

function unknownOutcome({ did, siid, aiid }: ActionTarget, cause: LumiotError): LumiotError {
  return new LumiotError(
    'UNKNOWN_OUTCOME',
    `Action ${siid}.${aiid} of device ${did} was sent on the LAN and not answered, so that it may have been done. Look at the state of the device before you send it again. (${cause.message})`,
    { device: did, cause },
  );
}

/**
 * One error for both ways. Its code is what can be done something about: the device's own power and network where it is silent, the
 * cloud where the device is there and only its token does not fit, or what it was asked is too much for it.
 */
function neither({ target: { did, label } }: LocalPath, lan: LumiotError, cloud: LumiotError): LumiotError {
  const isThere = there.has(lan.code);
  const code = isThere && cloud.code !== 'DEVICE_OFFLINE' ? cloud.code : 'DEVICE_OFFLINE';
  return new LumiotError(
    code,
    `Device ${label || did} is reached neither on the LAN nor through the cloud. On the LAN: ${lan.message} Through the cloud: ${cloud.message}`,
    { device: did, cause: lan },
  );
}
