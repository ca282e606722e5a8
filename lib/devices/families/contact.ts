/** Door and window sensors. Source: lumi-lan.md §3.4. */

import type { Definition } from '../definition';
import { coinCell, contact } from '../properties';

export const contactSensors: readonly Definition[] = [
  {
    models: ['magnet', 'sensor_magnet'],
    name: 'Mi door and window sensor',
    hardware: 'MCCGQ01LM',
    family: 'contact',
    power: 'battery',
    properties: [...contact(), ...coinCell()],
    source: 'lumi-lan.md §3.4',
    evidence: 'official',
  },
  {
    models: ['sensor_magnet.aq2'],
    name: 'Aqara door and window sensor',
    hardware: 'MCCGQ11LM',
    family: 'contact',
    power: 'battery',
    properties: [...contact(), ...coinCell()],
    source: 'lumi-lan.md §3.4',
    evidence: 'official',
  },
];
