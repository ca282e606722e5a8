/** Bulbs and dimmers. Few of their fields were ever documented; what is guessed says so. Source: lumi-lan.md §3.13. */

import type { Definition } from '../definition';
import { colorTemperature, levelLight, rgbDimmer } from '../properties';

export const lights: readonly Definition[] = [
  {
    models: ['light.aqcb02', 'light.aqcn02'],
    name: 'Aqara LED bulb',
    hardware: 'ZNLDP12LM',
    family: 'light',
    power: 'mains',
    properties: [
      ...levelLight({ power: 'power_status', level: 'light_level', full: 100, uncertain: true }),
      colorTemperature({ from: 'colour_temperature' }),
    ],
    source: 'lumi-lan.md §3.13',
    evidence: 'peer',
    uncertain: true,
  },
  {
    models: ['rgbw_light'],
    name: 'Colour bulb',
    hardware: '',
    family: 'light',
    power: 'mains',
    properties: [...levelLight({ power: 'status', level: 'level', full: 254 }), colorTemperature({ from: 'color_temperature' })],
    source: 'lumi-lan.md §3.13',
    evidence: 'official',
  },
  {
    models: ['dimmer.rgbegl01'],
    name: 'RGB dimmer',
    hardware: '',
    family: 'light',
    power: 'mains',
    properties: [...rgbDimmer()],
    source: 'lumi-lan.md §3.13',
    evidence: 'official',
  },
  {
    models: ['dimmer.c3egl01'],
    name: 'Dimmer, three channels',
    hardware: '',
    family: 'light',
    power: 'mains',
    properties: [...levelLight({ power: 'power_status', level: 'light_level', full: 100, uncertain: true })],
    source: 'lumi-lan.md §3.13',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['dimmer.cwegl01'],
    name: 'Dimmer, cold and warm white',
    hardware: '',
    family: 'light',
    power: 'mains',
    properties: [...levelLight({ power: 'power_status', level: 'light_level', full: 100, uncertain: true })],
    source: 'lumi-lan.md §3.13',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['light.cwopcn01', 'light.cwopcn02', 'light.cwopcn03'],
    name: 'Opple ceiling light',
    hardware: '',
    family: 'light',
    power: 'mains',
    properties: [...levelLight({ power: 'power_status', level: 'light_level', full: 100, uncertain: true })],
    source: 'lumi-lan.md §3.13',
    evidence: 'listed',
    uncertain: true,
  },
];
