/** What a gateway says by itself, and how often: heartbeats, its own state, the heartbeats of its devices (lumi-lan.md §2.6). */

import type { PretendDevice } from './device';
import type { PretendGateway } from './gateway';
import type { Timers } from './timers';

const OWN_REPORT_MS = 60_000;
const DEVICE_HEARTBEAT_MS = { mains: 600_000, battery: 3_600_000 } as const;
const OWN_FIELDS = ['rgb', 'illumination'] as const;

export interface Rhythm {
  readonly timers: Timers;
  readonly random: () => number;
}

/** Starts everything that a gateway says by itself; it ends with `timers`. */
export function startCadences(gateway: PretendGateway, rhythm: Rhythm): void {
  const { heartbeatMs, protocol } = gateway.config;
  rhythm.timers.every(
    () => heartbeatMs,
    () => void gateway.heartbeat(),
  );
  if (protocol === 1)
    rhythm.timers.every(
      () => OWN_REPORT_MS,
      () => reportOwn(gateway),
    );
  for (const device of gateway.inventory.list()) startDeviceHeartbeats(gateway, device, rhythm);
}

/** Ends by itself when the device is gone. */
export function startDeviceHeartbeats(gateway: PretendGateway, device: PretendDevice, { timers, random }: Rhythm): void {
  const intervalMs = DEVICE_HEARTBEAT_MS[device.power];
  const beat = (): void => {
    if (gateway.inventory.get(device.sid) !== device) return;
    void gateway.deviceHeartbeat(device);
    timers.after(intervalMs, beat);
  };
  // Devices of one home do not beat in step.
  timers.after(intervalMs * (0.5 + random() / 2), beat);
}

function reportOwn(gateway: PretendGateway): void {
  const { own } = gateway;
  const fields = Object.fromEntries(OWN_FIELDS.filter((name) => own.has(name)).map((name) => [name, own.get(name)]));
  if (Object.keys(fields).length > 0) void gateway.report(own, fields);
}
