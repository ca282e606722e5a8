/**
 * What Home Assistant shows of a state, and what becomes of its commands: the catalogue's own values through every template, and every
 * command that a component can send through the parsers that the nodes use, down to the fields that are written.
 */

import assert from 'node:assert/strict';
import { channelsOf, type Definition, definitions, encode } from '../../../../lib/devices';
import { parseClimate } from '../../../../lib/devices/commands/climate';
import { parseCurtain } from '../../../../lib/devices/commands/curtain';
import { parseHub } from '../../../../lib/devices/commands/hub';
import { parseLight } from '../../../../lib/devices/commands/light';
import { isPlainObject } from '../../../../lib/devices/commands/parse';
import { parseRingtone } from '../../../../lib/devices/commands/ringtone';
import { parseSwitch } from '../../../../lib/devices/commands/switch';
import { emptyValues, type Values } from '../../../../lib/home/device';
import { componentsOf, lumi, lumiOf } from './devices';
import { type Component, fires, happened, shown, uses } from './home-assistant';
import { fill } from './jinja';

/** What the edge makes of a message on `/set`: JSON, or plain text. */
function received(message: string): unknown {
  try {
    return JSON.parse(message) as unknown;
  } catch {
    return message;
  }
}

/** What the node of the family makes of it; values are also written, in both dialects. */
function understood(definition: Definition, message: string): unknown {
  const payload = received(message);
  const state = emptyValues();
  const written = (values: Values): Values => {
    for (const dialect of [1, 2] as const) assert.ok(Object.keys(encode(definition, dialect, values)).length > 0, message);
    return { ...values };
  };
  switch (definition.family) {
    case 'plug':
    case 'switch':
      return written(parseSwitch(payload, { channels: channelsOf(definition), channel: 0, state }));
    case 'light':
      return light(written, payload);
    case 'thermostat':
      return written(parseClimate(payload, state));
    case 'curtain':
      return parseCurtain(payload, { invert: false, position: null, isMoving: false });
    case 'gateway':
      if (!isPlainObject(payload)) return parseHub(payload);
      if ('tone' in payload) return parseRingtone(payload, { tone: undefined, volume: undefined, duration: '' });
      return definition.models.includes('acpartner.v3') ? written(parseClimate(payload, state)) : light(written, payload);
    default:
      return assert.fail(`${definition.family} takes no commands`);
  }
}

function light(written: (values: Values) => Values, payload: unknown): unknown {
  const { values, effect } = parseLight(payload, emptyValues());
  return { ...written(values), ...(effect === undefined ? {} : { effect }) };
}

function componentOf(model: string, key: string): Component {
  return componentsOf(lumiOf(model))[key] ?? assert.fail(`${model} has no ${key}`);
}

const show = (model: string, key: string, state: unknown): unknown => shown(componentOf(model, key), JSON.stringify(state));

/** How a person uses a component → what our parser makes of it. */
function sent(model: string, key: string, template: string, variables: Record<string, unknown>): unknown {
  const definition = definitions.find(({ models }) => models.includes(model)) ?? assert.fail(model);
  return understood(definition, fill(componentOf(model, key)[template], variables));
}

const SILENT = new Set(['button', 'event', 'device_automation', 'siren']);

describe('a state of the LAN in Home Assistant', () => {
  for (const definition of definitions) {
    it(`of "${definition.name}" is unknown where it is missing or null, and shown where it is there`, () => {
      const values = sampleOf(definition);
      for (const [key, component] of Object.entries(componentsOf(lumi(definition)))) {
        if (SILENT.has(String(component.platform))) continue;
        const empty = shown(component, '{"lastSeen":null}');
        const none = shown(component, JSON.stringify(Object.fromEntries(Object.keys(values).map((name) => [name, null]))));
        assert.equal(empty.state, 'unknown', key);
        assert.deepEqual(none, empty, key);
        assert.notEqual(shown(component, JSON.stringify(values)).state, 'unknown', key);
      }
    });
  }

  it('is the number that the device said, noughts too', () => {
    assert.deepEqual(show('sensor_ht', 'temperature', { temperature: 22.75 }), { state: 22.75 });
    assert.deepEqual(show('sensor_ht', 'temperature', { temperature: 0 }), { state: 0 });
    assert.deepEqual(show('sensor_ht', 'temperature', { temperature: -0.5 }), { state: -0.5 });
    assert.deepEqual(show('plug', 'energy', { energy: 1234.567 }), { state: 1234.567 });
  });

  it('is on or off', () => {
    assert.deepEqual(show('magnet', 'open', { open: true }), { state: 'on' });
    assert.deepEqual(show('magnet', 'open', { open: false }), { state: 'off' });
    assert.deepEqual(show('ctrl_neutral2', 'channel2', { channel1: false, channel2: true }), { state: 'on' });
    assert.deepEqual(show('plug', 'on', { on: false }), { state: 'off' });
  });

  it('is one of a list', () => {
    assert.deepEqual(show('smoke', 'alarm', { alarm: 'battery-fault' }), { state: 'battery-fault' });
  });

  it('of a lock says who opened', () => {
    assert.deepEqual(show('lock.aq1', 'user', { user: { method: 'finger', id: 3 } }), { state: 'finger 3' });
  });

  it('of a vibration sensor has three axes', () => {
    const acceleration = { x: 1, y: -2, z: 1000 };
    assert.deepEqual(
      ['x', 'y', 'z'].map((axis) => show('vibration', `acceleration_${axis}`, { acceleration })),
      [{ state: 1 }, { state: -2 }, { state: 1000 }],
    );
  });

  it('of a light is its colour and its brightness', () => {
    const state = { on: true, brightness: 40, color: '#ff8800' };
    assert.deepEqual(show('gateway', 'light', state), { state: 'on', brightness: 102, rgb: [255, 136, 0], kelvin: undefined });
    assert.equal((show('gateway', 'light', { ...state, on: false }) as { state: string }).state, 'off');
  });

  it('of a curtain is its position', () => {
    assert.deepEqual(show('curtain', 'cover', { position: 65 }), { state: 'open', position: 65 });
    assert.deepEqual(show('curtain', 'cover', { position: 0 }), { state: 'closed', position: 0 });
  });

  it('of an air conditioner is in the words of Home Assistant', () => {
    const state = { on: true, mode: 'wind', fan: 'middle', swing: true, targetTemperature: 24 };
    const words = { state: 'fan_only', temperature: 24, current: undefined, fan: 'medium', swing: 'on' };
    assert.deepEqual(show('acpartner.v3', 'climate', state), words);
    assert.deepEqual(show('acpartner.v3', 'climate', { ...state, on: false, fan: 'low', swing: false }), {
      ...words,
      state: 'off',
      fan: 'low',
      swing: 'off',
    });
    assert.equal((show('ctrl_hvac.aq1', 'climate', { on: true, mode: 'heat', temperature: 21 }) as { current: number }).current, 21);
  });
});

describe('a command of Home Assistant', () => {
  for (const definition of definitions) {
    const components = Object.entries(componentsOf(lumi(definition))).filter(([, component]) => uses(component).length > 0);
    if (components.length === 0) continue;
    it(`to "${definition.name}" is understood, whatever is used`, () => {
      for (const [key, component] of components) {
        for (const { what, message } of uses(component)) {
          // Home Assistant sends nothing where a siren's message is part of the word "None".
          assert.ok(!'None'.includes(message), `${key} ${what}`);
          assert.doesNotThrow(() => understood(definition, message), `${key}: ${what}: ${message}`);
        }
      }
    });
  }

  it('switches', () => {
    const double = definitions.find(({ models }) => models.includes('ctrl_neutral2')) ?? assert.fail();
    const { payload_on: on, payload_off: off } = componentOf('ctrl_neutral2', 'channel2');
    assert.deepEqual(understood(double, String(on)), { channel2: true });
    assert.deepEqual(understood(double, String(off)), { channel2: false });
  });

  it('lights, with everything that was asked for in one message', () => {
    const on = (variables: Record<string, unknown>): unknown =>
      sent('gateway', 'light', 'command_on_template', { state: true, ...variables });
    assert.deepEqual(on({}), { on: true });
    assert.deepEqual(on({ brightness: 128, red: 255, green: 136, blue: 0 }), { on: true, brightness: 51, color: '#ff8800' });
    assert.deepEqual(on({ effect: 'pulse' }), { on: true, effect: { name: 'pulse', times: 3 } });
    assert.deepEqual(on({ flash: 'long', red: 255, green: 0, blue: 0 }), {
      on: true,
      color: '#ff0000',
      effect: { name: 'flash', times: 10 },
    });
    assert.deepEqual(sent('gateway', 'light', 'command_off_template', { state: false }), { on: false });
  });

  it('sets the brightness that it then shows, at every percent', () => {
    for (let percent = 1; percent <= 100; percent++) {
      const { brightness } = show('gateway', 'light', { on: true, brightness: percent }) as { readonly brightness: number };
      assert.deepEqual(sent('gateway', 'light', 'command_on_template', { brightness }), { on: true, brightness: percent });
    }
    for (let brightness = 1; brightness <= 255; brightness++) {
      const { on, brightness: percent } = sent('gateway', 'light', 'command_on_template', { brightness }) as Values;
      assert.ok(
        on === true && typeof percent === 'number' && Math.abs(percent - brightness / 2.55) <= 1,
        `${brightness}: ${String(percent)}`,
      );
    }
  });

  it('plays ringtones by name, and stops them', () => {
    const play = (variables: Record<string, unknown>): unknown =>
      sent('gateway', 'ringtone', 'command_template', { value: 'ON', ...variables });
    assert.deepEqual(play({ tone: 'Dog barking', volume_level: 0.3, duration: 5 }), { stop: false, tone: 8, volume: 30, duration: 5 });
    assert.deepEqual(play({}), { stop: false, tone: 0, volume: undefined, duration: 0 });
    assert.deepEqual(sent('gateway', 'ringtone', 'command_off_template', { value: 'OFF' }), { stop: true });
  });

  it('moves curtains', () => {
    const { payload_open: open, payload_close: close, payload_stop: stop } = componentOf('curtain', 'cover');
    const curtain = definitions.find(({ models }) => models.includes('curtain')) ?? assert.fail();
    assert.deepEqual(
      [open, close, stop].map((message) => understood(curtain, String(message))),
      [{ move: 'open' }, { move: 'close' }, { move: 'stop' }],
    );
    assert.deepEqual(sent('curtain', 'cover', 'set_position_template', { position: 37 }), { position: 37 });
  });

  it('sets air conditioners, in our words', () => {
    const set = (template: string, value: unknown): unknown => sent('acpartner.v3', 'climate', template, { value });
    assert.deepEqual(set('mode_command_template', 'fan_only'), { on: true, mode: 'wind' });
    assert.deepEqual(set('mode_command_template', 'off'), { on: false });
    assert.deepEqual(set('fan_mode_command_template', 'medium'), { fan: 'middle' });
    assert.deepEqual(set('swing_mode_command_template', 'off'), { swing: false });
    assert.deepEqual(set('temperature_command_template', 24), { targetTemperature: 24 });
    assert.deepEqual(set('power_command_template', 'ON'), { on: true });
    assert.deepEqual(set('power_command_template', 'OFF'), { on: false });
  });

  it('pairs', () => {
    const gateway = definitions.find(({ models }) => models.includes('gateway')) ?? assert.fail();
    const press = (key: string): unknown => understood(gateway, String(componentOf('gateway', key).payload_press));
    assert.deepEqual(
      [press('pair'), press('stop_pairing'), press('refresh')],
      [{ do: 'pair', seconds: 30 }, { do: 'stop-pairing' }, { do: 'refresh' }],
    );
  });
});

describe('an action in Home Assistant', () => {
  const told = (model: string, key: string, action: unknown): unknown => happened(componentOf(model, key), JSON.stringify(action));
  const at = '2026-11-21T12:00:00.000Z';

  it('is an event of its key, and of no other', () => {
    const action = { action: 'double', button: 'left', at };
    assert.deepEqual(told('86sw2', 'event_left', action), { event_type: 'double' });
    assert.equal(told('86sw2', 'event_right', action), undefined);
    assert.deepEqual(told('switch', 'event', { action: 'hold', at }), { event_type: 'hold' });
  });

  it('that nobody described is passed over', () => {
    assert.equal(told('switch', 'event', { action: 'quintuple', at }), undefined);
    assert.equal(told('86sw2', 'event_left', { action: 'single', at }), undefined);
  });

  it('of a cube carries the turn', () => {
    const action = { action: 'rotate', angle: -90, durationMs: 500, at };
    assert.deepEqual(told('cube', 'event', action), { event_type: 'rotate', angle: -90, durationMs: 500 });
    assert.deepEqual(told('cube', 'event', { action: 'flip90', at }), { event_type: 'flip90' });
  });

  it('fires one trigger, and one event', () => {
    for (const definition of definitions) {
      const all = Object.entries(componentsOf(lumi(definition)));
      const { names = [], buttons = [] } = definition.actions ?? {};
      for (const name of names) {
        for (const button of buttons.length === 0 ? [undefined] : buttons) {
          const message = JSON.stringify({ action: name, ...(button === undefined ? {} : { button }), at });
          const triggers = all.filter(([, one]) => one.platform === 'device_automation' && fires(one, message));
          const events = all.filter(([, one]) => one.platform === 'event' && happened(one, message)?.event_type === name);
          assert.deepEqual([triggers.length, events.length], [1, 1], `${definition.name} ${message}`);
        }
      }
    }
  });
});

/** A value for each property of a model, as a message has them. */
function sampleOf({ properties }: Definition): Record<string, unknown> {
  const samples: Record<string, unknown> = {
    acceleration: { x: 1, y: 2, z: 3 },
    user: { method: 'card', id: 2 },
    color: '#102030',
    firmware: '1.0',
  };
  return Object.fromEntries(
    properties.map(({ description: { property, values, min, unit } }) => {
      if (property in samples) return [property, samples[property]];
      if (values !== undefined) return [property, values[0]];
      if (property === 'protocol') return [property, '1.1.2'];
      const isNumber =
        unit !== undefined ||
        min !== undefined ||
        ['density', 'vibrationStrength', 'illuminanceRaw', 'acPowerRaw', 'failedAttempts'].includes(property);
      return [property, isNumber ? Math.max(min ?? 0, 1) : true];
    }),
  );
}
