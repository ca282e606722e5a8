/** An outlet that measures, and a wall switch with two gangs and keys that tell when they are pressed. */

import { device, type EventDefinition } from './definition';
import { on } from './parts';

export const outlet = device('outlet', '0000A002', 'lumiot-plug1', 'Outlet', [
  { iid: 2, name: 'switch', code: '0000780C', label: 'Switch', zh: '开关', properties: [{ ...on, initial: true }] },
  {
    iid: 3,
    name: 'power-consumption',
    code: '0000780E',
    label: 'Power Consumption',
    zh: '用电量',
    properties: [
      {
        iid: 1,
        name: 'power-consumption',
        code: '0000002F',
        label: 'Power Consumption',
        zh: '累计用电量',
        format: 'float',
        access: 'rn',
        unit: 'kWh',
        range: [0, 65535, 0.01],
        initial: 12.5,
      },
      {
        iid: 2,
        name: 'electric-power',
        code: '0000004A',
        label: 'Electric Power',
        zh: '电功率',
        format: 'float',
        access: 'rn',
        unit: 'watt',
        range: [0, 3000, 0.1],
        initial: 42.5,
      },
    ],
  },
]);

const click: EventDefinition = { iid: 1, name: 'click', code: '0000500C', label: 'Click', zh: '单击' };

export const wallSwitch = device('switch', '0000A003', 'lumiot-wall2', 'Switch', [
  { iid: 2, name: 'switch', code: '0000780C', label: 'Left Switch', zh: '左键', properties: [on], events: [click] },
  { iid: 3, name: 'switch', code: '0000780C', label: 'Right Switch', zh: '右键', properties: [on], events: [click] },
]);
