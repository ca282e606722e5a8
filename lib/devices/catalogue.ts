/** All entries in one list, and the look-up by model. The entries themselves are in `families/`. */

import type { Definition } from './definition';
import { alarms } from './families/alarm';
import { buttons } from './families/button';
import { contactSensors } from './families/contact';
import { cubes } from './families/cube';
import { curtains } from './families/curtain';
import { environment } from './families/environment';
import { gateways } from './families/gateway';
import { leakSensors } from './families/leak';
import { lights } from './families/light';
import { locks } from './families/lock';
import { motionSensors } from './families/motion';
import { plugs } from './families/plug';
import { switches } from './families/switch';
import { thermostats } from './families/thermostat';
import { vibrationSensors } from './families/vibration';

/** Every model the package knows. */
export const definitions: readonly Definition[] = [
  ...gateways,
  ...environment,
  ...motionSensors,
  ...contactSensors,
  ...leakSensors,
  ...alarms,
  ...buttons,
  ...cubes,
  ...vibrationSensors,
  ...plugs,
  ...switches,
  ...curtains,
  ...locks,
  ...lights,
  ...thermostats,
];

/** A device nobody has described: its raw fields pass through under their own names (lumi-lan.md §10). */
export const unknownDefinition: Definition = {
  models: [],
  name: 'Unknown device',
  hardware: '',
  family: 'unknown',
  // The patient choice: a device taken for a sleeping one is not called lost too early.
  power: 'battery',
  properties: [],
  source: 'lumi-lan.md §10',
  evidence: 'listed',
  uncertain: true,
};

const PREFIX = 'lumi.';
const byModel: ReadonlyMap<string, Definition> = new Map(
  definitions.flatMap((definition) => definition.models.map((model) => [model, definition] as const)),
);

/** The entry of a model in any spelling seen, with or without `lumi.` and blanks; undefined where nobody has described it. */
export function findDefinition(model: string): Definition | undefined {
  const name = model.trim();
  return byModel.get(name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name);
}
