/** Sets and actions: one after another for each device, and never twice where once may have been enough (miot-cloud.md §2.4). */

import { LumiotError, toLumiotError } from '../home/errors';
import { Gate } from './api-gate';
import type { ApiCall, OnRequest } from './api-request';
import { closedError, type Waits } from './api-waits';
import { type PropertyOutcome, resultsOf } from './batch-outcome';
import { type ActionResult, actionResult, keyOf, writeResults } from './cloud-answer';
import type { CloudValue, PropertyRef, PropertyResult } from './cloud-device';

export type SetValue = PropertyRef & { readonly value: CloudValue };

export interface ActionTarget {
  readonly did: string;
  readonly siid: number;
  readonly aiid: number;
}

const SET_PATH = '/app/v2/miotspec/prop/set';
const ACTION_PATH = '/app/v2/miotspec/action';

/** A choice: the cloud documents no limit (miot-cloud.md §2.5). */
const MOST_VALUES = 20;
const MOST_REQUESTS = 4;

export class Commands {
  readonly #post: (call: ApiCall) => Promise<unknown>;
  readonly #waits: Waits;
  /** Of their own: a slow read never holds up a switch. */
  readonly #gate = new Gate(MOST_REQUESTS);
  /** The end of each device's queue. */
  readonly #tails = new Map<string, Promise<void>>();

  constructor(post: (call: ApiCall) => Promise<unknown>, waits: Waits) {
    this.#post = post;
    this.#waits = waits;
  }

  async set(values: readonly SetValue[], onRequest?: OnRequest): Promise<readonly PropertyResult[]> {
    const outcomes = await Promise.all(chunksOf(values).map((chunk) => this.#setChunk(chunk, onRequest)));
    return resultsOf(values, outcomes.flat());
  }

  action(target: ActionTarget, inputs: readonly CloudValue[], onRequest?: OnRequest): Promise<ActionResult> {
    const { did, siid, aiid } = target;
    return this.#inTurn([did], async () => {
      // A single object, and bare values in the order of the description (miot-cloud.md §2.2).
      const body = { params: { did, siid, aiid, in: inputs } };
      const subject = `Action ${siid}.${aiid} of device ${did}`;
      const call: ApiCall = { path: ACTION_PATH, kind: 'action', body, subject, device: did, onRequest };
      const result = actionResult(target, await this.#post(call));
      if (result instanceof LumiotError) throw result;
      return result;
    });
  }

  async #setChunk(chunk: readonly SetValue[], onRequest: OnRequest | undefined): Promise<readonly PropertyOutcome[]> {
    const dids = [...new Set(chunk.map(({ did }) => did))];
    try {
      const results = await this.#inTurn(dids, async () => {
        const body = { params: chunk.map(({ did, siid, piid, value }) => ({ did, siid, piid, value })) };
        const subject = `Setting ${chunk.map(({ siid, piid }) => `${siid}.${piid}`).join(', ')} of ${dids.length > 1 ? 'devices' : 'device'} ${dids.join(', ')}`;
        const device = dids.length === 1 ? dids[0] : undefined;
        return writeResults(chunk, await this.#post({ path: SET_PATH, kind: 'set', body, subject, device, onRequest }));
      });
      return results.map((result) => ({ result }));
    } catch (error) {
      const refused = toLumiotError(error, 'CLOUD_UNREACHABLE');
      return chunk.map(() => ({ refused }));
    }
  }

  /** Runs a job after everything that was asked of these devices before. */
  #inTurn<Result>(dids: readonly string[], job: () => Promise<Result>): Promise<Result> {
    const before = Promise.all(dids.map((did) => this.#tails.get(did)));
    const run = before.then(() =>
      this.#gate.run(() => {
        if (this.#waits.isClosed) throw closedError();
        return job();
      }),
    );
    const tail = run.then(
      () => {},
      () => {},
    );
    for (const did of dids) this.#tails.set(did, tail);
    void tail.then(() => {
      for (const did of dids) if (this.#tails.get(did) === tail) this.#tails.delete(did);
    });
    return run;
  }
}

/** In their order, at most `MOST_VALUES` each, and no property twice: its two results could not be told apart. */
function chunksOf(values: readonly SetValue[]): readonly (readonly SetValue[])[] {
  const chunks: SetValue[][] = [];
  let keys = new Set<string>();
  for (const value of values) {
    const key = keyOf(value);
    const last = chunks.at(-1);
    if (last === undefined || last.length === MOST_VALUES || keys.has(key)) {
      chunks.push([value]);
      keys = new Set([key]);
    } else {
      last.push(value);
      keys.add(key);
    }
  }
  return chunks;
}
