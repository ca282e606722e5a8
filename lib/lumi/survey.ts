/** Questions the editor asks before anything is deployed: which gateways are there, and is this key right? */

import { isIPv4 } from 'node:net';
import { LumiotError } from '../home/errors';
import type { Found } from './found';
import { Gateway } from './gateway';
import type { Lan, Member } from './lan';
import { checkSettings } from './settings';

export interface DiscoverOptions {
  readonly interface: string;
  /** '' = by multicast. */
  readonly host: string;
}

export interface DiscoveredGateway {
  readonly sid: string;
  readonly model: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 1 | 2 | null;
}

const WINDOW_MS = 800;
const TRIES = 3;

/** Every gateway that answers within about two seconds. Rejects with `SOCKET` where nothing could be asked. */
export async function discover(lan: Lan, options: DiscoverOptions): Promise<DiscoveredGateway[]> {
  const { settings } = checkSettings({ ...options });
  const found = new Map<string, Found>();
  const member: Member = {
    interface: settings.interface,
    sid: undefined,
    address: undefined,
    port: undefined,
    found: (one) => {
      if (one.by === 'iam') found.set(one.sid, one);
    },
    hear: () => {},
    answer: () => {},
    relist: () => Promise.resolve(),
    networkChanged: () => {},
  };
  lan.enter(member);
  try {
    for (let attempt = 0; attempt < TRIES; attempt++) {
      await lan.whois(settings.interface, settings.host);
      await new Promise<void>((resolve) => lan.environment.clock.setTimeout(resolve, WINDOW_MS));
    }
  } finally {
    await lan.leave(member);
  }
  return [...found.values()].map(({ sid, model, address, port, dialect }) => ({ sid, model, address, port, protocol: dialect ?? null }));
}

/** Resolves when the gateway accepts the key; rejects with `KEY_INVALID`, `KEY_MISSING`, `GATEWAY_NOT_FOUND`, `PORT_CLOSED`, … */
export async function testKey(
  lan: Lan,
  stored: { readonly sid: string; readonly host: string; readonly interface: string; readonly key: string },
): Promise<void> {
  const { settings, problems } = checkSettings({ ...stored, discoveryRetries: 2 });
  const [problem] = problems;
  if (problem !== undefined) throw problem;
  if (settings.key === '')
    throw new LumiotError(
      'KEY_MISSING',
      'There is no LAN key to test. Enter the 16-character key from Mi Home › gateway › About › LAN protocol.',
    );
  const gateway = new Gateway(lan, settings);
  try {
    void gateway.start();
    await gateway.verifyKey();
    // The search finds a gateway that has moved; the one who tests must learn that the address is not right.
    if (isIPv4(settings.host) && gateway.address !== settings.host) {
      throw new LumiotError(
        'GATEWAY_NOT_FOUND',
        `The key is right, but the gateway is at ${gateway.address} and not at ${settings.host}. Correct the host, or leave it empty.`,
        { gateway: gateway.sid },
      );
    }
  } finally {
    await gateway.close();
  }
}
