/** What the short tests share: one broker, one edge with two gateways, one observer. */

import type { Edge } from './edge';
import type { Street } from './street';

export const BASE = 'lumiot/house-a';

export interface Stage {
  readonly street: Street;
  edge(): Edge;
}
