/** What commands become on the wire, and which are refused (lumi-lan.md §2.5, §3.9-§3.14, §4). */

import assert from 'node:assert/strict';
import { curtainCommand, type Dialect, encode, resolveDefinition, type WireFields } from '../../../lib/devices';
import type { Values } from '../../../lib/home/device';
import { type ErrorCode, LumiotError } from '../../../lib/home/errors';

const wire = (model: string, dialect: Dialect, values: Values, state?: Values): WireFields =>
  encode(resolveDefinition(model), dialect, values, state);

function refused(code: ErrorCode, text: RegExp): (error: unknown) => boolean {
  return (error) => error instanceof LumiotError && error.code === code && text.test(error.message);
}

describe('commands', () => {
  it('switch a plug by the name of the dialect', () => {
    assert.deepEqual(wire('plug', 1, { on: true }), { status: 'on' });
    assert.deepEqual(wire('plug', 2, { on: false }), { channel_0: 'off' });
  });

  it('switch several gangs in one write', () => {
    assert.deepEqual(wire('ctrl_neutral1', 1, { on: true }), { channel_0: 'on' });
    assert.deepEqual(wire('ctrl_neutral2', 2, { channel1: true, channel2: false }), { channel_0: 'on', channel_1: 'off' });
  });

  it('move a curtain by text in v1 and by number in v2', () => {
    assert.deepEqual(wire('curtain', 1, { position: 25 }), { curtain_level: '25' });
    assert.deepEqual(wire('curtain', 2, { position: 25 }), { curtain_level: 25 });
    assert.deepEqual(curtainCommand(1, 'stop'), { status: 'stop' });
    assert.deepEqual(curtainCommand(2, 'open'), { curtain_status: 'open' });
  });

  it('set an AC partner in one write', () => {
    const values = { on: true, mode: 'cool', fan: 'low', swing: true, targetTemperature: 24, relay: false };
    assert.deepEqual(wire('acpartner.v3', 2, values), {
      on_off_cfg: 'on',
      mode_cfg: 'cool',
      ws_cfg: 'low',
      swing_cfg: 'swing',
      temp_cfg: 24,
      relay_status: 'off',
    });
    assert.deepEqual(wire('acpartner.v3', 1, { targetTemperature: 24 }), { temp_cfg: '24' });
  });

  it('write nothing when nothing is asked for', () => {
    assert.deepEqual(wire('plug', 1, {}), {});
  });
});

describe('light commands', () => {
  for (const dialect of [1, 2] as const) {
    it(`write a number in dialect ${dialect}`, () => {
      assert.deepEqual(wire('gateway', dialect, { on: true, brightness: 100, color: '#00ff00' }), { rgb: 1677786880 });
      assert.deepEqual(wire('gateway', dialect, { brightness: 50, color: 'red' }), { rgb: 855572480 });
    });
  }

  it('are white and full where nothing is known', () => {
    assert.deepEqual(wire('gateway', 1, { on: true }), { rgb: 1694498815 });
  });

  it('keep what they do not name', () => {
    const state: Values = { on: true, brightness: 50, color: '#ff0000' };
    assert.deepEqual(wire('gateway', 1, { brightness: 100 }, state), { rgb: 0x64ff0000 });
    assert.deepEqual(wire('gateway', 1, { color: '#00ff00' }, state), { rgb: 0x3200ff00 });
    assert.deepEqual(wire('gateway', 1, { on: true }, { ...state, on: false }), { rgb: 0x32ff0000 });
  });

  it('go off for off and for brightness 0', () => {
    const state: Values = { on: true, brightness: 50, color: '#ff0000' };
    assert.deepEqual(wire('gateway', 1, { on: false }, state), { rgb: 0 });
    assert.deepEqual(wire('gateway', 1, { brightness: 0 }, state), { rgb: 0 });
    assert.deepEqual(wire('gateway', 1, { on: false, brightness: 40, color: 'red' }), { rgb: 0 });
  });

  it('never make a dark light of a remembered 0 or of less than one percent', () => {
    assert.deepEqual(wire('gateway', 1, { on: true }, { brightness: 0, color: null }), { rgb: 1694498815 });
    assert.deepEqual(wire('gateway', 1, { brightness: 0.2 }), { rgb: 0x01ffffff });
  });

  it('reach switch, level and colour of a dimmer', () => {
    assert.deepEqual(wire('dimmer.rgbegl01', 2, { on: true }), { power_status: 'on' });
    assert.deepEqual(wire('dimmer.rgbegl01', 2, { brightness: 40 }), { light_level: 40 });
    assert.deepEqual(wire('dimmer.rgbegl01', 2, { color: '#6b7f77' }, { brightness: 50 }), { light_rgb: 845905783 });
    assert.deepEqual(wire('dimmer.rgbegl01', 2, { on: false, color: 'red' }), { power_status: 'off' });
    assert.deepEqual(wire('rgbw_light', 1, { brightness: 50 }), { level: '127' });
    assert.deepEqual(wire('rgbw_light', 1, { brightness: 0 }), { status: 'off' });
  });
});

describe('a command that cannot be', () => {
  it('is unsupported where the model does not take the property, and says what it takes', () => {
    assert.throws(() => wire('ctrl_neutral2', 1, { on: true }), refused('UNSUPPORTED', /ctrl_neutral2.*"on".*channel1, channel2/));
    assert.throws(() => wire('lock.aq1', 1, { on: true }), refused('UNSUPPORTED', /lock\.aq1.*no commands/));
    assert.throws(() => wire('plug', 1, { power: 3 }), refused('UNSUPPORTED', /"power"/));
    assert.throws(() => wire('no.such.model', 1, { on: true }), refused('UNSUPPORTED', /Unknown device/));
    assert.throws(() => wire('plug', 1, JSON.parse('{"__proto__":true}')), refused('UNSUPPORTED', /__proto__/));
  });

  it('is bad input outside the range or the list, and says which', () => {
    assert.throws(() => wire('curtain', 1, { position: 101 }), refused('BAD_INPUT', /0 to 100 %/));
    assert.throws(() => wire('curtain', 1, { position: Number.NaN }), refused('BAD_INPUT', /0 to 100 %/));
    assert.throws(() => wire('acpartner.v3', 2, { targetTemperature: 16 }), refused('BAD_INPUT', /17 to 30 °C/));
    assert.throws(() => wire('acpartner.v3', 2, { mode: 'circle' }), refused('BAD_INPUT', /heat, cool, auto, dry, wind/));
    assert.throws(() => wire('acpartner.v3', 2, { swing: 'yes' }), refused('BAD_INPUT', /true or false/));
    assert.throws(() => wire('gateway', 1, { color: 'reddish' }), refused('BAD_INPUT', /#rrggbb/));
    assert.throws(() => wire('plug', 1, { on: null }), refused('BAD_INPUT', /true or false/));
  });
});
