/** Temperature, humidity and pressure sensors. Source: lumi-lan.md §3.2. */

import type { Definition } from '../definition';
import { coinCell, humidity, pressure, temperature } from '../properties';

export const environment: readonly Definition[] = [
  {
    models: ['sensor_ht'],
    name: 'Mi temperature and humidity sensor',
    hardware: 'WSDCGQ01LM',
    family: 'environment',
    power: 'battery',
    properties: [temperature({ from: 'temperature' }), humidity({ from: 'humidity' }), ...coinCell()],
    source: 'lumi-lan.md §3.2',
    evidence: 'official',
  },
  {
    models: ['weather.v1', 'weather', 'weather.v2'],
    name: 'Aqara temperature, humidity and pressure sensor',
    hardware: 'WSDCGQ11LM',
    family: 'environment',
    power: 'battery',
    properties: [temperature({ from: 'temperature' }), humidity({ from: 'humidity' }), pressure({ from: 'pressure' }), ...coinCell()],
    source: 'lumi-lan.md §3.2',
    evidence: 'official',
  },
];
