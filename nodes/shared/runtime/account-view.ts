/** Accounts and their devices as the editor sees them. Built field by field, so that no secret can slip in. */

import type { CloudRecord } from '../../../lib/miot';
import type { AccountHost } from './account-host';
import { unitsOf, valueNameOf } from './account-words';

export function accountView(id: string, { account, settings }: AccountHost): object {
  const { session, push, local, error } = account.state;
  // Where nobody wants the cloud, nothing is wrong with it.
  const problem = account.isLocalOnly ? undefined : (error ?? ('error' in session.state ? session.state.error : undefined));
  return {
    id,
    name: settings.name,
    region: settings.region,
    phase: account.isLocalOnly ? 'local' : session.state.phase,
    ...(problem === undefined ? {} : { error: { code: problem.code, message: problem.message } }),
    push,
    local: { ...local },
    uid: session.uid ?? null,
    validUntil: moment(session.validUntil),
    refreshedAt: moment(session.refreshedAt),
    refreshAt: moment(session.refreshAt),
    homes: [...account.homes],
    devices: account.devices.size,
    settings: { region: settings.region, clientId: settings.clientId, redirectUrl: settings.redirectUrl },
    hasStoreKey: settings.storeKey !== '',
  };
}

export function cloudDeviceView({ account }: AccountHost, device: CloudRecord): object {
  const { home, parent, urn, isShared } = device.listed;
  return { ...account.info(device), home, parent, urn, isShared, main: mainOf(device), state: { ...device.values } };
}

/** What people mean by the device, in a few words for lists of many; null while its description is unknown. */
function mainOf(device: CloudRecord): object | null {
  const property = device.spec?.main;
  if (property === undefined) return null;
  const unit = unitsOf(device)(property);
  const valueName = valueNameOf(device, property, device.values[property]);
  return { property, ...(unit === undefined ? {} : { unit }), ...(valueName === undefined ? {} : { valueName }) };
}

/** ISO 8601; null while unknown. */
export function moment(milliseconds: number | undefined): string | null {
  if (milliseconds === undefined) return null;
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? null : date.toISOString();
}
