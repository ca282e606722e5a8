/** The same for devices of accounts: values of a description through every template, and every command back through what sets a device. */

import assert from 'node:assert/strict';
import type { DeviceSpec, SpecProperty } from '../../../../lib/miot';
import { inputsOf } from '../../../../lib/miot/action-inputs';
import { findAction, findProperty } from '../../../../lib/miot/spec-names';
import { parseSpec } from '../../../../lib/miot/spec-parse';
import { fromWire, toWire } from '../../../../lib/miot/spec-values';
import { action, event, instance, property, service } from '../../miot/specs';
import { componentsOf, miot, specs } from './devices';
import { type Component, fires, happened, shown, uses } from './home-assistant';
import { fill } from './jinja';

const value = (number: number, description: string): object => ({ value: number, description });
const all = specs();
const of = (type: string): DeviceSpec => all.find((spec) => spec.type === type) ?? assert.fail(type);
const partOf = (spec: DeviceSpec, key: string): Component => componentsOf(miot(spec))[key] ?? assert.fail(key);

/** What would be written: by name, as the wire has it. */
function understood(spec: DeviceSpec, message: string): Record<string, unknown> {
  const payload = JSON.parse(message) as Record<string, unknown>;
  if (typeof payload.action === 'string') {
    const found = findAction(spec, payload.action) ?? assert.fail(message);
    return { action: found.name, inputs: inputsOf(found, undefined, 'x') };
  }
  return Object.fromEntries(
    Object.entries(payload).map(([name, value]) => {
      const found = findProperty(spec, name);
      assert.equal(found?.name, name, message);
      return [name, toWire(found ?? assert.fail(), value)];
    }),
  );
}

const sent = (spec: DeviceSpec, key: string, template: string, variables: Record<string, unknown>): unknown =>
  understood(spec, fill(partOf(spec, key)[template], variables));

function sampleOf(property: SpecProperty): unknown {
  if (property.values?.[0] !== undefined) return property.values[0].value;
  if (property.format === 'boolean') return true;
  if (property.format === 'text') return 'text';
  return fromWire(property, property.range?.max ?? 7);
}

const SILENT = new Set(['button', 'event', 'device_automation']);

describe("a state of an account's device in Home Assistant", () => {
  for (const spec of all) {
    it(`of "${spec.urn}" is unknown where it is missing or null, and shown where it is there`, () => {
      const values = Object.fromEntries(spec.properties.map((one) => [one.name, sampleOf(one)]));
      for (const [key, component] of Object.entries(componentsOf(miot(spec)))) {
        if (SILENT.has(String(component.platform)) || component.value_template === undefined) continue;
        const empty = shown(component, '{}');
        const none = shown(component, JSON.stringify(Object.fromEntries(Object.keys(values).map((name) => [name, null]))));
        const unknown = component.platform === 'text' ? '' : 'unknown';
        assert.equal(empty.state, unknown, key);
        assert.deepEqual(none, empty, key);
        assert.notEqual(shown(component, JSON.stringify(values)).state, unknown, key);
      }
    });
  }

  it('of a light is one', () => {
    const state = { 'light:on': true, 'light:brightness': 60, 'light:color': 0xff8800, 'light:color-temperature': 4000 };
    const message = JSON.stringify(state);
    assert.deepEqual(shown(partOf(of('light'), 'light'), message), { state: 'on', brightness: 153, rgb: [255, 136, 0], kelvin: 4000 });
  });

  it('of a list is its name', () => {
    assert.deepEqual(shown(partOf(of('light'), 'light_mode'), '{"light:mode": 2}'), { state: 'night' });
    assert.deepEqual(shown(partOf(of('light'), 'light_mode'), '{"light:mode": 99}'), { state: 'unknown' });
  });

  it('of a curtain is a cover', () => {
    assert.deepEqual(shown(partOf(of('curtain'), 'cover'), '{"curtain:current-position": 65}'), { state: 'open', position: 65 });
  });

  it('of a text is never longer than a state', () => {
    const spec = parseSpec(instance('thing', [service(2, 'thing', { properties: [property(1, 'note', { format: 'string' })] })]));
    const state = shown(partOf(spec, 'thing_note'), JSON.stringify({ 'thing:note': 'x'.repeat(300) }));
    assert.deepEqual(state, { state: 'x'.repeat(255) });
  });

  it('of a text that can be set is empty where nobody knows it, and never the word None', () => {
    const note = property(1, 'note', { format: 'string', access: ['read', 'notify', 'write'] });
    const spec = parseSpec(instance('thing', [service(2, 'thing', { properties: [note] })]));
    const part = partOf(spec, 'thing_note');
    assert.equal(part.platform, 'text');
    assert.deepEqual(shown(part, '{"thing:note": null}'), { state: '' });
    assert.deepEqual(shown(part, '{"thing:note": "word"}'), { state: 'word' });
  });
});

describe("a command of Home Assistant to an account's device", () => {
  for (const spec of all) {
    it(`"${spec.urn}" is understood, whatever is used`, () => {
      for (const [key, component] of Object.entries(componentsOf(miot(spec)))) {
        for (const { what, message } of uses(component))
          assert.doesNotThrow(() => understood(spec, message), `${key}: ${what}: ${message}`);
      }
    });
  }

  it('sets a light as a whole', () => {
    const on = (variables: Record<string, unknown>): unknown => sent(of('light'), 'light', 'command_on_template', variables);
    assert.deepEqual(on({}), { 'light:on': true });
    assert.deepEqual(on({ brightness: 1 }), { 'light:on': true, 'light:brightness': 1 });
    assert.deepEqual(on({ brightness: 255, color_temp: 2700 }), {
      'light:on': true,
      'light:brightness': 100,
      'light:color-temperature': 2700,
    });
    assert.deepEqual(on({ red: 255, green: 136, blue: 0 }), { 'light:on': true, 'light:color': 0xff8800 });
    assert.deepEqual(sent(of('light'), 'light', 'command_off_template', {}), { 'light:on': false });
  });

  it('never asks a light for less than it takes', () => {
    const dim = { format: 'uint16', unit: 'percentage', 'value-range': [10, 200, 1] };
    const spec = parseSpec(instance('light', [service(2, 'light', { properties: [property(1, 'on'), property(2, 'brightness', dim)] })]));
    assert.deepEqual(sent(spec, 'light', 'command_on_template', { brightness: 1 }), { 'light:on': true, 'light:brightness': 10 });
    assert.deepEqual(sent(spec, 'light', 'command_on_template', { brightness: 255 }), { 'light:on': true, 'light:brightness': 200 });
  });

  it('chooses by name, and sets numbers', () => {
    assert.deepEqual(sent(of('light'), 'light_mode', 'command_template', { value: 'reading' }), { 'light:mode': 3 });
    assert.deepEqual(sent(of('air-purifier'), 'air-purifier_fan-level', 'command_template', { value: 2 }), { 'air-purifier:fan-level': 2 });
    assert.deepEqual(sent(of('curtain'), 'cover', 'set_position_template', { position: 40 }), { 'curtain:target-position': 40 });
  });

  it('chooses "none" by another word, which Home Assistant does not take for unknown', () => {
    const list = {
      format: 'uint8',
      access: ['read', 'notify', 'write'],
      'value-list': [value(0, 'None'), value(1, 'Nothing'), value(2, 'Cool')],
    };
    const spec = parseSpec(instance('thing', [service(2, 'thing', { properties: [property(1, 'effect', list)] })]));
    const part = partOf(spec, 'thing_effect');
    const [none, nothing, cool] = part.options as readonly string[];
    assert.deepEqual(
      [0, 1, 2].map((wire) => shown(part, JSON.stringify({ 'thing:effect': wire }))),
      [{ state: none }, { state: nothing }, { state: cool }],
    );
    const sentBy = (word: unknown): unknown => sent(spec, 'thing_effect', 'command_template', { value: word });
    assert.deepEqual([none, nothing, cool].map(sentBy), [{ 'thing:effect': 0 }, { 'thing:effect': 1 }, { 'thing:effect': 2 }]);
  });

  it('does what a curtain and a lamp can do', () => {
    const { payload_open: open, payload_stop: stop } = partOf(of('curtain'), 'cover');
    assert.deepEqual(understood(of('curtain'), String(open)), { 'curtain:motor-control': 1 });
    assert.deepEqual(understood(of('curtain'), String(stop)), { 'curtain:motor-control': 0 });
    const press = partOf(of('light'), 'do_light_toggle').payload_press;
    assert.deepEqual(understood(of('light'), String(press)), { action: 'light:toggle', inputs: [] });
  });
});

describe("an event of an account's device in Home Assistant", () => {
  const remote = of('remote-control');
  const message = JSON.stringify({
    action: 'switch-sensor:double-click',
    arguments: { 'button-index': 2 },
    at: '2026-11-21T12:00:00.000Z',
  });

  it('is an event with its arguments', () => {
    assert.deepEqual(happened(partOf(remote, 'event_switch-sensor'), message), {
      event_type: 'double-click',
      arguments: { 'button-index': 2 },
    });
    assert.equal(happened(partOf(remote, 'event_switch-sensor'), '{"action":"other:click"}'), undefined);
  });

  it('fires one trigger', () => {
    const triggers = Object.values(componentsOf(miot(remote))).filter(({ platform }) => platform === 'device_automation');
    assert.deepEqual(
      triggers.filter((one) => fires(one, message)).map(({ type, subtype }) => [type, subtype]),
      [['button_double_press', 'switch-sensor']],
    );
  });

  it('of two services are two events', () => {
    const key = (iid: number): unknown => service(iid, 'switch-sensor', { events: [event(1, 'click')], actions: [action(1, 'identify')] });
    const spec = parseSpec(instance('remote-control', [key(2), key(3)]));
    const names = Object.values(componentsOf(miot(spec))).filter(({ platform }) => platform === 'event');
    assert.deepEqual(
      names.map(({ name, event_types }) => [name, event_types]),
      [
        ['Switch sensor event', ['click']],
        ['Switch sensor 2 event', ['click']],
      ],
    );
  });
});
