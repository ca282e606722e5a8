/** Config node of one gateway. It holds settings, the key and the device token; the gateway itself lives in its host and outlives a redeploy. */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { toLumiotError } from '../../lib/home/errors';
import { checkSettings } from '../../lib/lumi';
import { serveAdminApi } from '../shared/runtime/admin';
import { acquireHost, type GatewayHost, releaseHost } from '../shared/runtime/gateway-host';
import { checkToken, GatewayMiio } from '../shared/runtime/gateway-miio';
import { expand, settingsOf, text } from '../shared/runtime/settings';

interface GatewayCredentials {
  key?: string;
  /** Of the gateway as a Wi-Fi device: for its radio, its alarm, and to read the key. */
  token?: string;
}

export interface GatewayNode extends Node<GatewayCredentials> {
  host: GatewayHost;
  miio: GatewayMiio;
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
    const token = (): string => {
      try {
        return checkToken(text(expand(RED, this, this.credentials?.token)));
      } catch (thrown) {
        this.error(toLumiotError(thrown, 'NOT_CONFIGURED').message);
        return '';
      }
    };
    this.miio = new GatewayMiio(RED, this.host, token());
    this.on('close', (isGone: boolean, done: () => void) => {
      this.miio.close();
      releaseHost(RED, this.id, isGone).then(done, (error: unknown) => {
        this.error(String(error));
        done();
      });
    });
  }

  RED.nodes.registerType<GatewayNode, NodeDef, object, GatewayCredentials>('lumi-gateway', LumiGateway, {
    credentials: { key: { type: 'password' }, token: { type: 'password' } },
  });
}
