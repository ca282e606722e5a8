/** Gateways on the LAN, for those who use them without reading how they work. */

export type { Ack } from './commander';
export { DeviceRecord } from './device-record';
export { GROUP, type LanEnvironment, type Log, systemEnvironment } from './environment';
export { Gateway, type GatewayState } from './gateway';
export type { DeviceEvent } from './inventory';
export { type Found, Lan } from './lan';
export { OVERTAKEN, type Overtaken } from './lane';
export { fileMemory, type GatewayMemory, noMemory } from './memory';
export type { Tone } from './ringer';
export { checkSettings, type GatewaySettings } from './settings';
export { type DiscoveredGateway, discover, testKey } from './survey';
