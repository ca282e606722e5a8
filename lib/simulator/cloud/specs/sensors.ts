/** Sensors: temperature and humidity, motion, a door's magnet, water. */

import { device } from './definition';
import { battery } from './parts';

export const thermometer = device('temperature-humidity-sensor', '0000A00A', 'lumiot-th1', 'Temperature Humidity Sensor', [
  {
    iid: 2,
    name: 'temperature-humidity-sensor',
    code: '00007814',
    label: 'Temperature Humidity Sensor',
    zh: '温湿度传感器',
    properties: [
      {
        iid: 1,
        name: 'temperature',
        code: '0000000B',
        label: 'Temperature',
        zh: '温度',
        format: 'float',
        access: 'rn',
        unit: 'celsius',
        range: [-40, 125, 0.1],
        initial: 21.5,
      },
      {
        iid: 2,
        name: 'relative-humidity',
        code: '0000000C',
        label: 'Relative Humidity',
        zh: '相对湿度',
        format: 'float',
        access: 'rn',
        unit: 'percentage',
        range: [0, 100, 0.1],
        initial: 48.5,
      },
    ],
  },
  battery(3),
]);

export const motion = device('motion-sensor', '0000A014', 'lumiot-motion1', 'Motion Sensor', [
  {
    iid: 2,
    name: 'motion-sensor',
    code: '00007825',
    label: 'Motion Sensor',
    zh: '人体传感器',
    properties: [
      {
        iid: 1,
        name: 'illumination',
        code: '0000004E',
        label: 'Illumination',
        zh: '光照度',
        format: 'uint16',
        access: 'rn',
        unit: 'lux',
        range: [0, 10000, 1],
        initial: 120,
      },
      {
        iid: 2,
        name: 'no-motion-duration',
        code: '00000052',
        label: 'No Motion Duration',
        zh: '无移动持续时间',
        format: 'uint32',
        access: 'rn',
        unit: 'seconds',
        range: [0, 65535, 1],
        initial: 0,
      },
    ],
    events: [
      { iid: 1, name: 'motion-detected', code: '00005018', label: 'Motion Detected', zh: '检测到移动', arguments: [1] },
      { iid: 2, name: 'no-motion', code: '00005019', label: 'No Motion', zh: '无移动', arguments: [2] },
    ],
  },
  battery(3),
]);

/** Says whether somebody is there by a number of a list, and has no event for it. */
export const occupancy = device('occupancy-sensor', '0000A0BF', 'lumiot-occupancy1', 'Occupancy Sensor', [
  {
    iid: 2,
    name: 'occupancy-sensor',
    code: '00007896',
    label: 'Occupancy Sensor',
    zh: '人体存在传感器',
    properties: [
      {
        iid: 1,
        name: 'occupancy-status',
        code: '00000131',
        label: 'Occupancy Status',
        zh: '有人状态',
        format: 'uint8',
        access: 'rn',
        list: [
          { value: 0, label: 'No One', zh: '无人' },
          { value: 1, label: 'Has One', zh: '有人' },
        ],
        initial: 0,
      },
      {
        iid: 2,
        name: 'illumination',
        code: '0000004E',
        label: 'Illumination',
        zh: '光照度',
        format: 'uint16',
        access: 'rn',
        unit: 'lux',
        range: [0, 10000, 1],
        initial: 80,
      },
    ],
  },
]);

export const magnet = device('magnet-sensor', '0000A016', 'lumiot-magnet1', 'Magnet Sensor', [
  {
    iid: 2,
    name: 'magnet-sensor',
    code: '00007827',
    label: 'Magnet Sensor',
    zh: '门窗传感器',
    properties: [
      {
        iid: 1,
        name: 'contact-state',
        code: '0000007C',
        label: 'Contact State',
        zh: '接触状态',
        format: 'bool',
        access: 'rn',
        initial: true,
      },
    ],
  },
  battery(3, 77),
]);

export const leak = device('submersion-sensor', '0000A017', 'lumiot-leak1', 'Submersion Sensor', [
  {
    iid: 2,
    name: 'submersion-sensor',
    code: '00007828',
    label: 'Submersion Sensor',
    zh: '水浸传感器',
    properties: [
      {
        iid: 1,
        name: 'submersion-state',
        code: '0000007E',
        label: 'Submersion State',
        zh: '水浸状态',
        format: 'bool',
        access: 'rn',
        initial: false,
      },
    ],
  },
  battery(3),
]);
