/** A remote control with two keys: nothing to read but its battery, everything comes as events. */

import { device } from './definition';
import { battery } from './parts';

export const remote = device('remote-control', '0000A021', 'lumiot-remote2', 'Remote Control', [
  {
    iid: 2,
    name: 'switch-sensor',
    code: '0000781E',
    label: 'Switch Sensor',
    zh: '开关传感器',
    properties: [
      {
        iid: 1,
        name: 'button-index',
        code: '00000098',
        label: 'Button',
        zh: '按键',
        format: 'uint8',
        access: 'n',
        list: [
          { value: 1, label: 'Left', zh: '左' },
          { value: 2, label: 'Right', zh: '右' },
        ],
        initial: 1,
      },
    ],
    events: [
      { iid: 1, name: 'click', code: '0000500C', label: 'Click', zh: '单击', arguments: [1] },
      { iid: 2, name: 'double-click', code: '0000500D', label: 'Double Click', zh: '双击', arguments: [1] },
      { iid: 3, name: 'long-press', code: '0000500E', label: 'Long Press', zh: '长按', arguments: [1] },
    ],
  },
  battery(3),
]);
