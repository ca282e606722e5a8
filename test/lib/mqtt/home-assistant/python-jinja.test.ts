/**
 * The interpreter of these tests is not the one that Home Assistant has. Every template is filled in again by Python's Jinja2, where the
 * machine has it, and must come to the same text; strictly, so that nothing undefined is ever shown, and in a sandbox as Home Assistant's.
 */

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { definitions } from '../../../../lib/devices';
import { componentsOf, lumi, miot, specs } from './devices';
import { type Component, uses } from './home-assistant';
import { allFilled, fromMessage } from './jinja';

const PROGRAM = `
import json, sys
from functools import cache
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment
environment = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
parse = cache(environment.from_string)
json.dump([parse(one["template"]).render(one["variables"]) for one in json.load(sys.stdin)], sys.stdout)
`;

const hasJinja = spawnSync('python3', ['-c', 'import jinja2'], { stdio: 'ignore' }).status === 0;

/** States and actions that say nothing, nonsense, or something. */
const messages: readonly object[] = [
  {},
  { on: true, brightness: 40, color: '#ff8800', position: 65, temperature: -0.5, open: false, alarm: 'test', mode: 'wind', fan: 'middle' },
  { on: null, brightness: null, color: null, position: null, user: null, acceleration: null, mode: null, temperature: 'warm', alarm: 1 },
  { 'light:on': true, 'light:brightness': 100, 'light:color': 0xff8800, 'light:mode': 2, 'light:color-temperature': 2700 },
  { user: { method: 'finger', id: 3 }, acceleration: { x: 1, y: -2, z: 1000 }, energy: 1234.567, swing: false },
  { action: 'rotate', angle: -90.5, durationMs: 500 },
  { action: 'single', button: 'left' },
  { action: 'switch-sensor:click', arguments: { 'button-index': 2 } },
];

function fillAll(component: Component): void {
  uses(component);
  for (const [name, template] of Object.entries(component)) {
    const isRead = /^(value|state|position|(brightness|red|green|blue|color_temp)|.*_state|current_temperature)_template$/.test(name);
    if (isRead) for (const message of messages) fromMessage(template, JSON.stringify(message));
  }
}

(hasJinja ? describe : describe.skip)("Python's Jinja2", () => {
  it('makes the same of every template', () => {
    const devices = [...definitions.map(lumi), ...specs().map(miot)];
    for (const device of devices) for (const component of Object.values(componentsOf(device))) fillAll(component);
    const all = allFilled();
    const { stdout, stderr, status } = spawnSync('python3', ['-c', PROGRAM], {
      input: JSON.stringify(all),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
    });
    assert.equal(status, 0, stderr);
    const texts = JSON.parse(stdout) as readonly string[];
    assert.ok(all.length > 500, `${all.length}`);
    for (const [index, { template, variables, text }] of all.entries())
      assert.equal(same(texts[index]), same(text), `${template} with ${JSON.stringify(variables)}`);
  });
});

/** Written as JSON, a message may be spelled in more than one way. */
function same(text: string | undefined): string {
  if (text === undefined || !text.startsWith('{')) return String(text);
  return JSON.stringify(JSON.parse(text));
}
