/** Config node of one gateway. It holds settings and the key; the gateway itself lives in its host and outlives a redeploy. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { checkSettings } from '../../lib/lumi';
import { serveAdminApi } from '../shared/runtime/admin';
import { acquireHost, type GatewayHost, releaseHost } from '../shared/runtime/gateway-host';
import { expand, settingsOf } from '../shared/runtime/settings';

interface GatewayCredentials {
  key?: string;
}

export interface GatewayNode extends Node<GatewayCredentials> {
  host: GatewayHost;
}

const settingNames = ['name', 'sid', 'host', 'interface', 'discoveryRetries', 'pollInterval', 'devices'] as const;

export default function register(RED: NodeAPI): void {
  serveAdminApi(RED);

  function LumiGateway(this: GatewayNode, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const stored = { ...settingsOf(RED, this, definition, settingNames), key: expand(RED, this, this.credentials?.key) };
    const { settings, problems } = checkSettings(stored);
    for (const problem of problems) this.error(problem.message);
    this.host = acquireHost(RED, this.id, settings);
    this.on('close', (isGone: boolean, done: () => void) => {
      releaseHost(RED, this.id, isGone).then(done, (error: unknown) => {
        this.error(String(error));
        done();
      });
    });
  }

  RED.nodes.registerType<GatewayNode, NodeDef, object, GatewayCredentials>('lumi-gateway', LumiGateway, {
    credentials: { key: { type: 'password' } },
  });
}
