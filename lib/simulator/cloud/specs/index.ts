/** Every description the pretend cloud has. */

import { conditioner, purifier } from './air';
import { curtain } from './curtain';
import type { DeviceDefinition } from './definition';
import { gateway } from './gateway';
import { lamp } from './lights';
import { outlet, wallSwitch } from './power';
import { remote } from './remote';
import { leak, magnet, motion, occupancy, thermometer } from './sensors';
import { vacuum } from './vacuum';

export const definitions: readonly DeviceDefinition[] = [
  lamp,
  outlet,
  wallSwitch,
  thermometer,
  motion,
  occupancy,
  magnet,
  leak,
  remote,
  purifier,
  conditioner,
  curtain,
  vacuum,
  gateway,
];

export function definitionOf(urn: string): DeviceDefinition | undefined {
  return definitions.find((definition) => definition.urn === urn);
}
