/** Smoke and gas alarms; the families smoke and gas. Source: lumi-lan.md §3.6, §5.1. */

import type { Definition } from '../definition';
import { alarm, coinCell } from '../properties';

export const alarms: readonly Definition[] = [
  {
    models: ['smoke', 'sensor_smoke', 'smoke.v1', 'sensor_smoke.v1'],
    name: 'Mi Honeywell smoke alarm',
    hardware: 'JTYJ-GD-01LM/BW',
    family: 'smoke',
    power: 'battery',
    properties: [...alarm('smoke', { status: 'smoke_status' }), ...coinCell()],
    source: 'lumi-lan.md §3.6',
    evidence: 'official',
  },
  {
    models: ['natgas', 'sensor_natgas', 'natgas.v1'],
    name: 'Mi Honeywell natural gas alarm',
    hardware: 'JTQJ-BF-01LM/BW',
    family: 'gas',
    power: 'mains',
    properties: [...alarm('gas', { status: 'natgas_status' })],
    source: 'lumi-lan.md §3.6',
    evidence: 'official',
  },
];
