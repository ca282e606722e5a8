/** What the state of an account means to people: the status it forces under its nodes. */

import type { AccountState } from '../../../lib/miot';
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
