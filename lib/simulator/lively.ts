/** Makes a home look lived in. */

import type { PretendGateway } from './gateway';
import type { Timers } from './timers';

export interface LifeOptions {
  readonly gateways: readonly PretendGateway[];
  readonly timers: Timers;
  readonly random: () => number;
}

export function startLife(_options: LifeOptions): void {}
