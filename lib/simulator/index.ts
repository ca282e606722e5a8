/** The pretend home's public face. */

export type { ReceivedCommand } from './answers';
export * from './cloud';
export type { DeviceConfig, GatewayConfig, HomeConfig } from './config';
export { type FaultName, type FaultRequest, faultNames, parseFault } from './faults';
export { assertHome, parseHome } from './home';
export * from './miio';
export {
  type Addresses,
  type DeviceSnapshot,
  type GatewayAddress,
  type GatewaySnapshot,
  type HomeSnapshot,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from './simulator';
