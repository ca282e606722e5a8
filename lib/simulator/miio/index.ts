/** The pretend Wi-Fi devices' public face. */

export { parseWifiFault } from './faults';
export type { LanKey, Radio } from './gateway-methods';
export { startPretendWifiDevice, type WifiOptions } from './start';
export * from './types';
export { openWifi, type Wifi, type WifiAddress, type WifiCommand, type WifiSnapshot } from './wifi';
