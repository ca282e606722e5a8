/** The routes behind the account's dialog and the pickers of its devices. Never a secret in an answer. */

import type { Request } from 'express';
import type { NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import type { Account } from '../../../lib/miot';
import { type AccountHost, allAccounts } from './account-host';
import { accountView, cloudDeviceView, moment } from './account-view';
import { answer, bodyOf, guardsOf } from './routes';
import { text } from './settings';
import { serveTokens } from './token-routes';

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
      account.glance(device.did);
      const spec = await account.spec(device.did, typeof lang === 'string' && LANGUAGE.test(lang) ? lang : undefined);
      return { ...spec, state: { ...device.values } };
    }),
  );

  /** Answers with how the account stands then, unless `act` gives something else. */
  const post = (name: string, act: (account: Account, body: Readonly<Record<string, unknown>>) => unknown): void => {
    app.post(
      `/lumiot/accounts/:id/${name}`,
      write,
      answer(async (request) => {
        const told = await act(hostOf(request).account, bodyOf(request));
        return told ?? viewOf(request);
      }),
    );
  };
  post('sign-in', (account) => {
    // Without the key of its store, which comes with the deploy, the account refuses.
    const { url, expiresAt } = account.signIn();
    return { url, expiresAt: moment(expiresAt) };
  });
  post('paste', (account, body) => {
    const address = text(body.address);
    if (address === '') throw new LumiotError('BAD_INPUT', 'Paste the address of the page that failed to open, then try again.');
    return account.complete(address);
  });
  post('sign-out', (account) => account.signOut());
  post('refresh', (account) => account.refreshNow());
  serveTokens(RED);
}

function viewOf(request: Request): object {
  return accountView(String(request.params.id), hostOf(request));
}

function hostOf(request: Request): AccountHost {
  const host = allAccounts().get(String(request.params.id));
  if (host !== undefined) return host;
  throw new LumiotError('NOT_CONFIGURED', 'This account is not deployed yet. Deploy first, then sign in.');
}
