/** An air purifier and an air conditioner. */

import { device } from './definition';
import { on } from './parts';

const celsius = { format: 'float', unit: 'celsius' } as const;

export const purifier = device('air-purifier', '0000A007', 'lumiot-purifier1', 'Air Purifier', [
  {
    iid: 2,
    name: 'air-purifier',
    code: '00007811',
    label: 'Air Purifier',
    zh: '空气净化器',
    properties: [
      on,
      {
        iid: 2,
        name: 'mode',
        code: '00000008',
        label: 'Mode',
        zh: '模式',
        format: 'uint8',
        access: 'rwn',
        list: [
          { value: 0, label: 'Auto', zh: '自动' },
          { value: 1, label: 'Sleep', zh: '睡眠' },
          { value: 2, label: 'Favorite', zh: '最爱' },
        ],
        initial: 0,
      },
      {
        iid: 3,
        name: 'fan-level',
        code: '00000016',
        label: 'Fan Level',
        zh: '风速',
        format: 'uint8',
        access: 'rwn',
        range: [1, 3, 1],
        initial: 1,
      },
    ],
  },
  {
    iid: 3,
    name: 'environment',
    code: '0000780A',
    label: 'Environment',
    zh: '环境',
    properties: [
      {
        iid: 1,
        name: 'pm2.5-density',
        code: '00000034',
        label: 'PM2.5 Density',
        zh: 'PM2.5',
        format: 'uint16',
        access: 'rn',
        unit: 'μg/m3',
        range: [0, 600, 1],
        initial: 18,
      },
    ],
  },
  {
    iid: 4,
    name: 'filter',
    code: '0000780B',
    label: 'Filter',
    zh: '滤芯',
    properties: [
      {
        iid: 1,
        name: 'filter-life-level',
        code: '0000001E',
        label: 'Filter Life Level',
        zh: '滤芯剩余寿命',
        format: 'uint8',
        access: 'rn',
        unit: 'percentage',
        range: [0, 100, 1],
        initial: 82,
      },
    ],
    actions: [{ iid: 1, name: 'reset-filter-life', code: '00002803', label: 'Reset Filter Life', zh: '重置滤芯' }],
  },
]);

export const conditioner = device('air-conditioner', '0000A004', 'lumiot-ac1', 'Air Conditioner', [
  {
    iid: 2,
    name: 'air-conditioner',
    code: '0000780F',
    label: 'Air Conditioner',
    properties: [
      on,
      {
        iid: 2,
        name: 'mode',
        code: '00000008',
        label: 'Mode',
        format: 'uint8',
        access: 'rwn',
        list: [
          { value: 1, label: 'Cool' },
          { value: 2, label: 'Dry' },
          { value: 3, label: 'Fan' },
          { value: 4, label: 'Heat' },
        ],
        initial: 1,
      },
      {
        iid: 3,
        name: 'target-temperature',
        code: '00000021',
        label: 'Target Temperature',
        ...celsius,
        access: 'rwn',
        range: [16, 30, 0.5],
        initial: 25,
      },
    ],
  },
  {
    iid: 3,
    name: 'fan-control',
    code: '00007809',
    label: 'Fan Control',
    properties: [
      {
        iid: 1,
        name: 'fan-level',
        code: '00000016',
        label: 'Fan Level',
        format: 'uint8',
        access: 'rwn',
        // Descriptions that stand twice, as vendors have them (miot-cloud.md §4.2).
        list: [
          { value: 0, label: 'Auto' },
          { value: 1, label: 'Level' },
          { value: 2, label: 'Level' },
          { value: 3, label: '' },
        ],
        initial: 0,
      },
      { iid: 2, name: 'vertical-swing', code: '00000018', label: 'Vertical Swing', format: 'bool', access: 'rwn', initial: false },
    ],
  },
  {
    iid: 4,
    name: 'environment',
    code: '0000780A',
    label: 'Environment',
    properties: [
      {
        iid: 1,
        name: 'temperature',
        code: '0000000B',
        label: 'Temperature',
        ...celsius,
        access: 'rn',
        range: [-30, 100, 0.1],
        initial: 26.4,
      },
    ],
  },
]);
