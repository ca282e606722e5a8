/** Reads and commands of an account on their way: what their answers tell beside what was asked for goes where it belongs. */

import { type LumiotError, toLumiotError } from '../home/errors';
import type { AccountDevices } from './account-devices';
import type { CloudApi } from './api';
import type { PropertyRef, PropertyResult } from './cloud-device';
import { DeviceAnswers } from './device-answers';
import { NewestValues } from './newest-values';
import type { PushEvent } from './push-events';

export interface RequestsOptions {
  readonly api: CloudApi;
  readonly devices: AccountDevices;
  /** A request was answered, or the cloud could not be reached. */
  readonly onOutcome: (error: LumiotError | undefined) => void;
  /** The cloud knows no such device: the list is old. */
  readonly onUnknown: () => void;
}

export class AccountRequests {
  readonly #options: RequestsOptions;
  readonly #answers: DeviceAnswers;
  readonly #newest = new NewestValues();

  constructor(options: RequestsOptions) {
    this.#options = options;
    const { devices, onUnknown } = options;
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
    return this.#newest.during(() => this.#watched(this.#options.api.get(refs)));
  }

  /** A read that somebody ordered. */
  async ask(refs: readonly PropertyRef[]): Promise<readonly PropertyResult[]> {
    const results = await this.get(refs);
    this.#answers.read(results);
    return results;
  }

  async set(...command: Parameters<CloudApi['set']>): Promise<readonly PropertyResult[]> {
    const results = await this.#watched(this.#options.api.set(...command));
    this.#answers.set(results);
    return results;
  }

  async action(...command: Parameters<CloudApi['action']>): ReturnType<CloudApi['action']> {
    const [{ did }] = command;
    try {
      const result = await this.#watched(this.#options.api.action(...command));
      this.#answers.acted(did, result.isAccepted);
      return result;
    } catch (error) {
      this.#answers.failed(did, error);
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
