/** A gateway: its own light and alarm; its children are devices of their own. */

import { device } from './definition';
import { on } from './parts';

export const gateway = device('gateway', '0000A019', 'lumiot-hub1', 'Gateway', [
  { iid: 2, name: 'gateway', code: '00007819', label: 'Gateway' },
  { iid: 3, name: 'indicator-light', code: '00007803', label: 'Indicator Light', properties: [on] },
  {
    iid: 4,
    name: 'alarm',
    code: '0000780D',
    label: 'Alarm',
    properties: [
      { iid: 1, name: 'alarm', code: '00000012', label: 'Alarm', format: 'bool', access: 'rwn', initial: false },
      {
        iid: 2,
        name: 'volume',
        code: '00000013',
        label: 'Volume',
        format: 'uint8',
        access: 'rw',
        unit: 'percentage',
        range: [0, 100, 1],
        initial: 40,
      },
    ],
  },
]);
