/** An error of a command names its device and its home: on a broker nobody sees which node it came from. */

import { LumiotError } from '../home/errors';
import type { Home } from './types';

/** `id`: as the command spelled it. */
export function namedError(error: LumiotError, home: Home, id: string): LumiotError {
  const info = home.device(id)?.info;
  const isSaid = (text: string | undefined): boolean => text !== undefined && text !== '' && error.message.includes(text);
  const missing: string[] = [];
  if (!isSaid(id) && !isSaid(info?.id) && !isSaid(info?.name)) missing.push(`device ${described(info?.name, info?.id ?? id)}`);
  if (!isSaid(home.id) && !isSaid(home.name)) missing.push(`${home.kind} ${described(home.name, home.id ?? '')}`.trimEnd());
  if (missing.length === 0) return error;
  const device = info?.id ?? error.device;
  const gateway = home.kind === 'gateway' ? (home.id ?? error.gateway) : error.gateway;
  return new LumiotError(error.code, `${error.message} [${missing.join(', ')}]`, { device, gateway, cause: error.cause });
}

function described(name: string | undefined, id: string): string {
  return name === undefined || name === '' || name === id ? id : `${name} (${id})`;
}
