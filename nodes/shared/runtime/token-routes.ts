/**
 * The routes behind *Devices on the LAN* in the account's dialog: tokens out of the user's files, devices that answer on the network,
 * and whether one can be reached. Tokens stay here: what is answered shows their ends at most.
 */

import { randomBytes } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import type { FoundDevice, ImportedDevice, MiioStanding } from '../../../lib/miio/types';
import type { Account } from '../../../lib/miot';
import { redact } from '../../../lib/miot/redact';
import { type AccountHost, allAccounts } from './account-host';
import { network } from './environment';
import { MiioCrowd } from './miio-connection';
import { answer, bodyOf, guardsOf } from './routes';
import { text } from './settings';
import { TokenPreviews } from './token-previews';
import { didOf, didsOf, indexesOf, masked, tokenOf, typedDevicesOf } from './token-rows';
import { discard, readUpload, UploadTooLarge } from './upload';

/** What a custom header proves: a page of another site can send no request that has one unasked, and none with this type of content. */
const ACCOUNT_HEADER = 'x-lumiot-account';
/** In base64url of UTF-8, so that every character is allowed; not in the address, which is logged. */
const PASSWORD_HEADER = 'x-lumiot-password';
const FILE = 'application/octet-stream';
/** Each may hold 64 MB and inflate to much more. */
const MOST_UPLOADS = 2;

export function serveTokens(RED: NodeAPI): void {
  const { read, write } = guardsOf(RED);
  const app = RED.httpAdmin;
  const previews = new TokenPreviews({ clock: () => network(RED).environment.clock, newId: () => randomBytes(16).toString('hex') });
  let uploads = 0;

  app.post('/lumiot/tokens/preview', RED.auth.needsPermission('lumiot.write'), refuseNoFile, (request: Request, response: Response) => {
    if (uploads >= MOST_UPLOADS) {
      discard(request);
      response.status(503).json({ code: 'QUEUE_FULL', message: 'Other files are being read just now. Try again in a moment.' });
      return;
    }
    uploads += 1;
    preview(request, previews)
      .then(
        (body) => response.json(body),
        (thrown: unknown) => refuse(response, thrown),
      )
      .finally(() => {
        uploads -= 1;
      });
  });
  app.post(
    '/lumiot/tokens/import',
    write,
    answer((request) => importRows(RED, bodyOf(request), previews)),
  );
  app.post(
    '/lumiot/accounts/:id/find',
    write,
    answer((request) => {
      bodyOf(request);
      return find(String(request.params.id), previews);
    }),
  );
  app.post(
    '/lumiot/accounts/:id/local-test',
    write,
    answer((request) => test(String(request.params.id), bodyOf(request))),
  );
  // Asking how devices stand changes nothing; it is a POST because hundreds of them fit in no address.
  app.post(
    '/lumiot/accounts/:id/local',
    read,
    answer((request) => {
      const { account } = hostOf(String(request.params.id));
      return { devices: didsOf(bodyOf(request).dids).map((did) => ({ did, ...standingOf(account, did) })) };
    }),
  );
}

function refuseNoFile(request: Request, response: Response, next: NextFunction): void {
  if (request.is(FILE) === FILE && request.headers[ACCOUNT_HEADER] !== undefined) {
    next();
    return;
  }
  discard(request);
  response
    .status(400)
    .json({ code: 'BAD_INPUT', message: `The request needs the file itself as its body, with the content type ${FILE}.` });
}

/** The devices of a file, without their tokens. */
async function preview(request: Request, previews: TokenPreviews): Promise<object> {
  const id = text(request.headers[ACCOUNT_HEADER]);
  const password = Buffer.from(text(request.headers[PASSWORD_HEADER]), 'base64url').toString('utf8');
  const { account } = accountFor(request, id);
  const bytes = await readUpload(request);
  const { importTokens } = await import('../../../lib/miio/token-import/index.js');
  const { source, devices, skipped } = await importTokens(bytes, password === '' ? {} : { password });
  return {
    id: previews.keep(id, devices),
    source,
    devices: devices.map(({ did, name, host, mac, model, token }, index) => ({
      ...{ index, did, name, host, mac, model },
      masked: masked(token),
      isKnown: did !== '' && account.hasLocalToken(did),
    })),
    skipped: skipped.map(({ name, reason }) => ({ name, reason: redact(reason) })),
  };
}

/** Nothing is kept in memory for nobody. */
function accountFor(request: Request, id: string): AccountHost {
  try {
    return readyHost(id);
  } catch (error) {
    discard(request);
    throw error;
  }
}

function refuse(response: Response, thrown: unknown): void {
  const { code, message } = toLumiotError(thrown, 'BAD_INPUT');
  // A password that is missing and one that is wrong are asked for alike.
  const needs = thrown instanceof Error && thrown.name === 'BackupPasswordError' ? { needs: 'password' } : {};
  const status = thrown instanceof UploadTooLarge ? 413 : code === 'NOT_CONFIGURED' ? 404 : 400;
  response.status(status).json({ code, message: redact(message), ...needs });
}

interface Failure {
  readonly index: number;
  readonly reason: string;
}

/** Stores the tokens of what was picked or typed. Answers with the devices that have one now, and with those that do not, and why. */
async function importRows(RED: NodeAPI, body: Readonly<Record<string, unknown>>, previews: TokenPreviews): Promise<object> {
  const id = text(body.account);
  const { account } = readyHost(id);
  const preview = text(body.preview);
  const picked = preview === '' ? [...typedDevicesOf(body.typed).entries()] : previews.pick(preview, id, indexesOf(body.rows));
  const devices: ImportedDevice[] = [];
  const failed: Failure[] = [];
  const crowd = new MiioCrowd(RED);
  await Promise.all(
    picked.map(async ([index, device]) => {
      try {
        devices.push(await identified(crowd, device));
      } catch (thrown) {
        failed.push({ index, reason: redact(toLumiotError(thrown, 'DEVICE_OFFLINE').message) });
      }
    }),
  );
  crowd.close();
  if (devices.length > 0) await account.setLocalTokens(new Map(devices.map(({ did, token }) => [did, token])));
  if (preview !== '')
    previews.settle(
      preview,
      failed.map(({ index }) => index),
    );
  return { devices: devices.map(({ did, name, host, model }) => ({ did, name, host, model })), failed };
}

/** Where the file does not know the did, whoever answers at the address is asked; the token proves that it is the same device still. */
async function identified(crowd: MiioCrowd, found: ImportedDevice): Promise<ImportedDevice> {
  const { did, host, token, name } = found;
  if (token === '') throw new LumiotError('BAD_INPUT', 'This device does not show its token.');
  if (did !== '') return found;
  if (host === '')
    throw new LumiotError('NO_DEVICE', 'Neither its id nor its address is known. Find it on the network and enter its token by hand.');
  const device = await crowd.open({ host, token, label: name || host });
  const { model } = await device.info();
  return { ...found, did: device.did, model: found.model || model };
}

/** Who answers on the network. What shows its token can be imported by its number, like a row of a file. */
async function find(id: string, previews: TokenPreviews): Promise<object> {
  const { account, settings } = readyHost(id);
  const found = await account.discoverLocal();
  const listed = new Set(settings.localDevices.map(({ did }) => did));
  const name = ({ did }: FoundDevice): string => account.device(did)?.listed.name ?? '';
  return {
    id: previews.keep(
      id,
      found.map((device) => ({ ...device, name: name(device), mac: '' })),
    ),
    devices: found.map((device, index) => ({
      ...{ index, did: device.did, name: name(device), host: device.host, model: device.model },
      hasToken: account.hasLocalToken(device.did),
      isListed: listed.has(device.did),
      showsToken: device.token !== '',
    })),
  };
}

/** `{ok: true, ms, model}`, or why not. Without a token, the stored one is tried. */
async function test(id: string, body: Readonly<Record<string, unknown>>): Promise<object> {
  try {
    const { account } = readyHost(id);
    const [did, token] = [didOf(body.did), tokenOf(body.token)];
    const { ms, model } = await account.testLocal(did, { host: text(body.host), ...(token === '' ? {} : { token }) });
    return { ok: true, ms, model };
  } catch (thrown) {
    const { code, message } = toLumiotError(thrown, 'TIMEOUT');
    return { ok: false, code, message: redact(message) };
  }
}

function standingOf(account: Account, did: string): { readonly hasToken: boolean; readonly standing: MiioStanding } {
  return { hasToken: account.hasLocalToken(did), standing: account.localStanding(did) };
}

function hostOf(id: string): AccountHost {
  const host = allAccounts().get(id);
  if (host !== undefined) return host;
  throw new LumiotError('NOT_CONFIGURED', 'This account is not deployed yet. Save its dialog and deploy first.');
}

/** With a key for what is to be stored. */
function readyHost(id: string): AccountHost {
  const host = hostOf(id);
  if (host.settings.storeKey !== '') return host;
  throw new LumiotError('NOT_CONFIGURED', 'The key under which tokens are stored is not deployed yet. Save its dialog and deploy first.');
}
