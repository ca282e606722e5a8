/** Every error names its device and its gateway; what comes out of a parser or from the wire does not know both. */

import { LumiotError } from '../../home/errors';
import type { Gateway } from '../gateway';

/** `id`: of the device that was meant; '' = none. */
export function namedError(error: LumiotError, gateway: Gateway, id: string): LumiotError {
  const device = id === '' ? undefined : gateway.device(id);
  const isSaid = (text: string | undefined): boolean => text === undefined || text === '' || error.message.includes(text);
  const missing: string[] = [];
  if (!isSaid(id) && !(device !== undefined && isSaid(device.name))) {
    missing.push(`device ${device === undefined || device.name === id ? id : `${device.name} (${id})`}`);
  }
  if (!isSaid(gateway.sid ?? gateway.describe())) missing.push(`gateway ${gateway.describe()}`);
  if (missing.length === 0) return error;
  const details = { device: device?.sid ?? error.device, gateway: gateway.sid ?? error.gateway, cause: error.cause };
  return new LumiotError(error.code, `${error.message} [${missing.join(', ')}]`, details);
}
