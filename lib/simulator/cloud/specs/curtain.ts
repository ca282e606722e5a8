/** A curtain whose motor can only be told what to do, and whose position can be read. */

import { device } from './definition';

const percent = { format: 'uint8', unit: 'percentage', range: [0, 100, 1] } as const;

export const curtain = device('curtain', '0000A00C', 'lumiot-curtain1', 'Curtain', [
  {
    iid: 2,
    name: 'curtain',
    code: '00007816',
    label: 'Curtain',
    zh: '窗帘',
    properties: [
      {
        iid: 1,
        name: 'motor-control',
        code: '00000038',
        label: 'Motor Control',
        zh: '电机控制',
        format: 'uint8',
        access: 'w',
        list: [
          { value: 0, label: 'Pause', zh: '暂停' },
          { value: 1, label: 'Open', zh: '打开' },
          { value: 2, label: 'Close', zh: '关闭' },
        ],
        initial: 0,
      },
      {
        iid: 2,
        name: 'status',
        code: '00000007',
        label: 'Status',
        zh: '状态',
        format: 'uint8',
        access: 'rn',
        list: [
          { value: 0, label: 'Stopped', zh: '停止' },
          { value: 1, label: 'Opening', zh: '打开中' },
          { value: 2, label: 'Closing', zh: '关闭中' },
        ],
        initial: 0,
      },
      {
        iid: 3,
        name: 'current-position',
        code: '00000039',
        label: 'Current Position',
        zh: '当前位置',
        ...percent,
        access: 'rn',
        initial: 65,
      },
      {
        iid: 4,
        name: 'target-position',
        code: '0000003A',
        label: 'Target Position',
        zh: '目标位置',
        ...percent,
        access: 'rwn',
        initial: 65,
      },
    ],
  },
]);
