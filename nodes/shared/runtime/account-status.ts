/** What the state of an account means to people: the status it forces under its nodes. */

import type { Account, AccountState } from '../../../lib/miot';
import { errorKey, failing, notConfigured, type Shown } from './status';

/** `needsPush`: the node waits for what is pushed; what asks or commands works without. Undefined when all is well. */
export function shownAccount({ session: { state }, error, push }: AccountState, needsPush: boolean): Shown | undefined {
  switch (state.phase) {
    case 'loading':
      return { fill: 'yellow', shape: 'ring', text: 'status.connecting' };
    case 'unconfigured':
      return state.error.code === 'MISCONFIGURED' ? failing('status.misconfigured') : notConfigured;
    case 'signed-out':
      return { fill: 'grey', shape: 'ring', text: 'status.signed-out' };
    case 'sign-in-needed':
      return failing('status.sign-in-needed');
    case 'connected':
    case 'refreshing':
    case 'degraded':
      // A refresh that fails is no trouble while the access token lives: then there is no error.
      if (error !== undefined) return failing(errorKey(error.code));
      return needsPush ? shownPush(push) : undefined;
  }
}

/**
 * The same under a node of one device ('' = of several), which may have a way on the LAN: where it answers there, nothing of the cloud
 * stands in its way; where nobody wants the cloud, the device itself is all there is to show.
 */
export function shownDevice(account: Account, did: string, needsPush: boolean): Shown | undefined {
  const { state, isLocalOnly } = account;
  if (did === '') return isLocalOnly ? undefined : shownAccount(state, needsPush);
  if (!account.isLocal(did)) return isLocalOnly ? undefined : shownAccount(state, needsPush);
  const standing = account.localStanding(did);
  if (standing === 'reachable') return undefined;
  const viaCloud = shownAccount(state, needsPush);
  if (!isLocalOnly && account.device(did)?.isListed === true && (viaCloud === undefined || viaCloud.fill === 'yellow')) return viaCloud;
  if (!account.hasLocalToken(did)) return isLocalOnly || viaCloud === undefined ? notConfigured : viaCloud;
  switch (standing) {
    case 'unknown':
      return { fill: 'yellow', shape: 'ring', text: 'status.connecting' };
    case 'offline':
      return failing('status.device-offline');
    case 'token-rejected':
      return failing('status.token-rejected');
  }
}

function shownPush(push: AccountState['push']): Shown | undefined {
  switch (push) {
    case 'off':
    case 'connected':
      return undefined;
    case 'connecting':
    case 'waiting':
      return { fill: 'yellow', shape: 'ring', text: 'status.connecting' };
    case 'refused':
      return failing('status.refused');
  }
}
