/** The home of `lumiot-simulator` without a file: one gateway of each dialect and an account in the cloud, each with a few devices, two of the account's in the Wi-Fi too, so that there is something to see. */

import type { HomeConfig } from './config';

export const defaultHome: HomeConfig = {
  gateways: [
    {
      sid: '34ce00fb61a9',
      key: '0987654321qwerty',
      port: 19898,
      protocol: 1,
      model: 'gateway',
      devices: [
        { sid: '158d0001a2b3c4', model: 'sensor_ht', fields: { voltage: 3005, temperature: '2275', humidity: '4812' } },
        { sid: '158d0001a2b3c5', model: 'motion', fields: { voltage: 3015 } },
        { sid: '158d0001a2b3c6', model: 'magnet', fields: { voltage: 3025, status: 'close' } },
        { sid: '158d0001a2b3c7', model: 'switch', fields: { voltage: 3032 } },
        {
          sid: '158d0001a2b3c8',
          model: 'plug',
          fields: { voltage: 3600, status: 'on', inuse: '1', power_consumed: '17530', load_power: '41.40' },
        },
      ],
    },
    {
      sid: '7811dcb2a7d9',
      key: '0987654321qwerty',
      port: 19899,
      protocol: 2,
      model: 'acpartner.v3',
      devices: [
        { sid: '158d0002a2b3c4', model: 'weather', fields: { battery_voltage: 2985, temperature: 2130, humidity: 5240, pressure: 100870 } },
        { sid: '158d0002a2b3c5', model: 'ctrl_neutral2', fields: { battery_voltage: 3300, channel_0: 'off', channel_1: 'off' } },
        { sid: '158d0002a2b3c6', model: 'curtain', fields: { battery_voltage: 3600, curtain_level: 65 } },
      ],
    },
  ],
  cloud: {
    port: 19_880,
    mqttPort: 19_883,
    devices: [
      { did: '500000001', model: 'lumiot.light.lamp1', name: 'Reading lamp', room: 'Living room' },
      { did: '500000002', model: 'lumiot.outlet.plug1', name: 'Kettle', room: 'Kitchen' },
      { did: '500000003', model: 'lumiot.air-purifier.purifier1', name: 'Air purifier', room: 'Bedroom' },
      { did: 'blt.3.1thermometer', model: 'lumiot.temperature-humidity-sensor.th1', name: 'Thermometer', room: 'Bedroom' },
    ],
  },
  wifi: [
    { did: '500000001', model: 'lumiot.light.lamp1', token: '6c0d1e8f2a5b4937b1e0c8d7f6a59432', port: 19_881 },
    { did: '500000002', model: 'lumiot.outlet.plug1', token: 'a3f4b5c6d7e8091a2b3c4d5e6f708192', port: 19_882 },
  ],
  control: { port: 1881 },
  lively: true,
};
