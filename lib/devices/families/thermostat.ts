/** Thermostats of central air-conditioning; v2 only. Source: lumi-lan.md §3.14. */

import type { Definition } from '../definition';
import { climatePower, fan, mode, roomTemperature, targetTemperature } from '../properties';

/** No document gives the range; wide enough for heating and cooling. */
const TARGET = { min: 5, max: 35, uncertain: true } as const;

export const thermostats: readonly Definition[] = [
  {
    models: ['ctrl_hvac.aq1', 'airrtc.tcpecn01'],
    name: 'Thermostat for central air-conditioning',
    hardware: '',
    family: 'thermostat',
    power: 'mains',
    properties: [climatePower(), mode(), fan(), targetTemperature(TARGET), roomTemperature({ from: 'env_temp' })],
    source: 'lumi-lan.md §3.14',
    evidence: 'official',
  },
  {
    models: ['airrtc.tcpecn02'],
    name: 'Aqara thermostat S2',
    hardware: 'KTWKQ03ES',
    family: 'thermostat',
    power: 'mains',
    properties: [climatePower(), mode(), fan(), targetTemperature(TARGET), roomTemperature({ from: 'env_temp' })],
    source: 'lumi-lan.md §3.14',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['airrtc.vrfegl01'],
    name: 'VRF air-conditioning controller',
    hardware: '',
    family: 'thermostat',
    power: 'mains',
    properties: [climatePower(), mode(), fan(), targetTemperature(TARGET), roomTemperature({ from: 'env_temp' })],
    source: 'lumi-lan.md §3.14',
    evidence: 'listed',
    uncertain: true,
  },
];
