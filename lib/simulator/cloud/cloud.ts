/** The pretend cloud: opens what a home file's "cloud" describes, and lets tests, the control and the demo act on it. */

import { readFile } from 'node:fs/promises';
import { type Clock, delay, systemClock } from '../../home/clock';
import { LumiotError } from '../../home/errors';
import { Timers } from '../timers';
import { AUTHORIZE_PATH, authorize } from './authorize';
import { Broker } from './broker/broker';
import type { CloudConfig, ResolvedCloud } from './config';
import { CloudFaults } from './faults';
import { Grants } from './grants';
import { Household } from './household';
import { type CloudHttp, openHttp } from './http-server';
import { startCloudLife } from './life';
import { ADDRESS } from './listen';
import { parseCloud } from './parse';
import type { CloudAddresses, CloudFaultRequest, PretendCloud } from './types';

export interface CloudOptions {
  /** The time of tokens, codes and faults. */
  readonly clock?: Clock | undefined;
  /** The time of real sockets: keepalive and `slow`. The machine's own unless told, also where tests move `clock` by days. */
  readonly socketClock?: Clock | undefined;
  /** 0 to 1, as `Math.random`; a seeded one makes tokens, faults and a lively cloud repeatable. */
  readonly random?: (() => number) | undefined;
  readonly log?: ((line: string) => void) | undefined;
  /** Values drift and people press buttons. */
  readonly lively?: boolean | undefined;
}

/** Opens HTTP and MQTT on 127.0.0.1. Rejects with `BAD_INPUT` or `SOCKET` and a sentence; nothing stays open then. */
export async function startPretendCloud(config: CloudConfig, options: CloudOptions = {}): Promise<PretendCloud> {
  const { clock = systemClock, socketClock = systemClock, random = Math.random, log = () => {}, lively = false } = options;
  const resolved = parseCloud(config);
  const tls = await readTls(resolved.tls);
  const { clientId, redirectUrl, uid, pageSize, expiresIn } = resolved;
  const grants = new Grants({ clock, random, expiresIn, onEnded: () => broker.expire() });
  const faults = new CloudFaults(clock, random);
  const timers = new Timers(clock);
  const household = new Household(resolved, {
    clock,
    tell: ({ topic, payload }) => broker.publish({ topic, payload: Buffer.from(JSON.stringify(payload)) }),
  });
  const broker = new Broker({
    port: resolved.mqttPort,
    clientId,
    tls,
    grants,
    belongings: {
      uid,
      hasDevice: (did) => household.things.has(did),
      hasHome: (id) => household.homes.some((home) => home.id === id),
    },
    refusesStateWildcard: () => faults.has('refuse-state-wildcard'),
    clock,
    socketClock,
    log,
  });
  let http: CloudHttp | undefined;
  let settling: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const shutDown = async (): Promise<void> => {
    timers.close();
    await settling;
    await Promise.all([http?.close(), broker.close()]);
  };
  /** The broker's comings and goings in the order asked for. */
  const settle = (): void => {
    settling = settling
      .then(() => (faults.has('broker-down') ? broker.stop() : closing === undefined ? broker.open() : undefined))
      .catch((error: unknown) => log(`Cloud: ${error instanceof Error ? error.message : String(error)}`));
  };
  const addresses = (): CloudAddresses => {
    const s = tls === undefined ? '' : 's';
    return { http: `http${s}://${ADDRESS}:${http?.port ?? 0}`, mqtt: `mqtt${s}://${ADDRESS}:${broker.port}`, clientId, redirectUrl };
  };

  const cloud: PretendCloud = {
    household,
    get addresses(): CloudAddresses {
      return addresses();
    },
    approve: async (authorizeUrl, answer = 'agree') => {
      const url = new URL(authorizeUrl);
      if (url.origin !== new URL(addresses().http).origin || url.pathname !== AUTHORIZE_PATH)
        throw new LumiotError(
          'MISCONFIGURED',
          `The pretend cloud's page is ${addresses().http}${AUTHORIZE_PATH}, not ${url.origin}${url.pathname}.`,
        );
      const { headers, body } = authorize(url.searchParams, answer, { clientId, redirectUrl, grants });
      const location = headers?.location;
      if (location !== undefined) return location;
      throw new LumiotError('MISCONFIGURED', `The authorise page says: ${/<p>(.*)<\/p>/.exec(body)?.[1] ?? 'no'}.`);
    },
    change: (did, siid, piid, value) => {
      const thing = household.thing(did);
      if (thing.property(siid, piid) === undefined) refuse(did, `property ${siid}.${piid}`);
      household.change(thing, siid, piid, value);
    },
    event: (did, siid, eiid, args = []) => {
      const thing = household.thing(did);
      if (thing.event(siid, eiid) === undefined) refuse(did, `event ${siid}.${eiid}`);
      household.happen(thing, siid, eiid, args);
    },
    online: (did, isOnline) => household.setOnline(household.thing(did), isOnline),
    setSilently: (did, siid, piid, value) => {
      const thing = household.thing(did);
      if (thing.property(siid, piid) === undefined) refuse(did, `property ${siid}.${piid}`);
      thing.set(siid, piid, value);
    },
    value: (did, siid, piid) => household.thing(did).get(siid, piid),
    fault: (request: CloudFaultRequest) => {
      if (closing !== undefined) return;
      if (request.fault === 'clear') faults.clear();
      else if (request.fault === 'broker-kick') broker.kick();
      else if (request.fault === 'revoke') grants.revoke();
      else faults.add(request);
      if (request.fault === 'broker-down' && request.ms !== undefined) timers.after(request.ms, settle);
      if (request.fault === 'broker-down' || request.fault === 'clear') settle();
    },
    faults: () => faults.names(),
    settled: () => settling,
    requests: () => http?.requests() ?? [],
    actions: () => new Map(household.actions),
    tokens: () => grants.counts(),
    publishRaw: (topic, payload) => broker.publish({ topic, payload: Buffer.from(payload) }),
    get sessions(): number {
      return broker.sessions;
    },
    filters: () => broker.filters(),
    devices: () => [...household.things.values()].map((thing) => thing.snapshot()),
    close: () => {
      closing ??= shutDown();
      return closing;
    },
  };

  try {
    const { port } = resolved;
    const wait = (delayMs: number): Promise<void> => delay(socketClock, delayMs);
    http = await openHttp({ port, clientId, redirectUrl, uid, pageSize, tls, grants, household, clock, faults, wait, log });
    await broker.open();
  } catch (error) {
    await cloud.close();
    throw error;
  }
  if (lively) startCloudLife({ household, timers, random });
  return cloud;
}

function refuse(did: string, what: string): never {
  throw new LumiotError('BAD_INPUT', `Device ${did} has no ${what}; see its description.`, { device: did });
}

/** PEM texts stay what they are; anything else is the path of a file. */
async function readTls(tls: ResolvedCloud['tls']): Promise<ResolvedCloud['tls']> {
  if (tls === undefined) return undefined;
  const read = async (field: 'cert' | 'key'): Promise<string> => {
    if (tls[field].includes('-----BEGIN')) return tls[field];
    try {
      return await readFile(tls[field], 'utf8');
    } catch (error) {
      // The text may be a key that lost its first line: it is not repeated.
      const why = (error as NodeJS.ErrnoException).code ?? 'unreadable';
      throw new LumiotError(
        'BAD_INPUT',
        `The cloud: "tls.${field}" is neither PEM text nor the path of a file that can be read (${why}); correct it in the home file.`,
      );
    }
  };
  return { cert: await read('cert'), key: await read('key') };
}
