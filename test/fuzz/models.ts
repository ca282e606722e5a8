/** What each model is, for the oracles: the tables of lumi-lan.md §3 and §4 once more, so that a slip in the catalogue shows. */

import type { Kind } from './decode-oracle';

const BY_KIND: Readonly<Record<Kind, readonly string[]>> = {
  'climate-sensor': ['sensor_ht'],
  weather: ['weather.v1', 'weather', 'weather.v2'],
  motion: ['motion', 'sensor_motion'],
  'motion-light': ['sensor_motion.aq2'],
  contact: ['magnet', 'sensor_magnet', 'sensor_magnet.aq2'],
  leak: ['sensor_wleak.aq1'],
  smoke: ['smoke', 'sensor_smoke', 'smoke.v1', 'sensor_smoke.v1'],
  gas: ['natgas', 'sensor_natgas', 'natgas.v1'],
  button: [
    ...['switch', 'sensor_switch', 'sensor_switch.aq2', 'sensor_switch.aq3', 'remote.b1acn01', '86sw1', 'sensor_86sw1', 'sensor_86sw1.aq1'],
    ...['remote.b186acn01', 'remote.b186acn02'],
  ],
  remote: ['86sw2', 'sensor_86sw2', 'sensor_86sw2.aq1', 'remote.b286acn01', 'remote.b286acn02'],
  cube: ['cube', 'sensor_cube', 'sensor_cube.aqgl01'],
  vibration: ['vibration', 'vibration.aq1'],
  plug: ['plug', 'plug.mmeu01', 'plug.maeu01', '86plug', 'ctrl_86plug', 'ctrl_86plug.aq1'],
  gangs1: ['ctrl_neutral1', 'ctrl_neutral1.aq1', 'switch_b1lacn02', 'switch.b1lacn02', 'switch_b1nacn02', 'switch.b1nacn02'],
  gangs2: [
    ...['ctrl_neutral2', 'ctrl_neutral2.aq1', 'switch_b2lacn02', 'switch.b2lacn02', 'switch_b2nacn02', 'switch.b2nacn02', 'ctrl_dualchn'],
    ...['relay.c2acn01'],
  ],
  gangs3: ['switch.l3acn3', 'switch.n3acn3'],
  metered1: ['ctrl_ln1', 'ctrl_ln1.aq1'],
  metered2: ['ctrl_ln2', 'ctrl_ln2.aq1'],
  curtain: ['curtain', 'curtain.aq1', 'curtain.aq2'],
  'curtain-battery': ['curtain.hagl04'],
  lock: ['lock.aq1', 'lock.acn02', 'lock.acn03', 'lock.acn05', 'lock.v1'],
  bulb: ['light.aqcb02', 'light.aqcn02'],
  rgbw: ['rgbw_light'],
  'rgb-dimmer': ['dimmer.rgbegl01'],
  dimmer: ['dimmer.c3egl01', 'dimmer.cwegl01', 'light.cwopcn01', 'light.cwopcn02', 'light.cwopcn03'],
  gateway: ['gateway', 'gateway.v3', 'gateway.aq1', 'gateway.aqhm01'],
  'ac-partner': ['acpartner.v3'],
  thermostat: ['ctrl_hvac.aq1', 'airrtc.tcpecn01', 'airrtc.tcpecn02', 'airrtc.vrfegl01'],
};

export const kindOf: ReadonlyMap<string, Kind> = new Map(
  (Object.entries(BY_KIND) as [Kind, readonly string[]][]).flatMap(([kind, models]) => models.map((model) => [model, kind] as const)),
);
