/** What stored settings of any age and type come to, worked out a second time from what the dialogs promise. */

type Stored = Readonly<Record<string, unknown>>;

const text = (value: unknown): string => (['string', 'number'].includes(typeof value) ? String(value).trim() : '');

/** A whole number from a number or its text; `otherwise` for whatever is none. */
function whole(value: unknown, otherwise: number): number {
  const isWritten = typeof value === 'number' || (typeof value === 'string' && value.trim() !== '');
  const number = isWritten ? Math.floor(Number(value)) : Number.NaN;
  return number >= 0 && number < Number.POSITIVE_INFINITY ? number : otherwise;
}

const isAddress = (typed: string): boolean =>
  /^(\d{1,3}\.){3}\d{1,3}$/.test(typed) && typed.split('.').every((part) => Number(part) < 256 && String(Number(part)) === part);

export interface ExpectedGateway {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly codes: readonly string[];
}

export function expectedGateway(stored: Stored): ExpectedGateway {
  const typed = text(stored.sid);
  const sid = sidOf(typed);
  const local = text(stored.interface);
  const key = text(stored.key);
  const poll = whole(stored.pollInterval, 0);
  const codes: string[] = [];
  if (typed !== '' && sid !== '' && !/^[0-9a-f]{12,16}$/.test(sid)) codes.push('NOT_CONFIGURED');
  if (local !== '' && !isAddress(local)) codes.push('NOT_CONFIGURED');
  if (key !== '' && (key.length !== 16 || [...key].some((sign) => sign <= ' ' || sign > '~'))) codes.push('KEY_INVALID');
  const rows = new Map<string, unknown>();
  if (Array.isArray(stored.devices)) {
    for (const row of stored.devices as Stored[]) {
      if (typeof row !== 'object' || row === null || text(row.sid) === '') continue;
      rows.set(sidOf(text(row.sid)), { name: text(row.name), room: text(row.room), model: text(row.model) });
    }
  }
  return {
    codes,
    settings: {
      name: text(stored.name),
      sid,
      host: text(stored.host),
      interface: isAddress(local) ? local : '',
      discoveryRetries: Math.min(20, whole(stored.discoveryRetries, 3)),
      pollInterval: poll > 0 && poll < 10 ? 10 : poll,
      devices: [...rows],
      key,
    },
  };
}

export function sidOf(typed: string): string {
  const low = typed.toLowerCase().replace(/^lumi\./, '');
  const digits = low.replace(/[^0-9a-z]/g, (sign) => (/[\s:.-]/.test(sign) ? '' : sign));
  return /^[0-9a-f]+$/.test(digits) ? digits.replace(/^0+/, '').padStart(12, '0') : low;
}

export interface ExpectedAccount {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly problems: number;
}

const REGIONS = ['cn', 'de', 'i2', 'ru', 'sg', 'us'];
const TRANSPORTS = ['auto', 'cloud', 'local'];

export function expectedAccount(stored: Stored): ExpectedAccount {
  let problems = 0;
  const fits = (value: string, isFitting: boolean, otherwise: string): string => {
    if (!isFitting) problems++;
    return isFitting ? value : otherwise;
  };
  const region = text(stored.region).toLowerCase();
  const transport = text(stored.transport);
  // Exactly as the dialog stores it; anything else is told.
  if (transport !== '' && !TRANSPORTS.some((known) => known === stored.transport)) problems++;
  const isRounded = typeof stored.clientId === 'number' && Math.abs(stored.clientId) > Number.MAX_SAFE_INTEGER;
  const isPart = typeof stored.clientId === 'number' && stored.clientId % 1 !== 0;
  const clientId = text(stored.clientId);
  const prefix = text(stored.deviceIdPrefix) || 'ha.';
  const bizId = text(stored.bizId) || 'haapi';
  const redirect = text(stored.redirectUrl);
  const rows = Array.isArray(stored.localDevices) ? (stored.localDevices as Stored[]) : [];
  const hosts = {
    apiHost: text(stored.apiHost),
    oauthHost: text(stored.oauthHost),
    mqttHost: text(stored.mqttHost),
    specHost: text(stored.specHost),
  };
  const settings = {
    name: text(stored.name),
    region: fits(region, region === '' || REGIONS.includes(region), 'cn') || 'cn',
    clientId: isRounded || isPart ? fits('', false, '') : fits(clientId, clientId === '' || /^[1-9]\d{0,19}$/.test(clientId), ''),
    redirectUrl: fits(redirect, redirect === '' || isRedirect(redirect), ''),
    transport: TRANSPORTS.find((known) => known === stored.transport) ?? 'auto',
    localDevices: rows
      .filter((row) => typeof row === 'object' && row !== null && text(row.did) !== '')
      .map(({ did, name, host, model }) => ({ did: text(did), name: text(name), host: text(host), model: text(model) })),
    ...hosts,
    caFile: text(stored.caFile),
    deviceIdPrefix: fits(prefix, prefix.length <= 16 && /^[A-Za-z0-9_.:-]*$/.test(prefix), 'ha.'),
    bizId: fits(bizId, bizId.length <= 32 && /^[A-Za-z0-9_-]+$/.test(bizId), 'haapi'),
    storeKey: text(stored.storeKey),
  };
  const isSafe =
    (['apiHost', 'oauthHost', 'specHost'] as const).every((name) => isHost(hosts[name], 'https', 'http')) &&
    isHost(hosts.mqttHost, 'mqtts', 'mqtt');
  return { settings, problems: problems + (isSafe ? 0 : 1) };
}

function isRedirect(typed: string): boolean {
  return URL.canParse(typed) && /^https?:$/.test(new URL(typed).protocol) && new URL(typed).hash === '';
}

/** An address that tokens may travel to: TLS, or this machine. */
function isHost(typed: string, secure: string, plain: string): boolean {
  if (typed === '') return true;
  const full = typed.includes('://') ? typed : `${secure}://${typed}`;
  if (!URL.canParse(full)) return false;
  const { protocol, hostname, username, password, search, hash, pathname } = new URL(full);
  if (hostname === '' || `${username}${password}${search}${hash}` !== '') return false;
  if (secure === 'mqtts' && pathname !== '' && pathname !== '/') return false;
  if (protocol === `${secure}:`) return true;
  const isHere =
    hostname.toLowerCase() === 'localhost' || hostname === '[::1]' || (isAddress(hostname) && hostname.split('.')[0] === '127');
  return protocol === `${plain}:` && isHere;
}
