import assert from 'node:assert/strict';
import { parseCloud } from '../../../../lib/simulator';
import { accepts, CloudThing } from '../../../../lib/simulator/cloud/device';
import { definitions } from '../../../../lib/simulator/cloud/specs';
import { CloudBench, type Json } from './bench';

interface Entry {
  readonly iid: number;
  readonly type: string;
  readonly description: string;
  readonly format?: string;
  readonly access?: readonly string[];
  readonly 'value-range'?: readonly number[];
  readonly 'value-list'?: readonly { value: number; description: string }[];
  readonly in?: readonly number[];
  readonly out?: readonly number[];
  readonly arguments?: readonly number[];
}

interface Service extends Entry {
  readonly properties?: readonly Entry[];
  readonly actions?: readonly Entry[];
  readonly events?: readonly Entry[];
}

const URN = /^urn:miot-spec-v2:(device|service|property|action|event):[a-z0-9.-]+:[0-9A-F]{8}:lumiot-[a-z0-9]+:1$/;

describe('the descriptions of the pretend cloud', () => {
  let bench: CloudBench;
  before(async () => {
    bench = await CloudBench.open();
  });
  after(() => bench.close());

  const instance = (urn: string): Promise<{ status: number; json: Json }> =>
    bench.send('GET', `/miot-spec-v2/instance?type=${encodeURIComponent(urn)}`);

  it('are listed by model', async () => {
    const { json } = await bench.send('GET', '/miot-spec-v2/instances?status=released');
    const instances = json.instances as Json[];
    assert.equal(instances.length, definitions.length);
    assert.ok(instances.length >= 12);
    assert.deepEqual(Object.keys(instances[0] ?? {}).sort(), ['model', 'status', 'ts', 'type', 'version']);
    assert.equal(new Set(instances.map(({ model }) => model)).size, instances.length);
    assert.equal(new Set(instances.map(({ type }) => type)).size, instances.length);
  });

  it('need no token', async () => {
    assert.equal((await instance(definitions[0]?.urn ?? '')).status, 200);
    assert.equal((await instance('urn:miot-spec-v2:device:light:0000A001:nobody-x:1')).status, 404);
  });

  for (const { urn, type } of definitions)
    it(`have the published form: ${type}`, async () => {
      const { json } = await instance(urn);
      assert.equal(json.type, urn);
      assert.match(urn, URN);
      for (const service of json.services as Service[]) {
        assert.match(service.type, URN);
        const piids = (service.properties ?? []).map(({ iid }) => iid);
        assert.equal(new Set(piids).size, piids.length);
        for (const property of service.properties ?? []) {
          assert.match(property.type, URN);
          assert.match(property.format ?? '', /^(bool|u?int(8|16|32|64)|float|string)$/);
          for (const word of property.access ?? ['none']) assert.ok(['read', 'write', 'notify'].includes(word));
          if (property['value-range'] !== undefined) assert.equal(property['value-range'].length, 3);
          for (const { value, description } of property['value-list'] ?? [])
            assert.deepEqual([typeof value, typeof description], ['number', 'string']);
        }
        for (const action of service.actions ?? [])
          for (const piid of [...(action.in ?? [0]), ...(action.out ?? [0])]) assert.ok(piids.includes(piid));
        for (const event of service.events ?? []) for (const piid of event.arguments ?? [0]) assert.ok(piids.includes(piid));
      }
    });

  it('begin every device with values that it would take itself', () => {
    for (const { model, urn } of definitions) {
      const [device] = parseCloud({ devices: [{ did: '1', model, urn }] }).devices;
      assert.ok(device);
      const thing = new CloudThing(device);
      for (const { service, property } of thing.places())
        assert.ok(accepts(property, thing.get(service.iid, property.iid)), `${model} ${service.name}:${property.name}`);
    }
  });

  it('are translated under the published keys', async () => {
    const { json } = await bench.send('GET', `/instance/v2/multiLanguage?urn=${encodeURIComponent(definitions[0]?.urn ?? '')}`);
    const { en, zh_cn: zh } = json.data as Record<string, Record<string, string>>;
    assert.equal(en?.['service:002'], 'Light');
    assert.equal(en?.['service:002:property:002'], 'Brightness');
    assert.equal(en?.['service:002:property:004:valuelist:001'], 'Night');
    assert.equal(en?.['service:002:action:001'], 'Toggle');
    assert.equal(zh?.['service:002:property:002'], '亮度');
  });
});
