/** The HTTP API behind its envelope: the token, the headers, the body, then the endpoint (miot-cloud.md §2.1, §2.2). */

import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from '../../home/clock';
import type { Grants } from './grants';
import type { Household } from './household';
import { getDevices, getHomes, getHomesPage } from './listing';
import { doAction, getProperties, setProperties } from './miotspec';
import { json, type Reply, refused } from './reply';

export interface ApiOptions {
  readonly clientId: string;
  readonly pageSize: number;
  readonly grants: Grants;
  readonly household: Household;
  readonly clock: Clock;
}

type Endpoint = (body: Readonly<Record<string, unknown>>, options: ApiOptions) => Reply;

const endpoints: Readonly<Record<string, Endpoint>> = {
  '/app/v2/homeroom/gethome': getHomes,
  '/app/v2/homeroom/get_dev_room_page': getHomesPage,
  '/app/v2/home/device_list_page': getDevices,
  '/app/v2/miotspec/prop/get': (body, { household, clock }) => getProperties(body, household, clock),
  '/app/v2/miotspec/prop/set': (body, { household }) => setProperties(body, household),
  '/app/v2/miotspec/action': (body, { household }) => doAction(body, household),
  '/app/v2/ha/oauth/get_central_crt': () => refused(-10001, 'the pretend cloud has no central gateway and serves no certificates'),
};

export function isApi(path: string): boolean {
  return Object.hasOwn(endpoints, path);
}

export function unauthorized(): Reply {
  return json({ code: 401, message: 'Unauthorized' }, 401);
}

export function answerApi(method: string, path: string, headers: IncomingHttpHeaders, text: string, options: ApiOptions): Reply {
  // Directly behind the word: a space makes another token of it (miot-cloud.md §2.1).
  const token = /^Bearer(\S+)$/.exec(headers.authorization ?? '')?.[1];
  if (token === undefined || options.grants.check(token) === undefined) return unauthorized();
  if (method !== 'POST') return json({ code: 405, message: 'Method Not Allowed' }, 405);
  if (headers['x-client-appid'] !== options.clientId) return refused(-10002, 'invalid params: X-Client-AppId');
  if ((headers['x-client-bizid'] ?? '') === '') return refused(-10002, 'invalid params: X-Client-BizId');
  if (!/^application\/json\b/.test(headers['content-type'] ?? '')) return refused(-10002, 'invalid params: Content-Type');
  const body = parse(text);
  const endpoint = Object.hasOwn(endpoints, path) ? endpoints[path] : undefined;
  if (body === undefined || endpoint === undefined) return refused(-10002, 'invalid params: the body must be a JSON object');
  return endpoint(body, options);
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return typeof body === 'object' && body !== null && !Array.isArray(body) ? (body as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
