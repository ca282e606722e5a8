/** Door locks, read only. Source: lumi-lan.md §3.12. */

import type { Definition } from '../definition';
import { cellVoltage, failedAttempts, lockUser, unlocking } from '../properties';

export const locks: readonly Definition[] = [
  {
    models: ['lock.aq1'],
    name: 'Aqara door lock S1',
    hardware: 'ZNMS11LM',
    family: 'lock',
    power: 'battery',
    properties: [lockUser(), failedAttempts(), cellVoltage()],
    actions: unlocking(),
    source: 'lumi-lan.md §3.12',
    evidence: 'peers',
  },
  {
    models: ['lock.acn02'],
    name: 'Aqara door lock S2',
    hardware: 'ZNMS12LM',
    family: 'lock',
    power: 'battery',
    properties: [lockUser(), failedAttempts(), cellVoltage()],
    actions: unlocking(),
    source: 'lumi-lan.md §3.12',
    evidence: 'peer',
  },
  {
    models: ['lock.acn03'],
    name: 'Aqara door lock S2 Pro',
    hardware: 'ZNMS13LM',
    family: 'lock',
    power: 'battery',
    properties: [lockUser(), failedAttempts(), cellVoltage()],
    actions: unlocking(),
    source: 'lumi-lan.md §3.12',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['lock.acn05'],
    name: 'Aqara door lock',
    hardware: '',
    family: 'lock',
    power: 'battery',
    properties: [lockUser(), failedAttempts(), cellVoltage()],
    actions: unlocking(),
    source: 'lumi-lan.md §3.12',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['lock.v1'],
    name: 'Vima door lock',
    hardware: 'A6121',
    family: 'lock',
    power: 'battery',
    properties: [lockUser(), failedAttempts(), cellVoltage()],
    actions: unlocking(),
    source: 'lumi-lan.md §3.12',
    evidence: 'peer',
  },
];
