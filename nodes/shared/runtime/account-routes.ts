/** The routes behind the account's dialog and the pickers of its devices. Never a secret in an answer. */

import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import { type AccountHost, allAccounts } from './account-host';
import { accountView, cloudDeviceView, moment } from './account-view';
import { answer, bodyOf, guardsOf } from './routes';
import { text } from './settings';

const LANGUAGE = /^[A-Za-z][\w-]{1,19}$/;

export function serveAccounts(RED: NodeAPI): void {
  const { read, write } = guardsOf(RED);
  const app = RED.httpAdmin;

  app.get(
    '/lumiot/accounts',
    read,
    answer(() => [...allAccounts()].map(([id, host]) => accountView(id, host))),
  );
  app.get('/lumiot/accounts/:id', read, answer(viewOf));
  app.get(
    '/lumiot/accounts/:id/devices',
    read,
    answer((request) => {
      const host = hostOf(request);
      return { account: viewOf(request), devices: [...host.account.devices.values()].map((device) => cloudDeviceView(host, device)) };
    }),
  );
  app.get(
    '/lumiot/accounts/:id/spec/:did',
    read,
    answer(async (request) => {
      const { account } = hostOf(request);
      const device = await account.find(String(request.params.did));
      const { lang } = request.query;
      const spec = await account.spec(device.did, typeof lang === 'string' && LANGUAGE.test(lang) ? lang : undefined);
      return { ...spec, state: { ...device.values } };
    }),
  );
  app.post('/lumiot/accounts/:id/sign-in', write, answer(signIn));
  app.post(
    '/lumiot/accounts/:id/paste',
    write,
    answer(async (request) => {
      const address = text(bodyOf(request).address);
      if (address === '') throw new LumiotError('BAD_INPUT', 'Paste the address of the page that failed to open, then try again.');
      await hostOf(request).account.complete(address);
      return viewOf(request);
    }),
  );
  app.post(
    '/lumiot/accounts/:id/sign-out',
    write,
    answer(async (request) => {
      await hostOf(request).account.signOut();
      return viewOf(request);
    }),
  );
  app.post(
    '/lumiot/accounts/:id/refresh',
    write,
    answer(async (request) => {
      await hostOf(request).account.refreshNow();
      return viewOf(request);
    }),
  );
}

function signIn(request: Request): object {
  // Without the key of its store, which comes with the deploy, the account refuses too.
  const { url, expiresAt } = hostOf(request).account.signIn();
  return { url, expiresAt: moment(expiresAt) };
}

function viewOf(request: Request): object {
  return accountView(String(request.params.id), hostOf(request));
}

function hostOf(request: Request): AccountHost {
  const host = allAccounts().get(String(request.params.id));
  if (host !== undefined) return host;
  throw new LumiotError('NOT_CONFIGURED', 'This account is not deployed yet. Deploy first, then sign in.');
}
