/** What an account needs of the world around it. */

import type { Clock } from '../home/clock';
import type { Http } from './http';

export interface Log {
  readonly info: (text: string) => void;
  readonly warn: (text: string) => void;
  readonly error: (text: string) => void;
}

export interface AccountEnvironment {
  readonly clock: Clock;
  /** 0 to 1, as `Math.random`. */
  readonly random: () => number;
  readonly log: Log;
  /** Made from the settings unless given. */
  readonly http?: Http;
  /** `<userDir>/lumiot`; undefined = nothing is kept, and nobody can sign in. */
  readonly folder: string | undefined;
  /** Node id, fit for a file name. */
  readonly id: string;
}
