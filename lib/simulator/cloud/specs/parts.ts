/** Properties and services that several descriptions share. */

import type { PropertyDefinition, ServiceDefinition } from './definition';

export const on: PropertyDefinition = {
  iid: 1,
  name: 'on',
  code: '00000006',
  label: 'Switch Status',
  zh: '开关',
  format: 'bool',
  access: 'rwn',
  initial: false,
};

export function battery(iid: number, initial = 90): ServiceDefinition {
  const level: PropertyDefinition = {
    iid: 1,
    name: 'battery-level',
    code: '00000014',
    label: 'Battery Level',
    zh: '电池电量',
    format: 'uint8',
    access: 'rn',
    unit: 'percentage',
    range: [0, 100, 1],
    initial,
  };
  return { iid, name: 'battery', code: '00007805', label: 'Battery', zh: '电池', properties: [level], actions: [], events: [] };
}
