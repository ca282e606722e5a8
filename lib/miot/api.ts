/** The cloud's HTTP API: homes and devices, properties read and set, actions (miot-cloud.md §2). It knows ids; names are the account's affair. */

import { type ApiOptions, ApiRequests, type OnRequest } from './api-request';
import { Waits } from './api-waits';
import { PropertyReads } from './batch';
import { type ActionResult, readResults } from './cloud-answer';
import type { CloudValue, HomeList, PropertyRef, PropertyResult } from './cloud-device';
import { type ActionTarget, Commands, type SetValue } from './commands';
import { fetchHomeList } from './home-list';
import { checkedPost } from './home-pages';

const GET_PATH = '/app/v2/miotspec/prop/get';

export class CloudApi {
  readonly #waits: Waits;
  readonly #requests: ApiRequests;
  readonly #reads: PropertyReads;
  readonly #commands: Commands;
  #listing: Promise<HomeList> | undefined;

  constructor(options: ApiOptions) {
    const { clock, random } = options;
    const waits = new Waits(clock);
    const requests = new ApiRequests(options, waits);
    this.#waits = waits;
    this.#requests = requests;
    this.#reads = new PropertyReads({ clock, random, waits, ask: (refs) => this.#ask(refs) });
    this.#commands = new Commands((call) => requests.post(call), waits);
  }

  /** Everything the account has; callers at the same time share one round. Rejects where any part of it is missing. */
  homes(): Promise<HomeList> {
    const post = checkedPost((path, body) => this.#requests.post({ path, body, kind: 'read' }));
    this.#listing ??= fetchHomeList(post).finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  /**
   * The values the cloud has, in the order asked for. What failed carries its error; rejects only where no request got through:
   * `LOGIN_NEEDED`, `CLOUD_UNREACHABLE`, `RATE_LIMITED`, ….
   */
  get(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    return this.#reads.get(refs);
  }

  /**
   * Sets values, one request after another for each device. Rejects like `get`, and with `UNKNOWN_OUTCOME` where the answer was lost:
   * then read before anything is set again. `isAccepted` is not done yet.
   */
  set(values: readonly SetValue[], onRequest?: OnRequest): Promise<readonly PropertyResult[]> {
    return this.#commands.set(values, onRequest);
  }

  /** Carries out an action once at most. Rejects with the error of its code, or with `UNKNOWN_OUTCOME` where the answer was lost. */
  action(target: ActionTarget, inputs: readonly CloudValue[], onRequest?: OnRequest): Promise<ActionResult> {
    return this.#commands.action(target, inputs, onRequest);
  }

  /** Ends every pause and rejects whatever was not sent yet; what is under way is not cut off. */
  close(): void {
    this.#waits.close();
    this.#reads.close();
  }

  async #ask(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    const params = refs.map(({ did, siid, piid }) => ({ did, siid, piid }));
    // 1: the value the cloud keeps, so that no battery device is woken (miot-cloud.md §2.3).
    const body = { datasource: 1, params };
    const [did, ...others] = new Set(refs.map((ref) => ref.did));
    const device = others.length === 0 ? did : undefined;
    return readResults(refs, await this.#requests.post({ path: GET_PATH, kind: 'read', body, device }));
  }
}
