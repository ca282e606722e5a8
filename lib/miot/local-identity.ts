/** Finds out what a device is that no account lists: its model, from itself where the user did not say, and the description of that model. */

import { LumiotError } from '../home/errors';
import type { CloudRecord } from './account-types';
import type { LocalDevices } from './local-devices';
import type { Learned } from './local-listing';
import { nameOf } from './named-errors';
import type { Specs } from './spec-store';

export interface IdentityOptions {
  readonly specs: Pick<Specs, 'urnOf'>;
  readonly local: Pick<LocalDevices, 'path' | 'missing'>;
  readonly learn: (did: string, learned: Partial<Learned>) => void;
}

export function identifier({ specs, local, learn }: IdentityOptions): (record: CloudRecord) => Promise<void> {
  return async (record) => {
    const model = record.listed.model || (await modelOf(record, local));
    learn(record.did, { model });
    learn(record.did, { urn: await specs.urnOf(model) });
  };
}

async function modelOf(record: CloudRecord, local: IdentityOptions['local']): Promise<string> {
  const path = local.path(record.did);
  if (path === undefined) throw local.missing(record.did);
  const { model } = await path.run((device) => device.info());
  if (model !== '') return model;
  throw new LumiotError(
    'UNSUPPORTED',
    `Device ${nameOf(record)} does not say which model it is. Enter its model in the account's dialog, or use numbers such as "2.1" for its properties.`,
    { device: record.did },
  );
}
