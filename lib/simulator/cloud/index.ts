/** The pretend cloud's public face. */

export { type CloudOptions, startPretendCloud } from './cloud';
export type { CloudConfig, CloudDeviceConfig } from './config';
export { parseCloudFault } from './faults';
export { parseCloud } from './parse';
export {
  type CloudAddresses,
  type CloudDeviceSnapshot,
  type CloudFaultName,
  type CloudFaultRequest,
  type CloudRequest,
  cloudFaultNames,
  type PretendCloud,
} from './types';
