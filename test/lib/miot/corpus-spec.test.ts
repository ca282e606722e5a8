/**
 * Descriptions of real devices, read by the parser. Runs only where the environment variable LUMIOT_CORPUS names the folder of
 * `cloud.jsonl`. What each must come to is computed here, by other means than the parser's.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { findProperty } from '../../../lib/miot/spec-names';
import { parseSpec } from '../../../lib/miot/spec-parse';
import { parseReleases, urnOfModel } from '../../../lib/miot/spec-releases';
import type { DeviceSpec } from '../../../lib/miot/spec-types';
import { fromWire, toArgument } from '../../../lib/miot/spec-values';
import { instance } from './specs';

interface Row {
  readonly id: string;
  readonly kind: string;
  readonly raw: string;
  readonly expect?: Readonly<Record<string, unknown>> | null;
}

interface RawProperty {
  readonly iid: number;
  readonly format: string;
  readonly access: readonly string[];
  readonly valueList?: readonly unknown[];
  readonly 'value-list'?: readonly unknown[];
}

interface RawInstance {
  readonly services: readonly { readonly iid: number; readonly type: string; readonly properties?: readonly RawProperty[] }[];
}

/** A description of one row; a part stands in a device made for it. */
function specOf(row: Row): DeviceSpec {
  const json: unknown = JSON.parse(row.raw);
  if (row.kind === 'spec-instance') return parseSpec(json);
  return parseSpec(instance('model', [{ iid: 2, type: 'urn:miot-spec-v2:service:model:00007801:model:1', properties: [json] }]));
}

function differences(row: Row): string[] {
  const { expect } = row;
  if (expect === undefined || expect === null) return [];
  const spec = specOf(row) as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(expect).flatMap(([key, wanted]) =>
    JSON.stringify(spec[key]) === JSON.stringify(wanted) ? [] : [`${row.id} ${key}`],
  );
}

const folder = process.env.LUMIOT_CORPUS;

(folder ? describe : describe.skip)('corpus of descriptions', () => {
  const lines = folder ? readFileSync(path.join(folder, 'cloud.jsonl'), 'utf8').split('\n') : [];
  const rows = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
  const instances = rows.filter(({ kind }) => kind === 'spec-instance');
  const parts = rows.filter(({ kind }) => kind === 'spec-part');
  const described = [...instances, ...parts];

  it('is there', () => {
    assert.ok(instances.length >= 15 && parts.length >= 3, `${instances.length} instances, ${parts.length} parts`);
  });

  it('is read as expected', () => {
    assert.deepEqual(described.flatMap(differences), []);
  });

  it('loses no property, and gives each a name of its own that leads back to it', () => {
    for (const row of instances) {
      const spec = specOf(row);
      const wanted = (JSON.parse(row.raw) as RawInstance).services
        .filter(({ type }) => !type.includes(':device-information:'))
        .flatMap(({ iid, properties = [] }) => properties.map((property) => `${iid}.${property.iid}`));
      assert.deepEqual(spec.properties.map(({ siid, piid }) => `${siid}.${piid}`).sort(), wanted.sort(), row.id);
      assert.equal(new Set(spec.properties.map(({ name }) => name)).size, spec.properties.length, row.id);
      for (const property of spec.properties) {
        assert.equal(findProperty(spec, property.name), property);
        assert.equal(findProperty(spec, `${property.siid}.${property.piid}`), property);
      }
    }
  });

  it('keeps access, and every value of a list', () => {
    for (const row of instances) {
      const spec = specOf(row);
      for (const { iid, properties = [] } of (JSON.parse(row.raw) as RawInstance).services)
        for (const raw of properties) {
          const property = findProperty(spec, `${iid}.${raw.iid}`);
          if (property === undefined) continue;
          const { canRead, canWrite, canNotify, values, format } = property;
          assert.deepEqual(
            [canRead, canWrite, canNotify],
            ['read', 'write', 'notify'].map((way) => raw.access.includes(way)),
            row.id,
          );
          const list = raw['value-list'] ?? raw.valueList ?? [];
          if (format === 'integer' || format === 'number') assert.equal(values?.length ?? 0, list.length, `${row.id} ${property.name}`);
        }
    }
  });

  it('has values that come back as they went', () => {
    for (const property of described.flatMap((row) => specOf(row).properties)) {
      const { range, values = [] } = property;
      const numbers = range === undefined ? values.map(({ value }) => value) : [range.min, range.min + range.step];
      for (const number of numbers) assert.equal(fromWire(property, toArgument(property, number)), number, property.name);
      for (const { name, value } of values) assert.equal(toArgument(property, name), value, property.name);
    }
  });

  it('has a main property for each device with one', () => {
    const mains = instances.map((row) => specOf(row).main);
    assert.ok(mains.filter((main) => main !== undefined).length >= 11, String(mains));
    assert.ok(mains.includes('thermostat:on') && mains.includes('air-conditioner:on'), String(mains));
  });

  it('has models with more than one release', () => {
    const releases = rows.filter(({ kind }) => kind === 'spec-releases').flatMap(({ raw }) => parseReleases(JSON.parse(raw)));
    assert.equal(releases.length, 3);
    assert.match(urnOfModel(releases, 'vendor.plug.two_releases') ?? '', /:2$/);
  });
});
