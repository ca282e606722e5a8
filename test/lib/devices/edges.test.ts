/** Where ranges end: the last value that is taken and the first that is not, by lumi-lan.md §3 and §4. */

import assert from 'node:assert/strict';
import { describe as describeModel, encode, findDefinition, playTone } from '../../../lib/devices';
import { emptyValues, type Value, type Values } from '../../../lib/home/device';
import { said, values } from './said';

const write = (model: string, wanted: Record<string, Value>, dialect: 1 | 2 = 1): Record<string, unknown> => {
  const definition = findDefinition(model);
  assert.ok(definition);
  return encode(definition, dialect, Object.assign(emptyValues(), wanted) as Values);
};

describe('the edge of a range', () => {
  it('of the light of a gateway is nought and 200,000, without what it is off by', () => {
    assert.deepEqual(values('gateway', { illumination: 300 }), { illuminanceRaw: 300, illuminance: 0 });
    assert.deepEqual(values('gateway', { illumination: 200_000 }), { illuminanceRaw: 200_000, illuminance: 199_700 });
    assert.deepEqual(said('gateway', { illumination: 200_001 }), {
      values: { illuminanceRaw: null, illuminance: null },
      actions: [],
      rejected: ['illumination'],
    });
    assert.deepEqual(values('gateway', { illumination: 'unknown' }), { illuminanceRaw: null, illuminance: null });
  });

  it('of a colour temperature is 1,000 and 20,000 K', () => {
    const kelvin = (mired: unknown): unknown => values('rgbw_light', { color_temperature: mired }).colorTemperature;
    assert.deepEqual([kelvin(1_000), kelvin(1_001), kelvin(50), kelvin(49), kelvin('unknown')], [1_000, null, 20_000, null, null]);
  });

  it('of a level is its full', () => {
    const level = (value: number): unknown => values('rgbw_light', { level: value }).brightness;
    assert.deepEqual([level(0), level(254), level(255), level(-1)], [0, 100, null, null]);
    assert.deepEqual(write('light.aqcb02', { brightness: 40 }), { light_level: '40' });
    assert.deepEqual(values('light.aqcb02', { light_level: 100 }), { brightness: 100 });
  });

  it('of the user of a lock is 32 bits', () => {
    assert.deepEqual(said('lock.aq1', { fing_verified: 0xff_ff_ff_ff }).rejected, []);
    assert.deepEqual(said('lock.aq1', { fing_verified: 0x1_00_00_00_00 }).rejected, ['fing_verified']);
  });

  it('between kWh and Wh is 100, as text', () => {
    const energy = (value: unknown): unknown => values('plug', { power_consumed: value }).energy;
    assert.deepEqual([energy('99.9'), energy('100.0'), energy('99'), energy(99.9)], [99.9, 0.1, 0.099, 0.0999]);
  });

  it('of a target temperature is what the model takes', () => {
    for (const [model, least, most] of [
      ['acpartner.v3', 17, 30],
      ['ctrl_hvac.aq1', 5, 35],
      ['airrtc.vrfegl01', 5, 35],
    ] as const) {
      for (const degrees of [least, most]) assert.deepEqual(write(model, { targetTemperature: degrees }, 2), { temp_cfg: degrees });
      for (const degrees of [least - 1, most + 1]) assert.throws(() => write(model, { targetTemperature: degrees }));
    }
  });

  it('of a volume is nought and a hundred', () => {
    assert.deepEqual(playTone({ tone: 8, volume: 0 }), { mid: 8, vol: 0 });
    assert.deepEqual(playTone({ tone: 8, volume: 100 }), { mid: 8, vol: 100 });
    for (const volume of [-1, 101, Number.NaN]) assert.throws(() => playTone({ tone: 8, volume }));
  });

  it('of a number is plain digits: no exponent, no other script', () => {
    for (const text of ['0', '9', '-9', '+9', '9.0', '.9']) assert.equal(said('smoke', { density: text }).rejected.length, 0, text);
    for (const text of ['1e3', ':', '/', '', '-', '9 ']) assert.deepEqual(said('smoke', { density: text }).rejected, ['density'], text);
  });
});

describe('no reading', () => {
  it('of an alarm takes its state along', () => {
    assert.deepEqual(values('smoke', { alarm: 'unknown' }), { smoke: null, alarm: null });
    assert.deepEqual(values('natgas', { natgas_status: 'invalid' }), { gas: null, alarm: null });
  });

  it('of an acceleration is none', () => assert.deepEqual(values('vibration', { coordination: 'unknown' }), { acceleration: null }));

  it('of a plug with nothing in it is no power', () => {
    assert.deepEqual(values('plug', { inuse: '0' }), { inUse: false, power: 0 });
    assert.deepEqual(values('plug', { inuse: '1' }), { inUse: true });
  });
});

describe('what the dialogs are told', () => {
  const of = (model: string, property: string): Record<string, unknown> => {
    const definition = findDefinition(model);
    assert.ok(definition);
    return { ...describeModel(definition).find((one) => one.property === property) };
  };

  it('is the range of what can be written, and only that', () => {
    assert.deepEqual(of('gateway', 'brightness'), {
      property: 'brightness',
      readable: true,
      writable: true,
      confirmation: 'report',
      unit: '%',
      min: 0,
      max: 100,
    });
    assert.deepEqual(of('sensor_ht', 'temperature'), {
      property: 'temperature',
      readable: true,
      writable: false,
      confirmation: 'report',
      unit: '°C',
    });
    assert.deepEqual(of('curtain', 'position').confirmation, 'travel');
  });

  it('says what is a guess', () => {
    for (const [model, property, isGuess] of [
      ['light.aqcb02', 'on', true],
      ['rgbw_light', 'on', undefined],
      ['rgbw_light', 'colorTemperature', true],
      ['curtain.hagl04', 'voltage', true],
      ['switch.n3acn3', 'channel3', true],
      ['ctrl_neutral2', 'channel2', undefined],
      ['ctrl_ln1', 'power', true],
      ['ctrl_ln2', 'energy', true],
      ['plug', 'energy', true],
      ['plug', 'power', undefined],
      ['vibration', 'active', true],
      ['ctrl_hvac.aq1', 'temperature', true],
      ['acpartner.v3', 'on', undefined],
      ['acpartner.v3', 'mode', undefined],
    ] as const)
      assert.equal(of(model, property).uncertain, isGuess, `${model} ${property}`);
  });

  it('counts movement that goes on', () => assert.deepEqual(values('vibration', { status: 'actively' }), { active: true }));
});
