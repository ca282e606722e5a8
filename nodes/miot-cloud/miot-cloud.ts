/** Config node of one cloud account. It holds settings and the key of the token store; the account lives in its host and outlives a redeploy. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { checkAccountSettings } from '../../lib/miot';
import { type AccountHost, acquireAccount, releaseAccount } from '../shared/runtime/account-host';
import { noticeLeftovers } from '../shared/runtime/account-leftovers';
import { serveAdminApi } from '../shared/runtime/admin';
import { noticeStopping } from '../shared/runtime/flows-stopping';
import { expand, settingsOf } from '../shared/runtime/settings';

interface AccountCredentials {
  storeKey?: string;
}

export interface AccountNode extends Node<AccountCredentials> {
  host: AccountHost;
}

const settingNames = [
  'name',
  'region',
  'clientId',
  'redirectUrl',
  'transport',
  'localDevices',
  'apiHost',
  'oauthHost',
  'mqttHost',
  'specHost',
  'caFile',
  'deviceIdPrefix',
  'bizId',
] as const;

export default function register(RED: NodeAPI): void {
  serveAdminApi(RED);
  noticeStopping(RED);
  noticeLeftovers(RED);

  function MiotCloud(this: AccountNode, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const stored = { ...settingsOf(RED, this, definition, settingNames), storeKey: expand(RED, this, this.credentials?.storeKey) };
    const { settings, problems } = checkAccountSettings(stored);
    for (const problem of problems) this.error(problem.message);
    this.host = acquireAccount(RED, this.id, settings);
    this.on('close', (isGone: boolean, done: () => void) => {
      // Node-RED says "removed" of what is only disabled too; its sign-in must not be lost.
      releaseAccount(RED, this.id, isGone && !isStored(RED, this.id)).then(done, (error: unknown) => {
        this.error(String(error));
        done();
      });
    });
  }

  RED.nodes.registerType<AccountNode, NodeDef, object, AccountCredentials>('miot-cloud', MiotCloud, {
    credentials: { storeKey: { type: 'password' } },
  });
}

/** Still in the flows that were deployed, if only disabled. */
function isStored(RED: NodeAPI, id: string): boolean {
  let found = false;
  RED.nodes.eachNode((node) => {
    found ||= node.id === id;
  });
  return found;
}
