/** The gateways themselves. Ringtones and pairing are commands and not values: see gateway-commands. Source: lumi-lan.md §4. */

import type { Definition } from '../definition';
import { climatePower, fan, gatewayLight, measure, mode, relay, rgbLight, swing, targetTemperature, text } from '../properties';

export const gateways: readonly Definition[] = [
  {
    models: ['gateway', 'gateway.v3'],
    name: 'Mi smart home gateway',
    hardware: 'DGNWG02LM',
    family: 'gateway',
    power: 'mains',
    properties: [
      ...rgbLight({ field: 'rgb' }),
      ...gatewayLight({ offset: 300 }),
      text('firmware', { from: 'fw_ver' }),
      text('protocol', { from: 'proto_version' }),
    ],
    source: 'lumi-lan.md §4.1',
    evidence: 'official',
  },
  {
    models: ['gateway.aq1'],
    name: 'Aqara gateway',
    hardware: '',
    family: 'gateway',
    power: 'mains',
    properties: [
      ...rgbLight({ field: 'rgb' }),
      ...gatewayLight({ offset: 300 }),
      text('firmware', { from: 'fw_ver' }),
      text('protocol', { from: 'proto_version' }),
    ],
    source: 'lumi-lan.md §4.1',
    evidence: 'official',
  },
  {
    models: ['gateway.aqhm01'],
    name: 'Aqara Hub',
    hardware: '',
    family: 'gateway',
    power: 'mains',
    properties: [
      ...rgbLight({ field: 'rgb' }),
      ...gatewayLight({ offset: 300 }),
      text('firmware', { from: 'fw_ver' }),
      text('protocol', { from: 'proto_version' }),
    ],
    source: 'lumi-lan.md §0.1',
    evidence: 'listed',
    uncertain: true,
  },
  {
    models: ['acpartner.v3'],
    name: 'Aqara air conditioning partner',
    hardware: 'KTBL11LM',
    family: 'gateway',
    power: 'mains',
    properties: [
      climatePower(),
      mode(),
      fan(),
      swing(),
      targetTemperature({ min: 17, max: 30 }),
      relay(),
      measure('acPowerRaw', { from: 'ac_power' }),
      ...gatewayLight({ offset: 0 }),
      text('firmware', { from: 'fw_ver' }),
      text('protocol', { from: 'proto_version' }),
    ],
    source: 'lumi-lan.md §4.5',
    evidence: 'official',
  },
];
