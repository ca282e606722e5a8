/** The page on which a signed-in user agrees or not (miot-cloud.md §1.1). */

import type { Grants } from './grants';
import { escapeHtml, html, type Reply } from './reply';

export const AUTHORIZE_PATH = '/oauth2/authorize';

export interface AuthorizeOptions {
  readonly clientId: string;
  readonly redirectUrl: string;
  readonly grants: Grants;
}

/** `answer` is what the user pressed; undefined shows the page. What cannot be sent back to the client stays on the vendor's page. */
export function authorize(query: URLSearchParams, answer: string | undefined, options: AuthorizeOptions): Reply {
  const { clientId, redirectUrl, grants } = options;
  const asked = (name: string): string => query.get(name) ?? '';
  if (asked('client_id') !== clientId) return html('Error 96001', '<p>invalid client: this client id does not exist</p>', 400);
  if (asked('redirect_uri') !== redirectUrl) return html('Error 96010', '<p>invalid redirect uri</p>', 400);
  const state = asked('state');
  const back = (fields: Readonly<Record<string, string>>): Reply =>
    sendBack(redirectUrl, { ...fields, ...(state === '' ? {} : { state }) });
  if (asked('response_type') !== 'code') return back({ error: '96011', error_description: 'unsupported response type' });
  const deviceId = asked('device_id');
  if (deviceId === '' || state === '')
    return back({ error: '96002', error_description: 'invalid request: device_id and state are needed' });
  if (answer === 'agree' || (answer === undefined && asked('skip_confirm') === 'true' && grants.isConsented))
    return back({ code: grants.issueCode(deviceId, redirectUrl) });
  if (answer === 'deny') return back({ error: '96012', error_description: 'user denied the request' });
  return html('Pretend account', form(clientId, redirectUrl));
}

function form(clientId: string, redirectUrl: string): string {
  return [
    `<p>The application ${escapeHtml(clientId)} wants to see and control your devices. You will be sent to ${escapeHtml(redirectUrl)}.</p>`,
    '<form method="post"><button name="answer" value="agree">Agree</button> <button name="answer" value="deny">Deny</button></form>',
  ].join('');
}

function sendBack(redirectUrl: string, fields: Readonly<Record<string, string>>): Reply {
  const url = new URL(redirectUrl);
  for (const [name, value] of Object.entries(fields)) url.searchParams.set(name, value);
  return { status: 302, type: 'text/plain', body: '', headers: { location: url.href, 'cache-control': 'no-store' } };
}
