/** A robot vacuum: commanded by actions, observed by its status. */

import { device } from './definition';
import { battery } from './parts';

export const vacuum = device('vacuum', '0000A006', 'lumiot-vacuum1', 'Robot Cleaner', [
  {
    iid: 2,
    name: 'vacuum',
    code: '00007810',
    label: 'Robot Cleaner',
    properties: [
      {
        iid: 1,
        name: 'status',
        code: '00000007',
        label: 'Status',
        format: 'uint8',
        access: 'rn',
        list: [
          { value: 1, label: 'Idle' },
          { value: 2, label: 'Sweeping' },
          { value: 3, label: 'Paused' },
          { value: 4, label: 'Go Charging' },
          { value: 5, label: 'Charging' },
        ],
        initial: 5,
      },
      {
        iid: 2,
        name: 'fan-level',
        code: '00000016',
        label: 'Suction',
        format: 'uint8',
        access: 'rwn',
        list: [
          { value: 1, label: 'Silent' },
          { value: 2, label: 'Standard' },
          { value: 3, label: 'Strong' },
        ],
        initial: 2,
      },
      { iid: 3, name: 'room-ids', code: '000000A1', label: 'Rooms', format: 'string', access: '', initial: '' },
      {
        iid: 4,
        name: 'sweep-time',
        code: '000000A2',
        label: 'Sweep Time',
        format: 'uint16',
        access: '',
        unit: 'minutes',
        range: [0, 600, 1],
        initial: 25,
      },
    ],
    actions: [
      { iid: 1, name: 'start-sweep', code: '00002804', label: 'Start Sweep' },
      { iid: 2, name: 'stop-sweeping', code: '00002805', label: 'Stop Sweeping' },
      { iid: 3, name: 'pause-sweeping', code: '00002806', label: 'Pause Sweeping' },
      { iid: 4, name: 'continue-sweep', code: '00002807', label: 'Continue Sweep' },
      { iid: 5, name: 'stop-and-gocharge', code: '00002808', label: 'Stop And Go Charge' },
      { iid: 6, name: 'start-room-sweep', code: '00002809', label: 'Sweep Rooms', in: [3], out: [4] },
    ],
  },
  {
    ...battery(3, 100),
    actions: [{ iid: 1, name: 'start-charge', code: '0000280A', label: 'Start Charge' }],
  },
]);
