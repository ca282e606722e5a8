/** A Wi-Fi device of a home file with nothing left to decide. */

import type { ResolvedCloudDevice } from '../cloud/config';
import type { DeviceDefinition } from '../cloud/specs/definition';

export interface ResolvedWifiDevice {
  readonly did: string;
  readonly name: string;
  readonly model: string;
  /** In lower case. */
  readonly token: string;
  readonly address: string;
  readonly port: number;
  readonly mac: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly lanKey: string | undefined;
  readonly sid: string | undefined;
  readonly showsToken: boolean;
  readonly maxProperties: number;
  readonly legacy: boolean;
  /** What it has and takes; made of its `values` where its model has no description. */
  readonly definition: DeviceDefinition;
  /** Its model has no description: it carries out any action of its services. */
  readonly isLoose: boolean;
  /** The same for the cloud's part that keeps values. */
  readonly thing: ResolvedCloudDevice;
}
