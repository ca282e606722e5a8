/** Vibration sensors. Source: lumi-lan.md §3.8. */

import type { Definition } from '../definition';
import { acceleration, active, coinCell, tiltAngle, vibrationStrength, vibrations } from '../properties';

export const vibrationSensors: readonly Definition[] = [
  {
    models: ['vibration', 'vibration.aq1'],
    name: 'Aqara vibration sensor',
    hardware: 'DJT11LM',
    family: 'vibration',
    power: 'battery',
    properties: [tiltAngle(), vibrationStrength(), acceleration(), active(), ...coinCell()],
    actions: vibrations(),
    source: 'lumi-lan.md §3.8',
    evidence: 'peers',
  },
];
