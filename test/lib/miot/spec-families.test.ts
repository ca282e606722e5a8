/** What kind of device a description is about, and what people mean when they name the device alone. */

import assert from 'node:assert/strict';
import { familyOf, familyOfType } from '../../../lib/miot/spec-families';
import { parseSpec } from '../../../lib/miot/spec-parse';
import { instance, property, service } from './specs';

/** A device with services that each have the properties named. */
function main(type: string, services: Readonly<Record<string, readonly string[]>>, members = {}): string | undefined {
  const list = Object.entries(services).map(([name, properties], index) =>
    service(index + 2, name, { properties: properties.map((word, at) => property(at + 1, word, members)) }),
  );
  return parseSpec(instance(type, list)).main;
}

describe('the family of a device', () => {
  it('follows from the type of its description', () => {
    const families = {
      light: 'light',
      outlet: 'plug',
      switch: 'switch',
      curtain: 'curtain',
      'temperature-humidity-sensor': 'environment',
      'motion-sensor': 'motion',
      'occupancy-sensor': 'motion',
      'magnet-sensor': 'contact',
      'submersion-sensor': 'leak',
      'remote-control': 'button',
      'smoke-sensor': 'smoke',
      'gas-sensor': 'gas',
      'air-conditioner': 'thermostat',
      thermostat: 'thermostat',
      heater: 'thermostat',
      gateway: 'gateway',
      lock: 'lock',
      'air-purifier': 'unknown',
      constructor: 'unknown',
    };
    for (const [type, family] of Object.entries(families)) {
      assert.equal(familyOf(parseSpec(instance(type, []))), family, type);
      assert.equal(familyOfType(type), family);
    }
  });
});

describe('the main property of a device', () => {
  it('is what people mean by it', () => {
    assert.equal(main('light', { 'night-light': ['on'], light: ['mode', 'on'] }), 'light:on');
    assert.equal(main('outlet', { 'indicator-light': ['on'], switch: ['on'], 'power-consumption': ['electric-power'] }), 'switch:on');
    assert.equal(main('switch', { switch: ['mode', 'on'] }), 'switch:on');
    assert.equal(main('curtain', { curtain: ['motor-control', 'current-position', 'target-position'] }), 'curtain:target-position');
    assert.equal(main('curtain', { curtain: ['motor-control'] }), 'curtain:motor-control');
    assert.equal(
      main('temperature-humidity-sensor', {
        battery: ['battery-level'],
        'temperature-humidity-sensor': ['relative-humidity', 'temperature'],
      }),
      'temperature-humidity-sensor:temperature',
    );
    assert.equal(main('air-purifier', { 'air-purifier': ['mode', 'on'], environment: ['pm2.5-density'] }), 'air-purifier:on');
    assert.equal(main('vacuum', { battery: ['battery-level'], vacuum: ['status'] }), 'vacuum:status');
    assert.equal(main('magnet-sensor', { 'magnet-sensor': ['illumination', 'contact-state'] }), 'magnet-sensor:contact-state');
  });

  it('is the switch of a device whose type nobody listed', () => {
    assert.equal(main('humidifier', { environment: ['temperature'], humidifier: ['on'] }), 'humidifier:on');
  });

  it('is looked for among the services where the type says nothing', () => {
    assert.equal(main('unknown', { 'indicator-light': ['on'], 'air-conditioner': ['on'], light: ['on'] }), 'air-conditioner:on');
  });

  it('is none where nothing fits', () => {
    assert.equal(main('remote-control', { 'switch-sensor': ['battery'] }), undefined);
    assert.equal(main('unknown', { 'indicator-light': ['on'] }), undefined);
    assert.equal(main('light', {}), undefined);
  });

  it('is nothing that can neither be read nor set nor heard', () => {
    assert.equal(main('light', { light: ['on'] }, { access: [] }), undefined);
  });
});
