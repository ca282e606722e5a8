import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { coreTypes, exampleNames, type FlowNode, gatewayOf, isOwn, ownTypes, Play, readExample, root } from './support';

const names = exampleNames();
const dashboardTypes = ['ui-base', 'ui-theme', 'ui-page', 'ui-group', 'ui-chart', 'ui-table'];

/** Types whose own dialog fills `gateway`; each stored setting must be one it knows. */
const withoutWires = new Set(['tab', 'comment', 'lumi-gateway', 'miot-cloud', 'mqtt-broker', ...dashboardTypes.slice(0, 4)]);

/** Config nodes as they are imported: every example has the same, so that they share them. */
const blankGateway = {
  id: 'lumiot-gateway',
  type: 'lumi-gateway',
  name: 'Gateway',
  sid: '',
  host: '',
  interface: '',
  discoveryRetries: 3,
  pollInterval: 0,
  devices: [],
  version: 1,
};
const blankAccount = {
  id: 'lumiot-account',
  type: 'miot-cloud',
  name: 'Account',
  region: 'cn',
  clientId: '',
  redirectUrl: '',
  transport: 'auto',
  localDevices: [],
  apiHost: '',
  oauthHost: '',
  mqttHost: '',
  specHost: '',
  caFile: '',
  deviceIdPrefix: 'ha.',
  bizId: 'haapi',
  version: 1,
};
/** A broker on this machine. What it says of an edge (birth, close and will) is filled in by the flow: an edge has a base topic of its own. */
function blankBroker(id: unknown, name: unknown, status: string): Record<string, unknown> {
  const said = (when: string, payload: string): Record<string, unknown> => ({
    [`${when}Topic`]: status,
    [`${when}Qos`]: status === '' ? '0' : '1',
    [`${when}Retain`]: status === '' ? 'false' : 'true',
    [`${when}Payload`]: status === '' ? '' : payload,
    [`${when}Msg`]: {},
  });
  return {
    id,
    type: 'mqtt-broker',
    name,
    broker: '127.0.0.1',
    port: '1883',
    clientid: '',
    autoConnect: true,
    usetls: false,
    protocolVersion: '5',
    keepalive: '60',
    cleansession: true,
    autoUnsubscribe: true,
    ...said('birth', 'online'),
    ...said('close', 'offline'),
    ...said('will', 'offline'),
    userProps: '',
    sessionExpiry: '',
  };
}

describe('examples', () => {
  it('are the twenty-six of the import menu, and one for the dashboard', () => {
    assert.equal(names.filter((name) => !name.includes('/')).length, 26);
    assert.deepEqual(
      names.filter((name) => name.includes('/')),
      ['Dashboard/Climate dashboard'],
    );
  });

  it('use every node of the package', () => {
    const used = new Set(names.filter((name) => !name.includes('/')).flatMap((name) => readExample(name).map(({ type }) => type)));
    assert.deepEqual(
      ownTypes().filter((type) => !used.has(type)),
      [],
    );
  });

  it('have a test each', () => {
    const tests = readdirSync(__dirname);
    for (const name of names) {
      const file = `${(name.split('/').at(-1) ?? '').toLowerCase().replaceAll(' ', '-')}.test.ts`;
      assert.ok(tests.includes(file), `${file} for "${name}"`);
    }
  });

  for (const name of names) {
    describe(name, () => {
      const flow = readExample(name);
      const byId = new Map(flow.map((node) => [node.id, node]));

      it('is a plain array of nodes with ids of their own, on one tab', () => {
        assert.ok(Array.isArray(flow));
        assert.equal(byId.size, flow.length);
        const tabs = flow.filter(({ type }) => type === 'tab');
        assert.equal(tabs.length, 1);
        for (const node of flow) if ('x' in node) assert.equal(node.z, tabs[0]?.id, node.id);
      });

      it('needs nothing but the core nodes and ours', () => {
        const known = new Set([...coreTypes, ...ownTypes(), ...(name.startsWith('Dashboard/') ? dashboardTypes : [])]);
        for (const { id, type } of flow) assert.ok(known.has(type), `${id} is a ${type}`);
      });

      it('is explained by a comment', () => {
        const comments = flow.filter(({ type }) => type === 'comment');
        assert.ok(comments.some(({ info }) => typeof info === 'string' && info.length > 100));
        // Who reads the comment must find the nodes it names.
        const text = comments.map(({ info }) => String(info)).join('\n');
        const choices = flow.filter(({ type, device }) => isOwn(type) && device === '' && isControl(type));
        for (const node of choices) {
          if (node.type === 'lumi-device') continue;
          assert.ok(text.includes(`*${String(node.name)}*`), `the comment does not say what to choose in "${String(node.name)}"`);
        }
      });

      it('has names everywhere and wires that lead somewhere', () => {
        const reached = new Set<string>();
        for (const node of flow) {
          if (!withoutWires.has(node.type)) assert.ok(typeof node.name === 'string' && node.name !== '', `${node.id} has no name`);
          for (const target of targets(node)) {
            assert.ok(byId.has(target), `${node.id} → ${target}`);
            reached.add(target);
          }
          if (withoutWires.has(node.type)) continue;
          if (node.type.startsWith('lumi-')) assert.equal(byId.get(String(node.gateway))?.type, 'lumi-gateway');
          if (node.type === 'lumiot-mqtt') assert.equal(byId.get(String(node.gateway))?.type, 'lumi-gateway');
          if (node.type === 'mqtt in' || node.type === 'mqtt out') assert.equal(byId.get(String(node.broker))?.type, 'mqtt-broker');
          if (node.type.startsWith('miot-')) assert.equal(byId.get(String(node.account))?.type, 'miot-cloud');
        }
        const ends = flow.filter((node) => !withoutWires.has(node.type) && !isSource(node.type) && !reached.has(node.id));
        assert.deepEqual(
          ends.map(({ name: own }) => own),
          flow.filter(({ name: own, type }) => type === 'lumi-hub' && own === 'What happens').map(({ name: own }) => own),
        );
      });

      it('stores what the dialogs store, and nothing else', () => {
        const ofEditor = new Set(['id', 'type', 'z', 'g', 'x', 'y', 'wires']);
        for (const node of flow.filter(({ type }) => isOwn(type)))
          assert.deepEqual(
            Object.keys(node)
              .filter((name) => !ofEditor.has(name))
              .sort(),
            settingsOf(node.type),
            node.id,
          );
      });

      it('holds no secret, no address and no device of anybody', () => {
        const shared = flow.filter(({ type }) => type === 'lumi-gateway' || type === 'miot-cloud');
        const brokers = flow.filter(({ type }) => type === 'mqtt-broker');
        assert.ok(shared.length + brokers.length > 0);
        for (const config of shared) assert.deepEqual(config, config.type === 'miot-cloud' ? blankAccount : blankGateway);
        for (const config of brokers) {
          const edge = flow.find(({ type }) => type === 'lumiot-mqtt');
          assert.deepEqual(config, blankBroker(config.id, config.name, edge === undefined ? '' : `${String(edge.baseTopic)}/status`));
        }
        const text = JSON.stringify(flow).replaceAll('"broker":"127.0.0.1"', '');
        assert.doesNotMatch(text, /"credentials"|"storeKey"|"key":"[A-Za-z0-9]{16}"|158d[0-9a-f]{10}|\d+\.\d+\.\d+\.\d+/);
        for (const { id, device } of flow) assert.ok(device === undefined || device === '', id);
      });

      it('is laid out from left to right without overlaps', () => {
        const seen = new Map<string, string>();
        for (const node of flow) {
          if (typeof node.x !== 'number' || typeof node.y !== 'number') continue;
          const place = `${node.x},${node.y}`;
          assert.equal(seen.get(place), undefined, `${node.id} lies on ${seen.get(place)}`);
          seen.set(place, node.id);
        }
        // Back to the left only to end something that an earlier step began.
        const back = flow.flatMap((node) =>
          targets(node).filter((target) => Number(byId.get(target)?.x) < Number(node.x) && node.type !== 'link out'),
        );
        assert.deepEqual(back, []);
      });
    });
  }

  it('find the only gateway there is, as imported', async () => {
    const play = await Play.open('Barking dog', { gateway: gatewayOf(1, []), sid: '' });
    await play.close();
  });

  it('travel with the package', () => {
    assert.ok(existsSync(join(root, 'examples')));
  });
});

function targets({ wires, links, type }: FlowNode): string[] {
  const all = Array.isArray(wires) ? (wires as string[][]).flat() : [];
  return type === 'link out' ? [...all, ...(links as string[])] : all;
}

function isSource(type: string): boolean {
  return [
    'inject',
    'catch',
    'mqtt in',
    'lumi-sensor',
    'lumi-motion',
    'lumi-contact',
    'lumi-button',
    'lumi-cube',
    'lumi-alarm',
    'miot-in',
  ].includes(type);
}

/** The names under `defaults` in the dialog of a type. */
function settingsOf(type: string): string[] {
  const code = readFileSync(join(root, 'nodes', type, `${type}.editor.mts`), 'utf8');
  const block = /^ {2}defaults: \{\n([\s\S]*?)^ {2}\},/m.exec(code)?.[1] ?? '';
  return [...block.matchAll(/^ {4}(\w+):/gm)].map(([, name = '']) => name).sort();
}

function isControl(type: string): boolean {
  const controls = ['lumi-switch', 'lumi-light', 'lumi-curtain', 'lumi-climate', 'lumi-device', 'miot-get', 'miot-set', 'miot-action'];
  return controls.includes(type);
}
