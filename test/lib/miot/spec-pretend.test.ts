/** Descriptions that the pretend cloud has, written by others than the parser: each is read whole, and each device has what people mean by it. */

import assert from 'node:assert/strict';
import { familyOf } from '../../../lib/miot/spec-families';
import { findProperty } from '../../../lib/miot/spec-names';
import { parseSpec } from '../../../lib/miot/spec-parse';
import type { DeviceSpec } from '../../../lib/miot/spec-types';
import { definitions } from '../../../lib/simulator/cloud/specs';
import { toInstance, toTranslations } from '../../../lib/simulator/cloud/specs/definition';

/** Through text, as over the wire. */
const overTheWire = (content: unknown): unknown => JSON.parse(JSON.stringify(content));

const mains: Readonly<Record<string, string>> = {
  light: 'light:on',
  outlet: 'switch:on',
  switch: 'switch:on',
  'temperature-humidity-sensor': 'temperature-humidity-sensor:temperature',
  'occupancy-sensor': 'occupancy-sensor:occupancy-status',
  'magnet-sensor': 'magnet-sensor:contact-state',
  'submersion-sensor': 'submersion-sensor:submersion-state',
  'air-purifier': 'air-purifier:on',
  'air-conditioner': 'air-conditioner:on',
  curtain: 'curtain:target-position',
  vacuum: 'vacuum:status',
};
/** Kinds of devices for which no family exists. */
const others = ['air-purifier', 'vacuum'];

describe('descriptions of the pretend cloud', () => {
  const specs = definitions.map(
    (definition): DeviceSpec => parseSpec(overTheWire(toInstance(definition)), overTheWire({ data: toTranslations(definition) }), 'zh-CN'),
  );

  it('have the main property of their kind', () => {
    for (const { type, main } of specs) assert.equal(main, mains[type], type);
  });

  it('have a family where there is one', () => {
    assert.deepEqual(
      specs.filter((spec) => familyOf(spec) === 'unknown').map(({ type }) => type),
      others,
    );
  });

  it('lead back from each name to its property', () => {
    for (const spec of specs) for (const property of spec.properties) assert.equal(findProperty(spec, property.name), property);
  });
});
