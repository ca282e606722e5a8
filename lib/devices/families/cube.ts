/** Magic cubes. Source: lumi-lan.md §3.8, §6. */

import type { Definition } from '../definition';
import { coinCell, cube } from '../properties';

export const cubes: readonly Definition[] = [
  {
    models: ['cube', 'sensor_cube'],
    name: 'Mi magic cube',
    hardware: 'MFKZQ01LM',
    family: 'cube',
    power: 'battery',
    properties: [...coinCell()],
    actions: cube(),
    source: 'lumi-lan.md §6',
    evidence: 'official',
  },
  {
    models: ['sensor_cube.aqgl01'],
    name: 'Aqara magic cube',
    hardware: 'MFKZQ01LM',
    family: 'cube',
    power: 'battery',
    properties: [...coinCell()],
    actions: cube(),
    source: 'lumi-lan.md §6',
    evidence: 'official',
  },
];
