/** What of a Wi-Fi device its methods act on: its values, and how often something was carried out. */

import type { CloudThing } from '../cloud/device';
import type { Household } from '../cloud/household';
import type { ResolvedWifiDevice } from './config';

export interface Body {
  readonly config: ResolvedWifiDevice;
  readonly thing: CloudThing;
  /** Lets the thing react, and tells whoever is told of this household. */
  readonly household: Household;
  count(what: string): void;
}
