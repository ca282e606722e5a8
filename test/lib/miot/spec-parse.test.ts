/** Descriptions of devices as they come from the vendor, slips of the pen included: what is read, what is named how, what is left out. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { parseSpec } from '../../../lib/miot/spec-parse';
import { parseReleases, urnOfModel } from '../../../lib/miot/spec-releases';
import type { DeviceSpec, SpecProperty } from '../../../lib/miot/spec-types';
import { action, deviceUrn, event, instance, lamp, property, service } from './specs';

const names = (members: readonly { readonly name: string }[]): string[] => members.map(({ name }) => name);

/** The one property of a device that has nothing else. */
function only(members: Readonly<Record<string, unknown>>): SpecProperty {
  const { properties } = parseSpec(instance('thing', [service(2, 'thing', { properties: [property(1, 'level', members)] })]));
  const [first] = properties;
  assert.ok(first);
  return first;
}

describe('a description of a device', () => {
  it('is read with names, numbers, access, unit and range', () => {
    const spec = parseSpec(lamp);
    assert.deepEqual([spec.urn, spec.type, spec.isProprietary, spec.main], [deviceUrn('light'), 'light', false, 'light:on']);
    assert.deepEqual(spec.properties[1], {
      name: 'light:brightness',
      siid: 2,
      piid: 2,
      label: 'Light · Brightness',
      format: 'integer',
      canRead: true,
      canWrite: true,
      canNotify: true,
      unit: '%',
      range: { min: 1, max: 100, step: 1 },
    });
    assert.deepEqual(names(spec.actions), ['light:toggle']);
  });

  it('has no unit, range or list where there are none', () => {
    const { name, siid, piid, label, ...shape } = only({ format: 'uint8', access: ['read'] });
    assert.deepEqual([name, siid, piid, label], ['thing:level', 2, 1, 'Thing · Level']);
    assert.deepEqual(shape, { format: 'integer', canRead: true, canWrite: false, canNotify: false });
  });

  it('has ranges and lists of numbers only, and no range beside a list', () => {
    const both = { 'value-range': [0, 10, 1], 'value-list': [{ value: 1, description: 'One' }] };
    for (const format of ['bool', 'string']) {
      const { range, values } = only({ format, ...both });
      assert.deepEqual([range, values], [undefined, undefined], format);
    }
    for (const format of ['uint8', 'float']) {
      const { range, values } = only({ format, ...both });
      assert.deepEqual([range, values?.length], [undefined, 1], format);
    }
  });

  it('leaves out what everybody knows of a device already', () => {
    assert.deepEqual(names(parseSpec(lamp).properties), ['light:on', 'light:brightness', 'light:color', 'light:mode']);
  });

  it('is refused where it is none', () => {
    const wrong = [undefined, null, 7, 'text', [], {}, { type: deviceUrn('light') }, { services: [] }, { type: 'light', services: [] }];
    for (const json of [
      ...wrong,
      { type: 'urn:miot-spec-v2:service:light:00007802', services: [] },
      { type: deviceUrn('light'), services: {} },
    ])
      assert.throws(
        () => parseSpec(json),
        (error) => error instanceof LumiotError && error.code === 'UNSUPPORTED',
      );
  });

  it('is marked where its names are the vendor’s own', () => {
    const own = { ...lamp, type: 'urn:pretend-spec:device:light:00000001:pretend-x1:1' };
    assert.equal(parseSpec(own).isProprietary, true);
    assert.equal(parseSpec({ ...lamp, type: 'urn:bluetooth-spec:device:light:00000001:pretend-x1:1' }).isProprietary, false);
  });

  it('numbers services and properties of the same name in the order of their ids', () => {
    const gang = (iid: number): unknown => service(iid, 'switch', { properties: [property(5, 'on'), property(1, 'on')] });
    const spec = parseSpec(instance('switch', [gang(3), gang(2), gang(7)]));
    assert.deepEqual(
      spec.properties.map(({ name, siid, piid }) => `${name} ${siid}.${piid}`),
      ['switch:on 2.1', 'switch:on.2 2.5', 'switch.2:on 3.1', 'switch.2:on.2 3.5', 'switch.3:on 7.1', 'switch.3:on.2 7.5'],
    );
    assert.deepEqual(
      spec.properties.slice(0, 4).map(({ label }) => label),
      ['Switch · On', 'Switch · On 2', 'Switch 2 · On', 'Switch 2 · On 2'],
    );
  });

  it('names what has no name by its number', () => {
    const nameless = { iid: 2, type: 'nonsense', properties: [{ iid: 4, format: 'bool', access: ['read'] }] };
    const [first] = parseSpec(instance('thing', [nameless])).properties;
    assert.deepEqual([first?.name, first?.label], ['service-2:property-4', 'Service 2 · Property 4']);
  });

  it('keeps each number once and drops what has none', () => {
    const properties = [property(1, 'one'), property(1, 'two'), property(0, 'zero'), property(-1, 'minus'), { format: 'bool' }, null, 'x'];
    const spec = parseSpec(instance('thing', [service(2, 'thing', { properties }), service(2, 'again'), 7]));
    assert.deepEqual(names(spec.properties), ['thing:one']);
  });

  it('knows write-only, notify-only and inaccessible properties', () => {
    const access = (list: unknown): boolean[] => {
      const { canRead, canWrite, canNotify } = only({ access: list });
      return [canRead, canWrite, canNotify];
    };
    assert.deepEqual(access(['write']), [false, true, false]);
    assert.deepEqual(access(['notify']), [false, false, true]);
    assert.deepEqual(access([]), [false, false, false]);
    assert.deepEqual(access('read'), [false, false, false]);
    assert.deepEqual(access(undefined), [false, false, false]);
  });

  it('takes anything but texts, switches and fractions for whole numbers', () => {
    const formats = {
      bool: 'boolean',
      string: 'text',
      float: 'number',
      uint8: 'integer',
      int64: 'integer',
      hex: 'integer',
      tlv8: 'integer',
    };
    for (const [format, expected] of Object.entries(formats)) assert.equal(only({ format }).format, expected, format);
  });

  it('believes the steps where they contradict the format', () => {
    const halves = only({ format: 'uint8', 'value-range': [16, 32, 0.5] });
    assert.deepEqual([halves.format, halves.range], ['number', { min: 16, max: 32, step: 0.5 }]);
  });

  it('reads ranges with a missing step, and no range that is none', () => {
    assert.deepEqual(only({ format: 'int16', 'value-range': [0, 10] }).range, { min: 0, max: 10, step: 1 });
    assert.deepEqual(only({ format: 'float', 'value-range': [0, 10, 0] }).range, { min: 0, max: 10, step: 0.1 });
    assert.deepEqual(only({ format: 'float', 'value-range': ['-5', '5.25', '0.05'] }).range, { min: -5, max: 5.25, step: 0.05 });
    assert.deepEqual(only({ format: 'int16', 'value-range': [5, 5, 1] }).range, { min: 5, max: 5, step: 1 });
    assert.deepEqual(only({ format: 'float', 'value-range': [0, 1.5e-7] }).range, { min: 0, max: 1.5e-7, step: 1e-8 });
    for (const range of [[10, 0, 1], [1], ['a', 'b', 'c'], {}, null, [0, Number.NaN, 1]])
      assert.equal(only({ format: 'int16', 'value-range': range }).range, undefined);
  });

  it('shows units as people write them', () => {
    const units = {
      percentage: '%',
      celsius: '°C',
      'μg/m3': 'µg/m³',
      'µg/m3': 'µg/m³',
      lux: 'lx',
      kWh: 'kWh',
      furlong: 'furlong',
      none: undefined,
    };
    for (const [unit, shown] of Object.entries(units)) assert.equal(only({ unit }).unit, shown, unit);
  });

  it('gives each value of a list a name of its own', () => {
    const descriptions = ['Auto', 'auto', '', '自动', 'Level 1', '2', 'Très bas', 'auto-2'];
    const list = descriptions.map((description, index) => ({ value: index - 1, description }));
    const { values } = only({ format: 'int8', 'value-list': [...list, { value: 0, description: 'again' }, { description: 'none' }, null] });
    assert.deepEqual(
      values?.map(({ value, name }) => `${value} ${name}`),
      ['-1 auto', '0 auto-2', '1 value-1', '2 value-2', '3 level-1', '4 option-2', '5 tres-bas', '6 auto-2-2'],
    );
    assert.deepEqual(
      values?.slice(0, 4).map(({ label }) => label),
      ['Auto', 'auto', 'value-1', '自动'],
    );
  });

  it('has no list where there are no values', () => {
    for (const list of [[], {}, 'x', [{ value: 'x', description: 'X' }]])
      assert.equal(only({ format: 'uint8', 'value-list': list }).values, undefined);
  });

  it('finds inputs, outputs and arguments among the properties of the service', () => {
    const spec = parseSpec(
      instance('thing', [
        service(2, 'thing', {
          properties: [property(1, 'count'), property(2, 'speed')],
          actions: [
            action(1, 'start', { in: [2, 1], out: [1] }),
            action(2, 'broken', { in: [1, 9] }),
            action(3, 'half', { out: [1, 9, 2] }),
          ],
          events: [event(1, 'click', { arguments: [2] }), event(2, 'odd', { arguments: [{ piid: 1 }, 9, 2] })],
        }),
      ]),
    );
    const read = spec.actions.map(({ name, inputs, outputs }) => [name, names(inputs), names(outputs)]);
    assert.deepEqual(read, [
      ['thing:start', ['thing:speed', 'thing:count'], ['thing:count']],
      ['thing:half', [], ['thing:count']],
    ]);
    assert.deepEqual(
      spec.events.map(({ name, arguments: list }) => [name, names(list)]),
      [
        ['thing:click', ['thing:speed']],
        ['thing:odd', ['thing:count']],
      ],
    );
  });

  it('is data, whatever it is called', () => {
    const properties = [property(1, '__proto__'), property(2, 'constructor')];
    const json: unknown = JSON.parse(`{"__proto__":{"type":"x"},"type":"${deviceUrn('__proto__')}","services":[]}`);
    assert.equal(parseSpec(json).type, '__proto__');
    assert.deepEqual(names(parseSpec(instance('thing', [service(2, 'toString', { properties })])).properties), [
      'tostring:__proto__',
      'tostring:constructor',
    ]);
    assert.throws(() => parseSpec(Object.create(lamp)));
  });

  it('is cut where it never ends', () => {
    const properties = Array.from({ length: 3_000 }, (_, index) =>
      property(index + 1, 'x'.repeat(5_000), { description: 'y'.repeat(5_000) }),
    );
    const spec = parseSpec(
      instance(
        'thing',
        Array.from({ length: 600 }, (_, index) => service(index + 1, 'a', { properties: index ? [] : properties })),
      ),
    );
    assert.ok(spec.properties.length <= 500);
    assert.ok(spec.properties.every(({ name, label }) => name.length < 250 && label.length < 450));
  });
});

describe('labels of a description', () => {
  const translations = {
    data: {
      en: { 'service:002': 'Lamp', 'service:002:property:001': 'Power' },
      zh_cn: {
        'service:002': '灯',
        'service:002:property:001': '开关',
        'service:002:property:004:valuelist:001': '夜灯',
        'service:002:action:001': '切换',
      },
      nl_NL: { 'service:002': 'Lampje' },
    },
  };
  const inLanguage = (language?: string, json: unknown = translations): DeviceSpec => parseSpec(lamp, json, language);
  const firstLabel = (spec: DeviceSpec): string | undefined => spec.properties[0]?.label;

  it('stand in the language asked for, also under the vendor’s name of it', () => {
    for (const language of ['zh-CN', 'zh', 'zh_cn', 'zh-Hans-CN']) assert.equal(firstLabel(inLanguage(language)), '灯 · 开关', language);
    assert.equal(inLanguage('zh').actions[0]?.label, '灯 · 切换');
    assert.equal(firstLabel(inLanguage('nl')), 'Lampje · Power');
  });

  it('count the values of a list from 0, whatever the values are', () => {
    assert.deepEqual(inLanguage('zh').properties[3]?.values, [
      { value: 1, name: 'day', label: 'Day' },
      { value: 2, name: 'night-light', label: '夜灯' },
    ]);
  });

  it('fall back to English and then to the description', () => {
    assert.equal(firstLabel(inLanguage('ru')), 'Lamp · Power');
    assert.equal(inLanguage('ru').properties[1]?.label, 'Lamp · Brightness');
    assert.equal(firstLabel(inLanguage(undefined)), 'Light · Switch');
  });

  it('never change a name', () => {
    assert.deepEqual(names(inLanguage('zh').properties), names(inLanguage().properties));
  });

  it('are not needed', () => {
    for (const json of [null, 7, {}, { data: 7 }, { data: { zh_cn: 7, en: [] } }, { data: { zh: { 'service:002': 7 } } }])
      assert.equal(firstLabel(inLanguage('zh', json)), 'Light · Switch');
  });
});

describe('the list of all descriptions', () => {
  const urn = (version: number): string => deviceUrn('outlet', version);
  const row = (version: number, status?: string): unknown => ({ model: 'pretend.plug.x1', version, type: urn(version), status });

  it('has the newest released one of a model', () => {
    const releases = parseReleases({ instances: [row(1, 'released'), row(3, 'debug'), row(2, 'released')] });
    assert.equal(urnOfModel(releases, 'pretend.plug.x1'), urn(2));
    assert.equal(urnOfModel(releases, 'pretend.plug.x2'), undefined);
    assert.equal(urnOfModel(parseReleases({ instances: [row(1, 'debug')] }), 'pretend.plug.x1'), urn(1));
  });

  it('loses only the rows that make no sense', () => {
    assert.equal(parseReleases({ instances: [null, 7, {}, { model: 'x', type: '../..' }, { type: urn(1) }, row(1)] }).length, 1);
    for (const json of [null, [], { instances: {} }, 'x']) assert.deepEqual(parseReleases(json), []);
  });
});
