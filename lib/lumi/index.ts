/** Gateways on the LAN, for those who use them without reading how they work. */

export type { Ack } from './commander';
export { DeviceRecord } from './device-record';
export type { Finding } from './doctor';
export { GROUP, type LanEnvironment, type Log, systemEnvironment } from './environment';
export type { Found } from './found';
export { Gateway } from './gateway';
export type { DeviceEvent } from './inventory';
export { Lan } from './lan';
export { OVERTAKEN, type Overtaken } from './lane';
export { fileMemory, type GatewayMemory, noMemory } from './memory';
export type { News } from './presence';
export type { Tone } from './ringer';
export { checkSettings, type GatewaySettings } from './settings';
export type { GatewayState } from './standing';
export { type DiscoveredGateway, discover, testKey } from './survey';
