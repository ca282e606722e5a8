/** Wi-Fi devices on the LAN: what the rest of the package uses of this folder. */

export { BatchSizes } from './batch-sizes';
export { MiioDevice, type MiioDeviceOptions } from './device';
export { Discovery, type DiscoveryOptions, discover, ownInterfaces } from './discovery';
export type { NetworkInterface } from './discovery-networks';
export { MiioNetwork, type MiioNetworkOptions } from './network';
export { isNumericDid, isToken } from './packet';
export type * from './types';
