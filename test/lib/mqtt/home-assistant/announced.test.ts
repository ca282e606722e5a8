/** What Home Assistant is told of a device as it changes: what is gone, and what there was no room for. */

import assert from 'node:assert/strict';
import type { DeviceSpec, SpecProperty } from '../../../../lib/miot';
import { announcing } from '../../../../lib/mqtt/home-assistant';
import type { Announced } from '../../../../lib/mqtt/home-assistant/announced';
import type { DiscoveryOf, HomeDevice } from '../../../../lib/mqtt/types';
import { accountContext, deviceOf, gatewayContext, lumiOf, miot } from './devices';
import type { Component } from './home-assistant';

type Components = Readonly<Record<string, Component>>;

describe('what Home Assistant has been told', () => {
  let said: string[];
  let announced: Announced;
  const log = { info: () => {}, warn: (text: string) => said.push(text), error: () => {} };
  const start = (): DiscoveryOf => announcing(log, announced);
  const components = (discovery: DiscoveryOf, device: HomeDevice, context = gatewayContext): Components =>
    (discovery(device, context) as { readonly components: Components }).components;
  const gone = (all: Components): string[] =>
    Object.entries(all)
      .filter(([, component]) => Object.keys(component).length === 1)
      .map(([key, { platform }]) => `${String(platform)} ${key}`);

  beforeEach(() => {
    said = [];
    announced = new Map();
  });

  it('is taken back part by part, when a device turns out to be another, or loses something', () => {
    const discovery = start();
    const guessed = components(discovery, lumiOf('plug'));
    assert.deepEqual(gone(guessed), []);
    const known = components(discovery, lumiOf('ctrl_neutral1'));
    assert.deepEqual(gone(known), ['sensor power', 'sensor energy', 'binary_sensor inUse', 'sensor mainsVoltage']);
    assert.ok(
      Object.keys(guessed).every((key) => key in known),
      'everything that was there is told of, one way or the other',
    );
    assert.deepEqual(components(discovery, lumiOf('ctrl_neutral1')), known, 'and again, for who was away');
    assert.ok(
      gone(components(discovery, lumiOf('plug'))).every((one) => !one.endsWith(' power')),
      'what is back is there',
    );
  });

  it('is known to the nodes that come after a deploy', () => {
    components(start(), lumiOf('plug'));
    assert.ok(gone(components(start(), lumiOf('ctrl_neutral1'))).includes('binary_sensor inUse'));
  });

  it('is of each device by itself, and of nothing once there was nothing to show', () => {
    const discovery = start();
    components(discovery, lumiOf('plug'));
    assert.deepEqual(
      gone(components(discovery, { ...lumiOf('sensor_ht'), info: { ...lumiOf('sensor_ht').info, id: '158d000000beef' } })),
      [],
    );
    assert.equal(discovery(deviceOf(undefined), gatewayContext), undefined);
    assert.deepEqual(gone(components(discovery, lumiOf('sensor_ht'))), []);
  });

  it('says once what there is no room for, and says it again when that is something else', () => {
    const discovery = start();
    components(discovery, miot(long(103)), accountContext);
    components(discovery, miot(long(103)), accountContext);
    assert.equal(said.length, 1);
    assert.match(said[0] ?? '', /Home Assistant is not told of all that Thing \(68332340\) has/);
    assert.match(
      said[0] ?? '',
      /Left out: service_word-100, service_word-101, service_word-102\. The values are at lumiot\/a1b2c3\/68332340/,
    );
    components(start(), miot(long(103)), accountContext);
    assert.equal(said.length, 1, 'nor after a deploy');
    components(discovery, miot(long(104)), accountContext);
    assert.equal(said.length, 2);
    components(discovery, miot(long(100)), accountContext);
    assert.equal(said.length, 2);
  });
});

/** A description of so many properties that can only be read. */
function long(count: number): DeviceSpec {
  const property = (index: number): SpecProperty => ({
    name: `service:word-${index}`,
    siid: 2,
    piid: index,
    label: '',
    format: 'boolean',
    canRead: true,
    canWrite: false,
    canNotify: true,
  });
  const properties = Array.from({ length: count }, (_, index) => property(index));
  return { urn: '', type: 'thing', label: '', isProprietary: false, properties, actions: [], events: [], main: undefined };
}
