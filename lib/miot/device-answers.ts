/** What the answers to commands tell about the devices themselves: that one is there, that one is offline, that the list is old. */

import { LumiotError } from '../home/errors';
import type { PropertyResult } from './cloud-device';

export interface AnswersOptions {
  /** The device did it. */
  readonly onAnswer: (did: string) => void;
  readonly onOffline: (did: string) => void;
  /** The cloud knows no such device. */
  readonly onUnknown: () => void;
}

export class DeviceAnswers {
  readonly #options: AnswersOptions;

  constructor(options: AnswersOptions) {
    this.#options = options;
  }

  /** What was read is the cloud's memory (miot-cloud.md §2.3): it proves nothing of a device, except that there is none. */
  read(results: readonly PropertyResult[]): void {
    if (results.some((result) => !result.ok && result.error.code === 'NO_DEVICE')) this.#options.onUnknown();
  }

  set(results: readonly PropertyResult[]): void {
    for (const result of results) {
      if (!result.ok) this.failed(result.did, result.error);
      else if (!result.isAccepted) this.#options.onAnswer(result.did);
    }
  }

  acted(did: string, isAccepted: boolean): void {
    if (!isAccepted) this.#options.onAnswer(did);
  }

  failed(did: string, error: unknown): void {
    if (!(error instanceof LumiotError)) return;
    if (error.code === 'DEVICE_OFFLINE') this.#options.onOffline(did);
    if (error.code === 'NO_DEVICE') this.#options.onUnknown();
  }
}
