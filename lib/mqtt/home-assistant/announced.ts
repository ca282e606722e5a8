/** Discovery over time: what a device had and has no more is taken from Home Assistant, and what there was no room for is told once. */

import type { Log } from '../../home/log';
import type { DiscoveryContext, DiscoveryOf, HomeDevice } from '../types';
import { discoveryOf } from './discovery';

interface Told {
  /** Every component so far, with its platform. */
  readonly platforms: Map<string, string>;
  leftOut: string;
}

/** By topic. */
export type Announced = Map<string, Told>;

/** A deploy makes nodes anew, and what Home Assistant has been told stays. */
const ofThisProcess: Announced = new Map();

/** As `discoveryOf`, for one device after the other and again. */
export function announcing(log: Log, announced: Announced = ofThisProcess): DiscoveryOf {
  return (device, context) => {
    const topic = context.topics.discovery(device.info.id);
    const told = announced.get(topic) ?? { platforms: new Map<string, string>(), leftOut: '' };
    const discovery = discoveryOf(device, context, (keys) => tellOnce(log, told, device, context, keys));
    if (discovery === undefined) {
      announced.delete(topic);
      return undefined;
    }
    announced.set(topic, told);
    for (const [key, { platform }] of Object.entries(discovery.components)) told.platforms.set(key, String(platform));
    // A component that is only missing stays in Home Assistant; one with nothing but its platform goes (its page "mqtt", 'Device discovery payload').
    const gone = [...told.platforms].filter(([key]) => !Object.hasOwn(discovery.components, key));
    const departed = Object.fromEntries(gone.map(([key, platform]) => [key, { platform }]));
    return { ...discovery, components: { ...discovery.components, ...departed } };
  };
}

function tellOnce(log: Log, told: Told, { info }: HomeDevice, { topics }: DiscoveryContext, keys: readonly string[]): void {
  const leftOut = keys.join(', ');
  if (told.leftOut === leftOut) return;
  told.leftOut = leftOut;
  log.warn(
    `Home Assistant is not told of all that ${info.name === '' ? info.id : `${info.name} (${info.id})`} has: that is more than its message holds. Left out: ${leftOut}. The values are at ${topics.state(info.id)} all the same.`,
  );
}
