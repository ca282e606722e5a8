/** The regions of the cloud and the addresses each has, and what a user may put in their place (miot-cloud.md §1.2). */

import { isIP } from 'node:net';
import { LumiotError } from '../home/errors';

export const regions = ['cn', 'de', 'i2', 'ru', 'sg', 'us'] as const;
export type Region = (typeof regions)[number];

/** Base URLs without a trailing slash. */
export interface Endpoints {
  /** The page where the user signs in. */
  readonly authorize: string;
  /** HTTP API and token endpoint. */
  readonly api: string;
  /** `mqtts://host:port`, or `mqtt://` on loopback. */
  readonly mqtt: string;
  /** Where device descriptions come from; the second is asked when the first does not answer. */
  readonly specs: readonly string[];
}

/** Hosts as a user may have set them: '' = the vendor's. */
export interface HostSettings {
  readonly region: Region;
  readonly apiHost: string;
  readonly oauthHost: string;
  readonly mqttHost: string;
  readonly specHost: string;
}

const AUTHORIZE_PATH = '/oauth2/authorize';
const MQTT_PORT = 8883;
const LOOPBACK_NAMES = new Set(['localhost', '[::1]']);

/** Throws `MISCONFIGURED` and names the setting when an address cannot be used. */
export function endpointsOf({ region, apiHost, oauthHost, mqttHost, specHost }: HostSettings): Endpoints {
  const prefix = region === 'cn' ? '' : `${region}.`;
  const spec = specHost === '' ? ['https://miot-spec.org', 'https://spec.miot-spec.com'] : [base('specHost', specHost, 'https', 'http')];
  return {
    authorize: `${base('oauthHost', oauthHost || 'account.xiaomi.com', 'https', 'http')}${AUTHORIZE_PATH}`,
    api: base('apiHost', apiHost || `${prefix}ha.api.io.mi.com`, 'https', 'http'),
    mqtt: base('mqttHost', mqttHost || `${region}-ha.mqtt.io.mi.com:${MQTT_PORT}`, 'mqtts', 'mqtt'),
    specs: spec,
  };
}

/** A host, `host:port` or URL as a base URL. Tokens travel there, so that without TLS only this machine is allowed. */
function base(setting: string, typed: string, secure: string, plain: string): string {
  const refuse = (why: string): never => {
    throw new LumiotError('MISCONFIGURED', `The setting ${setting} is "${typed}": ${why}`);
  };
  let url: URL;
  try {
    url = new URL(typed.includes('://') ? typed : `${secure}://${typed}`);
  } catch {
    return refuse(`it is no address. Enter a host name such as host.example, or leave it empty.`);
  }
  const scheme = url.protocol.slice(0, -1);
  if (url.hostname === '' || url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    return refuse('it may hold a host and a port, no user, query or fragment.');
  if (scheme !== secure && scheme !== plain) return refuse(`it must begin with ${secure}://.`);
  if (secure === 'mqtts' && url.pathname.length > 1) return refuse('a broker has a host and a port, and no path.');
  if (scheme === plain && !isLoopback(url.hostname))
    return refuse(`${plain}:// is allowed for this machine (127.0.0.1) only. Use ${secure}://.`);
  return `${url.protocol}//${url.host}${url.pathname.replace(/\/+$/, '')}`;
}

function isLoopback(host: string): boolean {
  return LOOPBACK_NAMES.has(host.toLowerCase()) || (isIP(host) === 4 && host.startsWith('127.'));
}
