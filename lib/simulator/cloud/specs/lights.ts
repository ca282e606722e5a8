/** A lamp with everything a lamp may have. */

import { device } from './definition';
import { on } from './parts';

export const lamp = device('light', '0000A001', 'lumiot-lamp1', 'Light', [
  {
    iid: 2,
    name: 'light',
    code: '00007802',
    label: 'Light',
    zh: '灯',
    properties: [
      on,
      {
        iid: 2,
        name: 'brightness',
        code: '0000000D',
        label: 'Brightness',
        zh: '亮度',
        format: 'uint8',
        access: 'rwn',
        unit: 'percentage',
        range: [1, 100, 1],
        initial: 60,
      },
      {
        iid: 3,
        name: 'color-temperature',
        code: '0000000F',
        label: 'Color Temperature',
        zh: '色温',
        format: 'uint32',
        access: 'rwn',
        unit: 'kelvin',
        range: [2700, 6500, 1],
        initial: 4000,
      },
      {
        iid: 4,
        name: 'mode',
        code: '00000008',
        label: 'Mode',
        zh: '模式',
        format: 'uint8',
        access: 'rwn',
        list: [
          { value: 1, label: 'Day', zh: '日光' },
          { value: 2, label: 'Night', zh: '月光' },
          { value: 3, label: 'Reading', zh: '阅读' },
        ],
        initial: 1,
      },
      {
        iid: 5,
        name: 'color',
        code: '0000000E',
        label: 'Color',
        zh: '颜色',
        format: 'uint32',
        access: 'rwn',
        unit: 'rgb',
        range: [0, 16777215, 1],
        initial: 16777215,
      },
    ],
    actions: [{ iid: 1, name: 'toggle', code: '00002811', label: 'Toggle', zh: '切换' }],
  },
]);
