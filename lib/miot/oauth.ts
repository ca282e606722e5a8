/** The OAuth requests of the cloud: the authorise page's address, the exchange of a code, the refresh (miot-cloud.md §1.1, §1.3). */

import { LumiotError, toLumiotError } from '../home/errors';
import { type Http, TransportError } from './http';
import { type OAuthVerdict, readOAuthReply } from './oauth-reply';

/** The program that asks, and where. */
export interface OAuthClient {
  /** Base URL of the region's API: `endpointsOf(settings).api`. */
  readonly api: string;
  readonly clientId: string;
  readonly redirectUrl: string;
}

export interface OAuthTransport {
  readonly http: Http;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

const TOKEN_PATH = '/app/v2/ha/oauth/get_token';
const TIMEOUT_MS = 30_000;

/** `authorize`: `endpointsOf(settings).authorize`. */
export function authorizeUrl(
  authorize: string,
  { clientId, redirectUrl, deviceId, state }: { clientId: string; redirectUrl: string; deviceId: string; state: string },
): string {
  const query = new URLSearchParams({
    client_id: clientId,
    redirect_uri: redirectUrl,
    response_type: 'code',
    device_id: deviceId,
    state,
    skip_confirm: 'false',
  });
  return `${authorize}?${query}`;
}

/** Tokens for the code that the authorise page gave. Never rejects. */
export function exchangeCode(client: OAuthClient, grant: { code: string; deviceId: string }, by: OAuthTransport): Promise<OAuthVerdict> {
  return getToken(client, `"code":${JSON.stringify(grant.code)},"device_id":${JSON.stringify(grant.deviceId)}`, [grant.code], by);
}

/** New tokens for a refresh token, which is spent by that. The device id is not part of it. Never rejects. */
export function refreshTokens(client: OAuthClient, refreshToken: string, by: OAuthTransport): Promise<OAuthVerdict> {
  return getToken(client, `"refresh_token":${JSON.stringify(refreshToken)}`, [refreshToken], by);
}

async function getToken(client: OAuthClient, rest: string, secrets: readonly string[], by: OAuthTransport): Promise<OAuthVerdict> {
  if (!/^[1-9]\d*$/.test(client.clientId))
    return {
      kind: 'misconfigured',
      error: new LumiotError('MISCONFIGURED', 'The client id must be decimal digits only, and does not begin with 0.'),
    };
  // The client id is larger than a double can hold: its digits go into the JSON as they are (miot-cloud.md §1.3).
  const data = `{"client_id":${client.clientId},"redirect_uri":${JSON.stringify(client.redirectUrl)},${rest}}`;
  try {
    const reply = await by.http.send({
      method: 'GET',
      url: `${client.api}${TOKEN_PATH}?data=${encodeURIComponent(data)}`,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      timeoutMs: TIMEOUT_MS,
    });
    return readOAuthReply(reply, secrets, by.now());
  } catch (error) {
    if (error instanceof LumiotError && error.code === 'MISCONFIGURED') return { kind: 'misconfigured', error };
    const mayHaveArrived = !(error instanceof TransportError) || error.mayHaveArrived;
    return {
      kind: 'transient',
      error: toLumiotError(error, 'CLOUD_UNREACHABLE'),
      retryAfterMs: undefined,
      mayHaveArrived,
      isGlitch: false,
    };
  }
}
