// Signs the demo's account in the way a person does: asks Node-RED for the address, agrees on the page of the pretend cloud, and follows
// it back to Node-RED's callback. Gives one line that says how the account stands.
import { setTimeout as sleep } from 'node:timers/promises';

const PATIENCE_MS = 20_000;

export async function signIn(nodeRedUrl, id) {
  const routes = `${nodeRedUrl}lumiot/accounts/${id}`;
  try {
    const before = await settled(nodeRedUrl, id);
    if (before === undefined) return 'not in your flows; npm run demo -- --fresh brings it back';
    if (isSignedIn(before)) return `signed in already, ${devicesOf(before)}`;
    const { url } = await ask(`${routes}/sign-in`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' });
    const agreed = await fetch(url, { method: 'POST', body: new URLSearchParams({ answer: 'agree' }), redirect: 'manual' });
    const back = agreed.headers.get('location');
    if (back === null) throw new Error(`the pretend cloud did not send the sign-in back (HTTP ${agreed.status})`);
    const callback = await fetch(back);
    if (!callback.ok) throw new Error(`Node-RED did not take the sign-in (HTTP ${callback.status})`);
    return `signed in by itself, ${devicesOf(await settled(nodeRedUrl, id))}`;
  } catch (error) {
    return `not signed in: ${error.message}. Open the account "Demo account" in the editor and sign in there.`;
  }
}

/** Waits until it is known how the account stands: signed in and heard by the broker, or in need of a sign-in. Undefined without an account. */
async function settled(nodeRedUrl, id) {
  const giveUpAt = Date.now() + PATIENCE_MS;
  for (;;) {
    const accounts = await ask(`${nodeRedUrl}lumiot/accounts`);
    const account = accounts.find((one) => one.id === id);
    // Node-RED says that flows have started a moment before it makes their nodes.
    if (account === undefined && !(await hasNode(nodeRedUrl, id))) return undefined;
    // Tokens of an earlier pretend cloud look well until somebody uses them: only an open push connection proves them good.
    if (account !== undefined && (isSignedIn(account) || ['signed-out', 'sign-in-needed'].includes(account.phase))) return account;
    if (Date.now() > giveUpAt) throw new Error(account?.error?.message ?? `it is still ${account?.phase ?? 'not started'}`);
    await sleep(100);
  }
}

/** Whether the flows have a node, and it is not disabled. */
async function hasNode(nodeRedUrl, id) {
  const nodes = await ask(`${nodeRedUrl}flows`, { headers: { 'Node-RED-API-Version': 'v1' } });
  return nodes.some((node) => node.id === id && node.d !== true);
}

function isSignedIn({ phase, push, devices }) {
  return phase === 'connected' && push === 'connected' && devices > 0;
}

function devicesOf({ devices, homes }) {
  return `${devices} devices in ${homes.length} home${homes.length === 1 ? '' : 's'}`;
}

async function ask(url, options) {
  const answer = await fetch(url, options);
  const body = await answer.json();
  if (!answer.ok) throw new Error(body.message ?? body.error?.message ?? `HTTP ${answer.status}`);
  return body;
}
