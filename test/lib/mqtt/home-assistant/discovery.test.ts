/** Discovery of every model of the catalogue and of every description at hand is what Home Assistant takes. */

import assert from 'node:assert/strict';
import { definitions, findDefinition, resolveDefinition, unknownDefinition } from '../../../../lib/devices';
import type { DeviceSpec, SpecProperty } from '../../../../lib/miot';
import { discoveryOf } from '../../../../lib/mqtt/home-assistant';
import type { HomeDevice } from '../../../../lib/mqtt/types';
import { accountContext, componentsOf, deviceOf, expectedOf, GATEWAY, gatewayContext, lumi, lumiOf, miot, specs } from './devices';
import { complaints } from './validate';

const all = [
  ...definitions.map((definition) => ({ title: definition.name, device: lumi(definition), context: gatewayContext })),
  ...specs().map((spec) => ({ title: spec.urn, device: miot(spec), context: accountContext })),
];

describe("Home Assistant's discovery", () => {
  for (const { title, device, context } of all) {
    it(`of "${title}" is valid`, () => {
      assert.deepEqual(complaints(discoveryOf(device, context), expectedOf(device, context)), []);
    });
  }

  it('of every model has an entity for all that is readable, and a way to use all that is writable', () => {
    for (const definition of definitions) {
      const text = JSON.stringify(componentsOf(lumi(definition)));
      for (const { description } of definition.properties) {
        assert.ok(text.includes(`value_json['${description.property}']`), `${definition.name}: ${description.property}`);
      }
    }
  });

  it('of the same device is the same text, whatever its state', () => {
    for (const { device, context } of all) {
      const other = {
        ...device,
        state: { on: true },
        info: { ...device.info, online: false, battery: 3, lastSeen: '2026-11-21T12:00:00.000Z' },
      };
      assert.equal(JSON.stringify(discoveryOf(device, context)), JSON.stringify(discoveryOf(other, context)));
    }
  });

  it('stays below 32 kB', () => {
    const sizes = all.map(({ title, device, context }) => ({
      title,
      size: Buffer.byteLength(JSON.stringify(discoveryOf(device, context))),
    }));
    sizes.sort((one, other) => other.size - one.size);
    assert.ok(
      sizes.every(({ size }) => size < 32_768),
      JSON.stringify(sizes.slice(0, 5)),
    );
    assert.ok((sizes[0]?.size ?? 0) > 2_000);
  });

  it('of a description without an end has its first hundred, the main one among them', () => {
    const property = (index: number): SpecProperty => ({
      name: `service:word-${index}`,
      siid: 2,
      piid: index,
      label: '',
      format: 'boolean',
      canRead: true,
      canWrite: true,
      canNotify: true,
    });
    const properties = Array.from({ length: 500 }, (_, index) => property(index + 1));
    const spec: DeviceSpec = {
      urn: '',
      type: 'thing',
      label: '',
      isProprietary: false,
      properties,
      actions: [],
      events: [],
      main: 'service:word-499',
    };
    const device = miot(spec);
    const components = componentsOf(device);
    assert.ok(Object.keys(components).length > 40 && Object.keys(components).length <= 100);
    assert.equal(components['service_word-499']?.name, null);
    const text = JSON.stringify(discoveryOf(device, accountContext));
    assert.ok(Buffer.byteLength(text) < 32_768, `${Buffer.byteLength(text)}`);
    assert.deepEqual(complaints(discoveryOf(device, accountContext), expectedOf(device, accountContext)), []);
  });

  it('of a description that is too long leaves out what can only be read first, and never half an entity', () => {
    const property = (index: number, canWrite: boolean): SpecProperty => ({
      name: `${'long'.repeat(20)}:word-${index}`,
      siid: 2,
      piid: index,
      label: '',
      format: 'integer',
      canRead: true,
      canWrite,
      canNotify: true,
    });
    const properties = Array.from({ length: 90 }, (_, index) => property(index, index >= 70));
    const spec: DeviceSpec = {
      urn: '',
      type: 'thing',
      label: '',
      isProprietary: false,
      properties,
      actions: [],
      events: [],
      main: undefined,
    };
    const platforms = Object.values(componentsOf(miot(spec))).map(({ platform }) => platform);
    assert.equal(platforms.filter((platform) => platform === 'number').length, 20);
    assert.ok(platforms.length < 90);
    assert.deepEqual(complaints(discoveryOf(miot(spec), accountContext), expectedOf(miot(spec), accountContext)), []);
  });

  it('of what nobody knows is none', () => {
    assert.equal(discoveryOf(deviceOf(undefined), gatewayContext), undefined);
    assert.equal(discoveryOf(deviceOf({ kind: 'lumi', definition: unknownDefinition }), gatewayContext), undefined);
  });

  it('of a guessed model is valid too', () => {
    const definition = resolveDefinition('', { channel_0: 'on', channel_1: 'off' });
    assert.deepEqual(definition.models, []);
    const device = lumi(definition);
    assert.deepEqual(complaints(discoveryOf(device, gatewayContext), expectedOf(device, gatewayContext)), []);
  });
});

describe('the device of a discovery', () => {
  const made = (device: ReturnType<typeof lumi>, context = gatewayContext): unknown =>
    (discoveryOf(device, context) as { readonly device: unknown }).device;

  it('says what is known of it', () => {
    assert.deepEqual(made(lumiOf('sensor_ht')), {
      identifiers: ['lumiot_158d0001a2b3c4'],
      name: 'Thing',
      manufacturer: 'Xiaomi',
      model: 'Mi temperature and humidity sensor (WSDCGQ01LM)',
      model_id: 'sensor_ht',
      serial_number: '158d0001a2b3c4',
      suggested_area: 'Kitchen',
      via_device: `lumiot_${GATEWAY}`,
    });
  });

  it('invents nothing', () => {
    const definition = findDefinition('rgbw_light');
    assert.ok(definition !== undefined);
    const bare = deviceOf({ kind: 'lumi', definition }, { name: '', room: '', gateway: '', model: '' });
    assert.deepEqual(made(bare), {
      identifiers: ['lumiot_158d0001a2b3c4'],
      name: '158d0001a2b3c4',
      model: 'Colour bulb',
      serial_number: '158d0001a2b3c4',
    });
  });

  it('is not behind a gateway that Home Assistant is not told of', () => {
    const behind = (gateway: HomeDevice | undefined): unknown => {
      const home = {
        ...gatewayContext.home,
        gateway,
        device(this: { readonly gateway: HomeDevice | undefined }, id: string) {
          return id === GATEWAY ? this.gateway : undefined;
        },
      };
      return (made(lumiOf('plug'), { ...gatewayContext, home }) as { readonly via_device?: string }).via_device;
    };
    const of = (model: string, description: HomeDevice['description']): HomeDevice => deviceOf(description, { id: GATEWAY, model });
    assert.equal(behind(of('gateway.x9', undefined)), undefined);
    assert.equal(behind(lumiOf('gateway')), `lumiot_${GATEWAY}`);
    assert.equal(behind(of('', undefined)), `lumiot_${GATEWAY}`, 'what it is will be known in a moment');
    assert.equal(behind(undefined), `lumiot_${GATEWAY}`);
  });

  it('of a gateway is not behind itself, and of an account behind nothing', () => {
    const { via_device: behind } = made(lumiOf('gateway')) as { readonly via_device?: string };
    assert.equal(behind, undefined);
    for (const spec of specs()) assert.equal((made(miot(spec), accountContext) as { readonly via_device?: string }).via_device, undefined);
  });
});

describe('entities', () => {
  const platforms = (model: string): Record<string, string> =>
    Object.fromEntries(
      Object.entries(componentsOf(lumiOf(model)))
        .filter(([, { platform }]) => platform !== 'device_automation')
        .map(([key, { platform, device_class: name = '' }]) => [key, `${String(platform)} ${String(name)}`.trim()]),
    );

  it('of a plug', () => {
    assert.deepEqual(platforms('plug'), {
      on: 'switch outlet',
      power: 'sensor power',
      energy: 'sensor energy',
      inUse: 'binary_sensor plug',
      mainsVoltage: 'sensor voltage',
    });
  });

  it('of a gateway', () => {
    assert.deepEqual(platforms('gateway'), {
      light: 'light',
      illuminanceRaw: 'sensor',
      illuminance: 'sensor illuminance',
      firmware: 'sensor',
      protocol: 'sensor',
      ringtone: 'siren',
      pair: 'button',
      stop_pairing: 'button',
      refresh: 'button',
    });
  });

  it('of an air conditioning partner', () => {
    const { climate, relay, ringtone } = platforms('acpartner.v3');
    assert.deepEqual([climate, relay, ringtone], ['climate', 'switch switch', 'siren']);
  });

  it('of a remote with two keys: one event for each, and nine triggers', () => {
    const components = componentsOf(lumiOf('86sw2'));
    const events = Object.values(components).filter(({ platform }) => platform === 'event');
    assert.deepEqual(
      events.map(({ name }) => name),
      ['Left', 'Right', 'Both'],
    );
    const triggers = Object.values(components).filter(({ platform }) => platform === 'device_automation');
    assert.equal(triggers.length, 9);
    assert.deepEqual([triggers[0]?.type, triggers[0]?.subtype, triggers[0]?.payload], ['button_short_press', 'left', 'left single']);
  });

  it('take the name of the device where it is about one thing, and only there', () => {
    const named = definitions.flatMap((definition) => {
      const main = Object.entries(componentsOf(lumi(definition))).find(([, { name }]) => name === null);
      return main === undefined ? [] : [`${definition.family} ${main[0]}`];
    });
    assert.deepEqual([...new Set(named)].sort(), [
      'button event',
      'contact open',
      'cube event',
      'curtain cover',
      'gas gas',
      'gateway climate',
      'leak leak',
      'light light',
      'lock event',
      'motion motion',
      'plug on',
      'smoke smoke',
      'switch on',
      'thermostat climate',
      'vibration event',
    ]);
  });

  it('of an account have English names of their own', () => {
    const lamp = specs()[0];
    assert.ok(lamp !== undefined);
    assert.deepEqual(
      Object.entries(componentsOf(miot(lamp))).map(([key, { platform, name }]) => `${key} ${String(platform)} ${String(name)}`),
      ['light light null', 'light_mode select Mode', 'do_light_toggle button Toggle'],
    );
  });
});
