/** Motion sensors. Source: lumi-lan.md §3.3. */

import type { Definition } from '../definition';
import { coinCell, illuminance, motion } from '../properties';

export const motionSensors: readonly Definition[] = [
  {
    models: ['motion', 'sensor_motion'],
    name: 'Mi motion sensor',
    hardware: 'RTCGQ01LM',
    family: 'motion',
    power: 'battery',
    properties: [...motion(), ...coinCell()],
    source: 'lumi-lan.md §3.3',
    evidence: 'official',
  },
  {
    models: ['sensor_motion.aq2'],
    name: 'Aqara motion and light sensor',
    hardware: 'RTCGQ11LM',
    family: 'motion',
    power: 'battery',
    properties: [...motion(), illuminance({ from: ['lux', 'illumination'] }), ...coinCell()],
    source: 'lumi-lan.md §3.3',
    evidence: 'official',
  },
];
