/** Home Assistant's discovery, derived from what is known of a device. */

export type { DiscoveryContext } from '../types';
export { announcing } from './announced';
export { discoveryOf } from './discovery';
