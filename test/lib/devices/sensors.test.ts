/** What sensors say: climate, motion, contact, leak, alarms, vibration, batteries. Vectors after lumi-lan.md §3, §5. */

import assert from 'node:assert/strict';
import { actions, said, values } from './said';

describe('climate sensors', () => {
  it('say hundredths as text in v1 and as numbers in v2', () => {
    assert.deepEqual(values('sensor_ht', { temperature: '2333', humidity: '6678' }), { temperature: 23.33, humidity: 66.78 });
    assert.deepEqual(values('weather', { temperature: 2333, humidity: 6678, pressure: 99310 }), {
      temperature: 23.33,
      humidity: 66.78,
      pressure: 993.1,
    });
  });

  it('say frost', () => {
    assert.deepEqual(values('weather.v1', { temperature: '-1205' }), { temperature: -12.05 });
  });

  it('have no reading while the gateway has not heard them', () => {
    assert.deepEqual(said('sensor_ht', { temperature: '10000', humidity: '0' }, 'read'), {
      values: { temperature: null, humidity: null },
      actions: [],
      rejected: [],
    });
    assert.deepEqual(values('weather', { temperature: 0, humidity: 0, pressure: 0 }, 'read'), {
      temperature: null,
      humidity: null,
      pressure: null,
    });
    assert.deepEqual(values('weather', { temperature: 'unknown', humidity: 'invalid' }), { temperature: null, humidity: null });
  });

  it('keep a real freezing point', () => {
    assert.deepEqual(values('weather', { temperature: 0, humidity: 4500 }), { temperature: 0, humidity: 45 });
  });

  it('reject what no room can have', () => {
    assert.deepEqual(said('weather', { temperature: 15000, humidity: 20000, pressure: 20000 }), {
      values: { temperature: null, humidity: null, pressure: null },
      actions: [],
      rejected: ['temperature', 'humidity', 'pressure'],
    });
  });
});

describe('motion sensors', () => {
  it('say motion in a report, under either name', () => {
    assert.deepEqual(values('motion', { status: 'motion' }), { motion: true });
    assert.deepEqual(values('sensor_motion', { motion_status: 'motion' }), { motion: true });
    assert.deepEqual(values('sensor_motion', { status: 'motion' }), { motion: true });
  });

  it('never say motion in a heartbeat or a read', () => {
    assert.deepEqual(values('motion', { status: 'motion', voltage: 3000 }, 'heartbeat'), { voltage: 3000, battery: 75, batteryLow: false });
    assert.deepEqual(values('sensor_motion', { motion_status: 'motion' }, 'read'), {});
  });

  it('say silence from wherever it comes', () => {
    assert.deepEqual(values('motion', { no_motion: '120' }), { motion: false, noMotionFor: 120 });
    assert.deepEqual(values('motion', { no_motion: '1800' }, 'read'), { motion: false, noMotionFor: 1800 });
    assert.deepEqual(values('motion', { status: 'no_motion' }, 'heartbeat'), { motion: false });
  });

  it('say the light in lux', () => {
    assert.deepEqual(values('sensor_motion.aq2', { lux: '122' }), { illuminance: 122 });
    assert.deepEqual(values('sensor_motion.aq2', { motion_status: 'motion', lux: 40, illumination: 40 }), {
      motion: true,
      illuminance: 40,
    });
  });

  it('do not know before the first event', () => {
    assert.deepEqual(values('sensor_motion', { motion_status: 'unknown' }, 'read'), { motion: null });
  });
});

describe('contact sensors', () => {
  it('say open and closed under either name, whatever the source', () => {
    assert.deepEqual(values('magnet', { status: 'open' }, 'heartbeat'), { open: true });
    assert.deepEqual(values('sensor_magnet.aq2', { window_status: 'open' }, 'read'), { open: true });
    assert.deepEqual(values('magnet', { status: 'close' }), { open: false, openFor: 0 });
  });

  it('say how long they were left open', () => {
    assert.deepEqual(values('magnet', { no_close: '60' }), { open: true, openFor: 60 });
    assert.deepEqual(values('magnet', { status: 'no_close' }), { open: true });
  });

  it('may not know', () => {
    assert.deepEqual(values('sensor_magnet.aq2', { status: 'unknown' }, 'read'), { open: null });
  });
});

describe('leak sensors', () => {
  it('say wet and dry in both dialects', () => {
    assert.deepEqual(values('sensor_wleak.aq1', { status: 'leak' }), { leak: true });
    assert.deepEqual(values('sensor_wleak.aq1', { status: 'no_leak' }), { leak: false });
    assert.deepEqual(values('sensor_wleak.aq1', { wleak_status: 'leak' }), { leak: true });
    assert.deepEqual(values('sensor_wleak.aq1', { wleak_status: 'normal' }), { leak: false });
  });

  it('do not take the test button for a state', () => {
    assert.deepEqual(said('sensor_wleak.aq1', { status: 'iam' }), { values: {}, actions: [], rejected: [] });
  });
});

describe('smoke and gas alarms', () => {
  const codes: readonly (readonly [code: string | number, isAlarm: boolean, alarm: string])[] = [
    ['0', false, 'clear'],
    ['1', true, 'alarm'],
    [1, true, 'alarm'],
    ['2', false, 'test'],
    ['8', false, 'battery-fault'],
    ['64', false, 'sensitivity-fault'],
    ['32768', false, 'communication-fault'],
    ['4', false, 'fault'],
    ['99999999', false, 'fault'],
    ['9', false, 'fault'],
    ['72', false, 'fault'],
  ];
  for (const [code, isAlarm, alarm] of codes) {
    it(`take code ${JSON.stringify(code)} for ${alarm}`, () => {
      assert.deepEqual(values('smoke', { alarm: code }), { smoke: isAlarm, alarm });
      assert.deepEqual(values('natgas', { alarm: code }), { gas: isAlarm, alarm });
    });
  }

  it('say two words in v2', () => {
    assert.deepEqual(values('sensor_smoke', { smoke_status: 'alarm' }), { smoke: true, alarm: 'alarm' });
    assert.deepEqual(values('sensor_natgas', { natgas_status: 'normal' }), { gas: false, alarm: 'clear' });
  });

  it('say the density as it is', () => {
    assert.deepEqual(values('smoke', { density: '17' }), { density: 17 });
  });

  it('reject what is no code', () => {
    for (const alarm of ['[]', '-1', '1.5', {}, null]) {
      assert.deepEqual(said('smoke', { alarm }), { values: {}, actions: [], rejected: ['alarm'] });
    }
  });
});

describe('vibration sensors', () => {
  it('say what they feel, in reports only', () => {
    assert.deepEqual(actions('vibration', { status: 'vibrate' }), [{ name: 'vibrate' }]);
    assert.deepEqual(actions('vibration', { status: 'tilt' }), [{ name: 'tilt' }]);
    assert.deepEqual(actions('vibration.aq1', { motion_status: 'free_fall' }), [{ name: 'fall' }]);
    assert.deepEqual(actions('vibration', { status: 'vibrate' }, 'heartbeat'), []);
  });

  it('say angle, strength and acceleration', () => {
    assert.deepEqual(values('vibration', { final_tilt_angle: '175' }), { tiltAngle: 175 });
    assert.deepEqual(values('vibration', { final_tilt_angel: '175' }), { tiltAngle: 175 });
    assert.deepEqual(values('vibration', { bed_activity: '94' }), { vibrationStrength: 94 });
    assert.deepEqual(values('vibration', { coordination: '16,-13,1225' }), { acceleration: { x: 16, y: -13, z: 1225 } });
  });

  it('reject an acceleration without three axes', () => {
    for (const coordination of ['16,13', '16,13,1225,4', 'a,b,c', 7, null]) {
      assert.deepEqual(said('vibration', { coordination }).rejected, ['coordination']);
    }
  });
});

describe('batteries', () => {
  const table: readonly (readonly [voltage: number, battery: number, batteryLow: boolean])[] = [
    [2600, 0, true],
    [2700, 0, true],
    [2799, 24.75, true],
    [2800, 25, false],
    [3000, 75, false],
    [3100, 100, false],
    [3300, 100, false],
  ];
  for (const [voltage, battery, batteryLow] of table) {
    it(`are at ${battery} % with ${voltage} mV`, () => {
      assert.deepEqual(values('magnet', { voltage }), { voltage, battery, batteryLow });
      assert.deepEqual(values('sensor_magnet.aq2', { battery_voltage: voltage }), { voltage, battery, batteryLow });
    });
  }

  it('may be told in percent by very old firmware', () => {
    assert.deepEqual(values('motion', { battery: '62' }), { battery: 62 });
  });

  it('are not what mains devices say', () => {
    for (const model of ['plug', 'ctrl_neutral1', 'curtain', 'natgas', 'gateway']) {
      assert.deepEqual(said(model, { voltage: 3600, battery_voltage: 3300 }), { values: {}, actions: [], rejected: [] });
    }
  });
});
