/** Plugs and wall outlets. Their `voltage` is a constant and no battery. Source: lumi-lan.md §3.9. */

import type { Definition } from '../definition';
import { energy, inUse, mainsVoltage, onOff, power } from '../properties';

export const plugs: readonly Definition[] = [
  {
    models: ['plug'],
    name: 'Mi smart plug',
    hardware: 'ZNCZ02LM',
    family: 'plug',
    power: 'mains',
    properties: [
      onOff(),
      power({ from: 'load_power' }),
      energy({ from: ['power_consumed', 'energy_consumed'] }),
      inUse({ from: 'inuse' }),
      mainsVoltage({ from: 'load_voltage' }),
    ],
    source: 'lumi-lan.md §3.9',
    evidence: 'official',
  },
  {
    models: ['plug.mmeu01', 'plug.maeu01'],
    name: 'Mi smart plug, EU',
    hardware: 'ZNCZ04LM',
    family: 'plug',
    power: 'mains',
    properties: [
      onOff(),
      power({ from: 'load_power' }),
      energy({ from: ['power_consumed', 'energy_consumed'] }),
      inUse({ from: 'inuse' }),
      mainsVoltage({ from: 'load_voltage' }),
    ],
    source: 'lumi-lan.md §3.9',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['86plug', 'ctrl_86plug', 'ctrl_86plug.aq1'],
    name: 'Aqara wall outlet',
    hardware: 'QBCZ11LM',
    family: 'plug',
    power: 'mains',
    properties: [
      onOff(),
      power({ from: 'load_power' }),
      energy({ from: ['power_consumed', 'energy_consumed'] }),
      inUse({ from: 'inuse' }),
      mainsVoltage({ from: 'load_voltage' }),
    ],
    source: 'lumi-lan.md §3.9',
    evidence: 'official',
  },
];
