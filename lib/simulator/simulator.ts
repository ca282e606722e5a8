/** A pretend home: starts what a home file describes, and lets tests, the control and the demo act on it. */

import { type Clock, systemClock } from '../home/clock';
import { LumiotError } from '../home/errors';
import type { ReceivedCommand } from './answers';
import { type CloudAddresses, type PretendCloud, startPretendCloud } from './cloud';
import { type CloudSnapshot, cloudSnapshot } from './cloud/presses';
import type { DeviceConfig, HomeConfig } from './config';
import { type ControlServer, openControl } from './control';
import type { PretendDevice } from './device';
import type { FaultRequest } from './faults';
import { PretendGateway } from './gateway';
import { parseDevice, parseHome } from './home';
import { startLife } from './lively';
import { type LanKey, openWifi, type PretendWifiDevice, type Wifi, type WifiAddress, type WifiSnapshot } from './miio';
import { Air, type Log } from './sockets';
import { Timers } from './timers';

const REMEMBERED_COMMANDS = 100;

export interface GatewayAddress {
  readonly sid: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 1 | 2;
}

/** What the first line of `lumiot-simulator` prints: everything as really used. */
export interface Addresses {
  readonly gateways: readonly GatewayAddress[];
  readonly interface: string;
  readonly whoisPort: number;
  readonly eventPort: number;
  readonly control?: { readonly address: string; readonly port: number };
  readonly cloud?: CloudAddresses;
  readonly wifi?: readonly WifiAddress[];
  /** Where the Wi-Fi devices hear hellos and mDNS questions for everybody. */
  readonly broadcast?: { readonly port: number; readonly mdnsPort: number };
}

export interface DeviceSnapshot {
  readonly sid: string;
  readonly name: string;
  readonly model: string;
  readonly state: Record<string, unknown>;
}

export interface GatewaySnapshot extends GatewayAddress, DeviceSnapshot {
  readonly faults: readonly string[];
  readonly devices: readonly DeviceSnapshot[];
}

export interface HomeSnapshot {
  readonly gateways: readonly GatewaySnapshot[];
  readonly commands: readonly ReceivedCommand[];
  readonly cloud?: CloudSnapshot;
  readonly wifi?: WifiSnapshot;
}

export interface SimulatorOptions {
  readonly clock?: Clock | undefined;
  /** 0 to 1, as `Math.random`; a seeded one makes faults and a lively home repeatable. */
  readonly random?: (() => number) | undefined;
  readonly log?: Log | undefined;
}

/** Every method that names a gateway or a device throws (or rejects with) `NO_DEVICE` when there is none. */
export interface Simulator {
  readonly addresses: Addresses;
  /** Undefined where the home file has none. */
  readonly cloud: PretendCloud | undefined;
  /** A device in the Wi-Fi. */
  wifi(did: string): PretendWifiDevice;
  /** Merges raw fields into the state and multicasts a report; resolves when the datagram was handed to the socket. */
  report(gateway: string, device: string, fields: Record<string, unknown>): Promise<void>;
  /** At once; the gateway's own brings a new token. */
  heartbeat(gateway: string, device?: string): Promise<void>;
  /** Begins a fault; `settled()` tells when a `move` is done. */
  fault(gateway: string, fault: FaultRequest): void;
  /** The last 100 requests, oldest first. */
  commands(): readonly ReceivedCommand[];
  /** Raw fields now; the device may be the gateway itself. */
  state(gateway: string, device: string): Record<string, unknown>;
  /** Changes the state without telling anybody, as a lost report would. */
  setDevice(gateway: string, device: string, fields: Record<string, unknown>): void;
  /** Adds a device without a datagram, as pairing in the app does. */
  addDevice(gateway: string, device: DeviceConfig): void;
  removeDevice(gateway: string, device: string): void;
  /** The newest token. */
  token(gateway: string): string;
  /** Multicasts any bytes to the event port; from the first gateway unless told. */
  raw(bytes: Buffer | string, from?: string): Promise<void>;
  snapshot(): HomeSnapshot;
  /** Resolves when every fault asked for so far is in place. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** Opens every socket of a home. Rejects with `BAD_INPUT` or `SOCKET` and a sentence; nothing stays open then. */
export async function startSimulator(home: HomeConfig, options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock = systemClock, random = Math.random, log = () => {} } = options;
  const resolved = parseHome(home);
  const commands: ReceivedCommand[] = [];
  const gateways: PretendGateway[] = [];
  const air = await Air.open({
    interface: resolved.interface,
    whoisPort: resolved.whoisPort,
    eventPort: resolved.eventPort,
    log,
    onWhois: (to, bytes, from) => {
      for (const gateway of gateways) if (to === undefined || gateway.address === to) gateway.onWhois(bytes, from);
    },
  });
  const record = (command: ReceivedCommand): void => {
    commands.push(command);
    if (commands.length > REMEMBERED_COMMANDS) commands.shift();
  };
  const timers = new Timers(clock);
  let control: ControlServer | undefined;
  let cloud: PretendCloud | undefined;
  let wifi: Wifi | undefined;
  let faulting: Promise<void> = Promise.resolve();
  let closing: Promise<void> | undefined;

  const gatewayOf = (sid: string): PretendGateway => {
    const gateway = gateways.find((candidate) => sameSid(candidate.sid, sid));
    if (gateway === undefined)
      throw new LumiotError('NO_DEVICE', `The home has no gateway ${sid}; GET /home lists them.`, { gateway: sid });
    return gateway;
  };
  const deviceOf = (gateway: PretendGateway, sid: string): PretendDevice => {
    const device = [gateway.own, ...gateway.inventory.list()].find((candidate) => sameSid(candidate.sid, sid));
    if (device === undefined)
      throw new LumiotError('NO_DEVICE', `Gateway ${gateway.sid} has no device ${sid}; GET /home lists them.`, {
        gateway: gateway.sid,
        device: sid,
      });
    return device;
  };
  const wifiOf = (did: string): Wifi => {
    if (wifi !== undefined) return wifi;
    throw new LumiotError('NO_DEVICE', `The home has no Wi-Fi device ${did}; add a "wifi" to the home file.`, { device: did });
  };
  const lanKeyOf = (sid: string): LanKey => {
    const gateway = gatewayOf(sid);
    return { get: () => gateway.tokens.password, set: (key) => gateway.setKey(key) };
  };
  const placeOf = ({ sid, address, port, config }: PretendGateway): GatewayAddress => ({ sid, address, port, protocol: config.protocol });
  const shutDown = async (): Promise<void> => {
    timers.close();
    await control?.close();
    await faulting;
    await Promise.all([...gateways.map((gateway) => gateway.close()), cloud?.close(), wifi?.close()]);
    await air.close();
  };

  const simulator: Simulator = {
    get addresses(): Addresses {
      const { interface: network, eventPort } = resolved;
      const base = { gateways: gateways.map(placeOf), interface: network, whoisPort: air.whoisPort, eventPort };
      return {
        ...base,
        ...(control === undefined ? {} : { control: { address: control.address, port: control.port } }),
        ...(cloud === undefined ? {} : { cloud: cloud.addresses }),
        ...(wifi === undefined ? {} : { wifi: wifi.addresses() }),
        ...(wifi?.broadcast === undefined ? {} : { broadcast: wifi.broadcast }),
      };
    },
    get cloud(): PretendCloud | undefined {
      return cloud;
    },
    wifi: (did) => wifiOf(did).device(did),
    report: async (gateway, device, fields) => {
      const owner = gatewayOf(gateway);
      await owner.report(deviceOf(owner, device), fields);
    },
    heartbeat: async (gateway, device) => {
      const owner = gatewayOf(gateway);
      const speaker = device === undefined ? owner.own : deviceOf(owner, device);
      await (speaker === owner.own ? owner.heartbeat() : owner.deviceHeartbeat(speaker));
    },
    fault: (gateway, request) => {
      const owner = gatewayOf(gateway);
      if (request.fault === 'move' && request.address === undefined)
        throw new LumiotError('BAD_INPUT', 'A move needs an "address", such as "127.0.0.5".', { gateway });
      const done = owner.fault(request).catch((error: unknown) => log(`Gateway ${owner.sid}: ${String(error)}`));
      faulting = Promise.all([faulting, done]).then(() => {});
    },
    commands: () => [...commands],
    state: (gateway, device) => deviceOf(gatewayOf(gateway), device).state(),
    setDevice: (gateway, device, fields) => deviceOf(gatewayOf(gateway), device).merge(fields),
    addDevice: (gateway, device) => gatewayOf(gateway).addDevice(parseDevice(device, `Gateway ${gateway}, the new device`)),
    removeDevice: (gateway, device) => {
      const owner = gatewayOf(gateway);
      if (!owner.inventory.remove(device)) deviceOf(owner, device);
    },
    token: (gateway) => gatewayOf(gateway).tokens.current,
    raw: async (bytes, from) => {
      const speaker = from === undefined ? gateways[0] : gatewayOf(from);
      if (speaker === undefined) throw new LumiotError('NO_DEVICE', 'The home has no gateway that could send.');
      await speaker.multicast(bytes);
    },
    snapshot: () => ({
      gateways: gateways.map((gateway) => ({
        ...placeOf(gateway),
        ...describe(gateway.own),
        faults: gateway.faults.names(),
        devices: gateway.inventory.list().map(describe),
      })),
      commands: [...commands],
      ...(cloud === undefined ? {} : { cloud: cloudSnapshot(cloud) }),
      ...(wifi === undefined ? {} : { wifi: wifi.snapshot() }),
    }),
    settled: () => Promise.all([faulting, cloud?.settled()]).then(() => {}),
    close: () => {
      closing ??= shutDown();
      return closing;
    },
  };

  try {
    for (const config of resolved.gateways) {
      const gateway = new PretendGateway(config, { air, eventPort: resolved.eventPort, clock, random, log, record });
      gateways.push(gateway);
      await gateway.open();
    }
    if (resolved.cloud !== undefined) cloud = await startPretendCloud(resolved.cloud, { clock, random, log, lively: resolved.lively });
    if (resolved.wifi.length > 0) {
      const { wifi: devices, broadcast, interface: network } = resolved;
      wifi = await openWifi({ devices, broadcast, interface: network, household: cloud?.household, lanKeyOf, clock, random, log });
    }
    if (resolved.controlPort !== undefined) control = await openControl(simulator, resolved.controlPort, log);
  } catch (error) {
    await simulator.close();
    throw error;
  }
  if (resolved.lively) startLife({ gateways, timers, random });
  return simulator;
}

function describe(device: PretendDevice): DeviceSnapshot {
  return { sid: device.sid, name: device.name, model: device.model, state: device.state() };
}

/** People write sids in any case and with the leading zeros that the wire drops. */
function sameSid(left: string, right: string): boolean {
  const bare = (sid: string): string => sid.toLowerCase().replace(/^0+/, '');
  return bare(left) === bare(right);
}
