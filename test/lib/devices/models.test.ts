/** Every spelling of the alias index resolves to a device of its kind (lumi-lan.md §3.15). */

import assert from 'node:assert/strict';
import { channelsOf, definitions, findDefinition } from '../../../lib/devices';
import type { Family } from '../../../lib/home/device';

type Row = readonly [family: Family, models: string, channels?: number];

const index: readonly Row[] = [
  ['gateway', 'gateway gateway.v3 gateway.aq1 gateway.aqhm01 acpartner.v3'],
  ['environment', 'sensor_ht weather.v1 weather weather.v2 lumi.weather'],
  ['motion', 'motion sensor_motion sensor_motion.aq2'],
  ['contact', 'magnet sensor_magnet sensor_magnet.aq2'],
  ['leak', 'sensor_wleak.aq1'],
  ['smoke', 'smoke sensor_smoke smoke.v1 sensor_smoke.v1'],
  ['gas', 'natgas sensor_natgas natgas.v1'],
  ['button', 'switch sensor_switch sensor_switch.aq2 sensor_switch.aq3 remote.b1acn01'],
  ['button', '86sw1 sensor_86sw1 sensor_86sw1.aq1 remote.b186acn01 remote.b186acn02'],
  ['button', '86sw2 sensor_86sw2 sensor_86sw2.aq1 remote.b286acn01 remote.b286acn02'],
  ['cube', 'cube sensor_cube sensor_cube.aqgl01'],
  ['vibration', 'vibration vibration.aq1'],
  ['plug', 'plug 86plug ctrl_86plug ctrl_86plug.aq1 plug.mmeu01 plug.maeu01', 1],
  ['switch', 'ctrl_neutral1 ctrl_neutral1.aq1 ctrl_ln1 ctrl_ln1.aq1', 1],
  ['switch', 'switch_b1lacn02 switch.b1lacn02 switch_b1nacn02 switch.b1nacn02', 1],
  ['switch', 'ctrl_neutral2 ctrl_neutral2.aq1 ctrl_ln2 ctrl_ln2.aq1', 2],
  ['switch', 'switch_b2lacn02 switch.b2lacn02 switch_b2nacn02 switch.b2nacn02', 2],
  ['switch', 'ctrl_dualchn lumi.ctrl_dualchn relay.c2acn01', 2],
  ['switch', 'switch.l3acn3 switch.n3acn3', 3],
  ['curtain', 'curtain curtain.aq1 curtain.aq2 curtain.hagl04'],
  ['lock', 'lock.aq1 lock.v1 lock.acn02 lock.acn03 lock.acn05'],
  ['light', 'light.aqcb02 light.aqcn02 light.cwopcn01 light.cwopcn02 light.cwopcn03 rgbw_light'],
  ['light', 'dimmer.rgbegl01 dimmer.c3egl01 dimmer.cwegl01'],
  ['thermostat', 'ctrl_hvac.aq1 airrtc.tcpecn01 airrtc.tcpecn02 airrtc.vrfegl01'],
];

describe('alias index', () => {
  for (const [family, models, channels = 0] of index) {
    for (const model of models.split(' ')) {
      it(`knows ${model}`, () => {
        const definition = findDefinition(model);
        assert.ok(definition);
        assert.equal(definition.family, family);
        assert.equal(channelsOf(definition), channels);
      });
    }
  }

  it('is complete: no entry of the catalogue is missing here', () => {
    const listed = new Set(index.flatMap(([, models]) => models.split(' ')));
    const missing = definitions.flatMap(({ models }) => models).filter((model) => !listed.has(model));
    assert.deepEqual(missing, []);
  });

  it('does not know a model nobody has described', () => {
    for (const model of ['', 'no.such.model', '__proto__', 'constructor', 'PLUG']) assert.equal(findDefinition(model), undefined);
  });
});
