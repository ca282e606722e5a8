/** What mains devices say: plugs, switches, curtains, lights, air-conditioning, the gateway (lumi-lan.md §3.9-§3.14, §4). */

import assert from 'node:assert/strict';
import { said, values } from './said';

describe('plugs', () => {
  it('say their relay under either name', () => {
    assert.deepEqual(values('plug', { status: 'on' }), { on: true });
    assert.deepEqual(values('plug', { channel_0: 'off' }), { on: false });
    assert.deepEqual(values('ctrl_86plug', { channel_0: 'unknown' }), { on: null });
  });

  it('say power in W and energy in kWh', () => {
    const heartbeat = { voltage: 3600, status: 'on', inuse: '1', power_consumed: '26326', load_power: '9.57' };
    assert.deepEqual(values('plug', heartbeat, 'heartbeat'), { on: true, inUse: true, energy: 26.326, power: 9.57 });
    assert.deepEqual(values('ctrl_86plug', { load_power: 9.57, energy_consumed: 57 }), { power: 9.57, energy: 0.057 });
    assert.deepEqual(values('plug', { load_voltage: ' 234300 '.trim() }), { mainsVoltage: 234.3 });
  });

  it('said kWh as a small decimal in 2016', () => {
    assert.deepEqual(values('plug', { power_consumed: '0.57' }), { energy: 0.57 });
    assert.deepEqual(values('plug', { energy_consumed: 0.57 }), { energy: 0.00057 });
  });

  it('draw nothing when nothing is plugged in, whatever they said last', () => {
    assert.deepEqual(values('plug', { inuse: '0', load_power: '40.00' }), { inUse: false, power: 0 });
    assert.deepEqual(values('plug', { load_power: '40.00', inuse: '0' }), { inUse: false, power: 0 });
    assert.deepEqual(values('plug', { inuse: '0' }), { inUse: false, power: 0 });
  });
});

describe('wall switches', () => {
  it('say on for one gang and channels for several', () => {
    assert.deepEqual(values('ctrl_neutral1', { channel_0: 'on' }), { on: true });
    assert.deepEqual(values('ctrl_neutral2', { channel_0: 'on', channel_1: 'off' }), { channel1: true, channel2: false });
    assert.deepEqual(values('ctrl_ln2', { channel_1: 'on' }), { channel2: true });
    assert.deepEqual(values('switch.n3acn3', { channel_2: 'off' }), { channel3: false });
    assert.deepEqual(values('lumi.ctrl_dualchn', { channel_0: 'on' }), { channel1: true });
  });

  it('may not know a channel', () => {
    assert.deepEqual(values('ctrl_ln1', { channel_0: 'unknown' }), { on: null });
  });

  it('do not take a click for a state', () => {
    assert.deepEqual(said('ctrl_neutral1', { channel_0: 'click' }), { values: {}, actions: [], rejected: [] });
  });
});

describe('curtains', () => {
  it('say how far they are open', () => {
    assert.deepEqual(values('curtain', { voltage: 3600, curtain_level: '65' }), { position: 65 });
    assert.deepEqual(values('curtain', { curtain_level: 25 }), { position: 25 });
  });

  it('may not know where they are', () => {
    for (const curtain_level of [-1, 255, '255', 'unknown']) {
      assert.deepEqual(said('curtain', { curtain_level }), { values: { position: null }, actions: [], rejected: [] });
    }
  });

  it('reject a position beyond the end', () => {
    assert.deepEqual(said('curtain', { curtain_level: 101 }), { values: { position: null }, actions: [], rejected: ['curtain_level'] });
  });
});

describe('gateways', () => {
  it('say light and colour in one number', () => {
    assert.deepEqual(values('gateway', { rgb: 855572480 }), { on: true, brightness: 50, color: '#ff0000' });
    assert.deepEqual(values('gateway', { rgb: '1694498815' }), { on: true, brightness: 100, color: '#ffffff' });
    assert.deepEqual(values('gateway', { rgb: 4278255360 }), { on: true, brightness: 100, color: '#00ff00' });
  });

  it('leave the remembered colour alone when the light goes off', () => {
    assert.deepEqual(values('gateway', { rgb: 0 }), { on: false });
    assert.deepEqual(values('gateway', { rgb: 0xff0000 }), { on: false });
  });

  it('reject what is no colour', () => {
    for (const rgb of [-1, 4294967296, 1.5, 'red', {}]) assert.deepEqual(said('gateway', { rgb }).rejected, ['rgb']);
  });

  it('say the light of the room without its offset', () => {
    assert.deepEqual(values('gateway', { illumination: 352 }), { illuminanceRaw: 352, illuminance: 52 });
    assert.deepEqual(values('gateway.v3', { illumination: 279 }), { illuminanceRaw: 279, illuminance: 0 });
    assert.deepEqual(values('acpartner.v3', { illumination: 352 }), { illuminanceRaw: 352, illuminance: 352 });
  });

  it('say firmware and protocol, and nothing in a plain heartbeat', () => {
    const fields = { proto_version: '2.0.2', fw_ver: '1.4.1_115.0149' };
    assert.deepEqual(values('acpartner.v3', fields), { protocol: '2.0.2', firmware: '1.4.1_115.0149' });
    assert.deepEqual(said('gateway', { ip: '192.168.0.42' }, 'heartbeat'), { values: {}, actions: [], rejected: [] });
  });
});

describe('air-conditioning', () => {
  it('says what an AC partner is set to', () => {
    const fields = {
      on_off_cfg: 'off',
      mode_cfg: 'cool',
      ws_cfg: 'middle',
      swing_cfg: 'unswing',
      temp_cfg: 25,
      ac_power: 1,
      relay_status: 'on',
    };
    assert.deepEqual(values('acpartner.v3', fields, 'read'), {
      on: false,
      mode: 'cool',
      fan: 'middle',
      swing: false,
      targetTemperature: 25,
      acPowerRaw: 1,
      relay: true,
    });
  });

  it('has no reading before the remote control is learned', () => {
    assert.deepEqual(values('acpartner.v3', { on_off_cfg: 'invalid', mode_cfg: 'invalid' }), { on: null, mode: null });
  });

  it('believes the state of a thermostat before its setting, whatever comes first', () => {
    assert.deepEqual(values('airrtc.tcpecn01', { on_off_status: 'on', on_off_cfg: 'off', env_temp: 22 }), { on: true, temperature: 22 });
    assert.deepEqual(values('ctrl_hvac.aq1', { on_off_cfg: 'on', on_off_status: 'off' }), { on: false });
  });

  it('passes over words that are commands', () => {
    assert.deepEqual(said('ctrl_hvac.aq1', { on_off_cfg: 'toggle', mode_cfg: 'circle' }), { values: {}, actions: [], rejected: [] });
  });
});

describe('lights', () => {
  it('say levels of 254 in percent', () => {
    assert.deepEqual(values('rgbw_light', { status: 'on', level: '127' }), { on: true, brightness: 50 });
    assert.deepEqual(values('rgbw_light', { color_temperature: '250' }), { colorTemperature: 4000 });
    assert.deepEqual(said('rgbw_light', { color_temperature: '65279' }), {
      values: { colorTemperature: null },
      actions: [],
      rejected: ['color_temperature'],
    });
  });

  it('say the packed colour of a dimmer', () => {
    assert.deepEqual(values('dimmer.rgbegl01', { power_status: 'on', light_rgb: 845905783 }), {
      on: true,
      brightness: 50,
      color: '#6b7f77',
    });
    assert.deepEqual(values('dimmer.rgbegl01', { power_status: 'unknown', light_level: 40 }), { on: null, brightness: 40 });
  });
});
