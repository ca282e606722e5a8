/** Exchange and refresh: one GET with JSON in `data`; every refusal is HTTP 200 with `code: -6` (miot-cloud.md §1.3, §1.4). */

import type { Grants, OAuthError, TokenPair } from './grants';
import { rawNumber } from './raw-number';
import type { Reply } from './reply';

export const TOKEN_PATH = '/app/v2/ha/oauth/get_token';

const descriptions: Readonly<Record<OAuthError, string>> = {
  96001: 'client does not exist',
  96002: 'invalid request',
  96003: 'invalid client',
  96009: 'invalid refresh token',
  96010: 'invalid redirect uri',
  96011: 'unsupported response type',
  96012: 'access denied',
  96013: 'invalid authorization code',
};

export interface TokenEndpointOptions {
  readonly clientId: string;
  readonly uid: string;
  readonly grants: Grants;
}

export function answerToken(query: URLSearchParams, { clientId, uid, grants }: TokenEndpointOptions): Reply {
  const text = query.get('data');
  const data = parse(text ?? '');
  if (text === null || data === undefined) return oauthError(96002, 'invalid params');
  if (rawNumber(text, 'client_id') !== clientId) return oauthError(96003);
  const { code, refresh_token: refreshToken, redirect_uri: redirectUri, device_id: deviceId } = data;
  if (typeof redirectUri !== 'string') return oauthError(96002);
  if (typeof refreshToken === 'string') return toReply(grants.renew(refreshToken, redirectUri), grants, uid);
  if (typeof code !== 'string' || typeof deviceId !== 'string') return oauthError(96002);
  return toReply(grants.exchange(code, redirectUri, deviceId), grants, uid);
}

/** Whether the request means to refresh, however it is answered. */
export function isRefresh(query: URLSearchParams): boolean {
  return typeof parse(query.get('data') ?? '')?.refresh_token === 'string';
}

export function oauthError(error: OAuthError, description = descriptions[error]): Reply {
  const inner = { error, error_description: description };
  return plain({ code: -6, message: JSON.stringify(inner), result: inner });
}

/** A backend that stumbles: no inner code, so that nobody may conclude anything (miot-cloud.md §1.4). */
export function backendGlitch(): Reply {
  return plain({ code: -6, message: 'parse json error, oauth2 UpdateAccessToken failed!', result: null });
}

function toReply(outcome: TokenPair | OAuthError, grants: Grants, uid: string): Reply {
  if (typeof outcome === 'number') return oauthError(outcome);
  const { accessToken, refreshToken, expiresIn } = outcome;
  const result = {
    access_token: accessToken,
    refresh_token: refreshToken,
    expires_in: expiresIn,
    token_type: 'mac',
    mac_key: grants.secret('', 26),
    mac_algorithm: 'HmacSha1',
    scope: '1 3 6000',
    openId: `open-${uid}`,
  };
  return plain({ code: 0, message: 'ok', result });
}

/** The body is JSON, its type says otherwise (miot-cloud.md §1.3). */
function plain(body: unknown): Reply {
  return { status: 200, type: 'text/plain', body: JSON.stringify(body) };
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    const data: unknown = JSON.parse(text);
    return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}
