import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { exampleNames, type FlowNode, GATEWAY, gatewayOf, Play, root } from './support';

const guide = readFileSync(join(root, 'docs', 'migration.md'), 'utf8');
/** The flows of the guide on a tab, where the editor's import puts them. */
const flows = [...guide.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text]): FlowNode[] => [
  { id: 'tab', type: 'tab', label: 'Imported' },
  ...(JSON.parse(text ?? '') as FlowNode[]).map((node) => ('x' in node ? { ...node, z: 'tab' } : node)),
]);
const BUTTON = '158d00010000b1';
const PLUG = '158d00010000c1';
const SENSOR = '158d00010000e1';
const button = { sid: BUTTON, model: 'switch', fields: {} };
const plug = { sid: PLUG, model: 'plug', fields: { status: 'off' } };

describe('docs/migration.md', () => {
  let play: Play | undefined;
  afterEach(async () => {
    await play?.close();
    play = undefined;
  });

  it('replaces two automations of Home Assistant', async () => {
    play = await Play.open(flows[0] ?? [], { gateway: gatewayOf(1, [button, plug]), set: { Lamp: { device: PLUG } } });
    await play.report(BUTTON, { status: 'double_click' });
    await play.becomes(PLUG, { status: 'on' });
    await play.report(BUTTON, { status: 'long_click_press' });
    await play.told(GATEWAY, { mid: 10, vol: 40 });
    await play.report(BUTTON, { status: 'double_click', voltage: 3000 });
    await play.becomes(PLUG, { status: 'off' });
  });

  it('replaces the UDP nodes', async () => {
    const sensor = { sid: SENSOR, model: 'sensor_ht', fields: { humidity: '5000' } };
    play = await Play.open(flows[1] ?? [], { gateway: gatewayOf(1, [sensor, plug]), set: { Fan: { device: PLUG } } });
    await play.report(SENSOR, { humidity: '6600' });
    await play.becomes(PLUG, { status: 'on' });
    await play.report(SENSOR, { humidity: '5400' });
    await play.becomes(PLUG, { status: 'off' });
  });

  it('replaces the action nodes', async () => {
    play = await Play.open(flows[2] ?? [], {
      gateway: gatewayOf(1, [button], { fields: { rgb: 0 } }),
      set: { 'Gateway light': { device: GATEWAY } },
    });
    await play.report(BUTTON, { status: 'click' });
    await play.told(GATEWAY, { mid: 10, vol: 20 });
    await play.told(GATEWAY, { rgb: 0x64ffffff });
    await play.told(GATEWAY, { rgb: 0 });
  });

  it('names examples that there are, and links that lead somewhere', () => {
    for (const [, name = ''] of guide.matchAll(/example \*(.+?)\*/g)) assert.ok(exampleNames().includes(name), name);
    const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, title = '']) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    for (const [, anchor = ''] of guide.matchAll(/\]\(#(.+?)\)/g)) assert.ok(anchors.includes(anchor), anchor);
  });
});
