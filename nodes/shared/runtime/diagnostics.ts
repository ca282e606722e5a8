/** A report that people can paste into an issue: everything that helps, nothing that is secret. */

import { arch, platform } from 'node:os';
import type { NodeAPI } from 'node-red';
import { deviceView, gatewayView } from './device-view';
import { network } from './environment';
import type { GatewayHost } from './gateway-host';

export async function diagnosticsOf(RED: NodeAPI, id: string, host: GatewayHost): Promise<object> {
  const lan = network(RED);
  const { gateway } = host;
  return {
    package: packageVersion(),
    nodeRed: await RED.version(),
    node: process.version,
    system: `${platform()} ${arch()}`,
    gateway: { ...gatewayView(id, host), name: undefined },
    sockets: { isBound: lan.sockets.isBound, joined: lan.sockets.joined, refused: [...lan.sockets.refused] },
    counts: { ...lan.counts, rejected: gateway.inventory.rejected },
    doctor: await gateway.examine(),
    devices: [...gateway.inventory.devices].map((device) => {
      const { name, room, ...view } = deviceView(gateway, device) as Record<string, unknown>;
      // Names and rooms are private and help nobody.
      void name;
      void room;
      return view;
    }),
  };
}

function packageVersion(): string {
  // From dist/nodes/shared/runtime as from nodes/shared/runtime, package.json is found by walking up.
  for (const path of ['../../../package.json', '../../../../package.json']) {
    try {
      const found: unknown = require(path);
      if (typeof found === 'object' && found !== null && 'version' in found) return String(found.version);
    } catch {
      // the other place, then
    }
  }
  return 'unknown';
}
