/** What an account needs of the world around it. */

import type { Clock } from '../home/clock';
import type { Log } from '../home/log';
import type { DiscoveryOptions } from '../miio/discovery';
import type { FoundDevice, LocalDevice, MiioTarget } from '../miio/types';
import type { Http } from './http';

export type { Log } from '../home/log';

export interface AccountEnvironment {
  readonly clock: Clock;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
  /** Made from the settings unless given. */
  readonly http?: Http;
  /** A Wi-Fi device on the LAN; made with lib/miio unless given. */
  readonly localDevice?: (target: MiioTarget) => LocalDevice;
  /** Devices that answer on this network; asked with lib/miio unless given. */
  readonly discoverLocal?: () => Promise<readonly FoundDevice[]>;
  /** Where devices are searched: every network of this host unless told. */
  readonly localSearch?: Partial<Pick<DiscoveryOptions, 'interface' | 'broadcast' | 'port' | 'mdnsPort' | 'waitMs' | 'interfaces'>>;
  /** `<userDir>/lumiot`; undefined = nothing is kept, and nobody can sign in. */
  readonly folder: string | undefined;
  /** Node id, fit for a file name. */
  readonly id: string;
}
