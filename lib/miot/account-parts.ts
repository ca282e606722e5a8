/** The rooms of this folder that an account is made of and that know nothing of it: made here from settings and environment. */

import { join } from 'node:path';
import { StateFile } from '../home/state-file';
import type { AccountEnvironment } from './account-environment';
import { type AccountMemory, accountMemory, noAccountMemory } from './account-memory';
import { CloudApi } from './api';
import { createHttp } from './http';
import { endpointsOf } from './regions';
import { Session } from './session';
import type { AccountSettings } from './settings';
import { Specs } from './spec-store';
import { TokenStore } from './token-store';

export interface AccountParts {
  readonly session: Session;
  readonly api: CloudApi;
  readonly specs: Specs;
  readonly memory: AccountMemory;
}

export function accountParts(settings: AccountSettings, environment: AccountEnvironment): AccountParts {
  const { clock, random, log, folder, id } = environment;
  const http = environment.http ?? createHttp({ caFile: settings.caFile });
  const { storeKey } = settings;
  const store = folder === undefined || storeKey === '' ? undefined : new TokenStore({ folder, id, storeKey, clock, log });
  const session = new Session({ settings, store, http, clock, random, log });
  return {
    session,
    api: new CloudApi({ settings, tokens: session, http, clock, random, log }),
    specs: new Specs({
      endpoints: specEndpoints(settings),
      folder: folder === undefined ? undefined : join(folder, 'specs'),
      http,
      clock,
      log,
    }),
    memory:
      folder === undefined
        ? noAccountMemory
        : accountMemory(new StateFile({ path: join(folder, `${id}.json`), clock, onError: (text) => log.warn(text) })),
  };
}

function specEndpoints(settings: AccountSettings): readonly string[] {
  try {
    return endpointsOf(settings).specs;
  } catch {
    // A wrong host makes the session say so; until it is mended there is nobody to ask.
    return [];
  }
}
