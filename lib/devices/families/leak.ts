/** Water leak sensors. Source: lumi-lan.md §3.5. */

import type { Definition } from '../definition';
import { coinCell, leak } from '../properties';

export const leakSensors: readonly Definition[] = [
  {
    models: ['sensor_wleak.aq1'],
    name: 'Aqara water leak sensor',
    hardware: 'SJCGQ11LM',
    family: 'leak',
    power: 'battery',
    properties: [leak(), ...coinCell()],
    source: 'lumi-lan.md §3.5',
    evidence: 'official',
  },
];
