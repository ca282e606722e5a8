/** Reads and commands of an account on their way: what their answers tell beside what was asked for goes where it belongs. */

import { type LumiotError, toLumiotError } from '../home/errors';
import type { MiioInput } from '../miio/types';
import type { AccountDevices } from './account-devices';
import type { CloudApi } from './api';
import type { OnRequest } from './api-request';
import type { ActionResult } from './cloud-answer';
import type { PropertyRef, PropertyResult } from './cloud-device';
import type { ActionTarget, SetValue } from './commands';
import { DeviceAnswers } from './device-answers';
import type { LocalDevices } from './local-devices';
import { NewestValues } from './newest-values';
import type { PushEvent } from './push-events';
import { type Way, Ways } from './ways';

export interface RequestsOptions {
  readonly api: CloudApi;
  readonly devices: AccountDevices;
  readonly local: LocalDevices;
  /** The cloud may be asked about a device. */
  readonly hasCloud: (did: string) => boolean;
  readonly onWay: (did: string, way: Way) => void;
  /** A request was answered, or the cloud could not be reached. */
  readonly onOutcome: (error: LumiotError | undefined) => void;
  /** The cloud knows no such device: the list is old. */
  readonly onUnknown: () => void;
}

export class AccountRequests {
  readonly #options: RequestsOptions;
  readonly #answers: DeviceAnswers;
  readonly #newest = new NewestValues();
  readonly #ways: Ways;

  constructor(options: RequestsOptions) {
    this.#options = options;
    const { api, devices, local, hasCloud, onWay, onUnknown } = options;
    this.#ways = new Ways({
      cloud: {
        get: (refs) => this.#watched(api.get(refs)),
        set: (...command) => this.#watched(api.set(...command)),
        action: (...command) => this.#watched(api.action(...command)),
      },
      local,
      hasCloud,
      onWay,
    });
    this.#answers = new DeviceAnswers({
      onAnswer: (did) => devices.answered(did),
      onOffline: (did) => devices.turned(did, false),
      onUnknown,
    });
  }

  pushed(event: PushEvent): void {
    if (event.kind === 'property') this.#newest.pushed(event, event.value);
    this.#options.devices.pushed(event);
  }

  /** A read that nobody ordered. */
  get(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    return this.#newest.during(() => this.#ways.get(refs));
  }

  /** A read that somebody ordered. */
  async ask(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    const results = await this.get(refs);
    this.#answers.read(results);
    return results;
  }

  async set(values: readonly SetValue[], onRequest?: OnRequest): Promise<readonly PropertyResult[]> {
    try {
      const results = await this.#ways.set(values, onRequest);
      this.#answers.set(results);
      return results;
    } catch (error) {
      for (const did of new Set(values.map((value) => value.did))) this.#answers.failed(did, error);
      throw error;
    }
  }

  async action(target: ActionTarget, inputs: readonly MiioInput[], onRequest?: OnRequest): Promise<ActionResult> {
    try {
      const result = await this.#ways.action(target, inputs, onRequest);
      this.#answers.acted(target.did, result.isAccepted);
      return result;
    } catch (error) {
      this.#answers.failed(target.did, error);
      throw error;
    }
  }

  /** Remembers whether the cloud can be reached. */
  async #watched<Result>(request: Promise<Result>): Promise<Result> {
    try {
      const result = await request;
      this.#options.onOutcome(undefined);
      return result;
    } catch (thrown) {
      const error = toLumiotError(thrown, 'CLOUD_UNREACHABLE');
      if (error.code === 'CLOUD_UNREACHABLE') this.#options.onOutcome(error);
      throw error;
    }
  }
}
