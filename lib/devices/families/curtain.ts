/** Curtain and shade motors. Source: lumi-lan.md §3.11. */

import type { Definition } from '../definition';
import { cellVoltage, position } from '../properties';

export const curtains: readonly Definition[] = [
  {
    models: ['curtain', 'curtain.aq1'],
    name: 'Aqara curtain motor',
    hardware: 'ZNCLDJ11LM',
    family: 'curtain',
    power: 'mains',
    properties: [position()],
    source: 'lumi-lan.md §3.11',
    evidence: 'official',
  },
  {
    models: ['curtain.aq2'],
    name: 'Aqara roller shade motor',
    hardware: 'ZNGZDJ11LM',
    family: 'curtain',
    power: 'mains',
    properties: [position()],
    source: 'lumi-lan.md §3.11',
    evidence: 'peer',
  },
  {
    models: ['curtain.hagl04'],
    name: 'Aqara B1 curtain motor',
    hardware: 'ZNCLDJ12LM',
    family: 'curtain',
    power: 'battery',
    properties: [position(), cellVoltage({ uncertain: true })],
    source: 'lumi-lan.md §3.11',
    evidence: 'peers',
  },
];
