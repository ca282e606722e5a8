/** Home Assistant's discovery, derived from what is known of a device. */

export type { DiscoveryContext } from '../types';
export { discoveryOf } from './discovery';
