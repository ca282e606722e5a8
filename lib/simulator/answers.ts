/** What a gateway answers to list, read and write, and how a write takes effect afterwards (lumi-lan.md §2.3 to §2.5, §7). */

import type { RemoteInfo } from 'node:dgram';
import type { Clock } from '../home/clock';
import type { PretendDevice } from './device';
import type { PretendGateway } from './gateway';
import type { Timers } from './timers';
import { Travels } from './travel';
import * as wire from './wire';
import { effectOf } from './writable';

// The state changes and is reported this long after the acknowledgement, which carries the state before.
const EFFECT_MS = { least: 30, most: 100 } as const;

/** One request that a gateway received, as `GET /home` and tests show it. Never holds the key. */
export interface ReceivedCommand {
  /** ISO 8601. */
  readonly at: string;
  readonly gateway: string;
  /** 'write', 'read', 'list', or the word that was not understood. */
  readonly cmd: string;
  readonly sid: string;
  readonly fields: wire.Fields;
  /** `address:port` of the client. */
  readonly from: string;
  /** Whether a write takes effect. */
  readonly applied: boolean;
  /** What the gateway refused it with. */
  readonly error?: string;
}

export interface AnswerOptions {
  readonly clock: Clock;
  readonly random: () => number;
  readonly timers: Timers;
  readonly record: (command: ReceivedCommand) => void;
}

type Write = Extract<wire.Request, { kind: 'write' }>;

export class Answers {
  private readonly gateway: PretendGateway;
  private readonly options: AnswerOptions;
  private readonly travels: Travels;
  /** End effects that were acknowledged and have not come yet. */
  private readonly coming = new Set<() => void>();

  constructor(gateway: PretendGateway, options: AnswerOptions) {
    this.gateway = gateway;
    this.options = options;
    const { clock, timers } = options;
    this.travels = new Travels({
      clock,
      timers,
      protocol: gateway.config.protocol,
      report: (device, fields) => void gateway.report(device, fields),
    });
  }

  /** A restart: what moves stops, and what was acknowledged and not carried out yet never is. */
  forget(): void {
    this.travels.stopAll();
    for (const cancel of this.coming) cancel();
    this.coming.clear();
  }

  /** The datagram to send back; undefined when the gateway keeps silent. */
  answer(bytes: Buffer, from: RemoteInfo): string | undefined {
    const { gateway } = this;
    const { protocol, sid } = gateway.config;
    const request = wire.parseRequest(protocol, bytes);
    switch (request.kind) {
      case 'list':
        this.note(from, 'list', sid);
        return wire.listAnswer(protocol, sid, gateway.tokens.current, gateway.inventory.list());
      case 'foreign-list':
        this.note(from, 'list', sid, 'No sid');
        return wire.foreignList;
      case 'read':
        return this.read(request.sid, from);
      case 'write':
        return this.write(request, from);
      case 'unsupported':
        this.note(from, request.cmd, '', 'Unsupported cmd');
        return wire.unsupportedCmd(sid);
      case 'invalid':
        this.note(from, '', '', 'Invalid json msg');
        return wire.invalidJson;
    }
  }

  private read(sid: string, from: RemoteInfo): string {
    const { protocol } = this.gateway.config;
    const device = this.gateway.find(sid);
    this.note(from, 'read', sid, device === undefined ? 'No device' : undefined);
    if (device === undefined) return wire.refusal(protocol, 'read', sid, 'No device');
    return wire.answer(protocol, 'read', device, device.readable(protocol));
  }

  private write(request: Write, from: RemoteInfo): string | undefined {
    const { gateway } = this;
    const { protocol } = gateway.config;
    const { sid, fields } = request;
    const device = gateway.find(sid);
    const effect = device && effectOf(device, protocol, fields);
    const error = this.refusalOf(request, device, effect !== undefined);
    this.options.record({ ...this.command(from, 'write', sid, error), fields, applied: error === undefined && effect?.isApplied === true });
    if (device === undefined || error !== undefined) return wire.refusal(protocol, 'write', sid, error ?? 'No device');
    const before = wire.answer(protocol, 'write', device, device.readable(protocol));
    const afterMs = device.effectMs ?? EFFECT_MS.least + this.options.random() * (EFFECT_MS.most - EFFECT_MS.least);
    const cancel = this.options.timers.after(afterMs, () => {
      this.coming.delete(cancel);
      this.apply(device, fields);
    });
    this.coming.add(cancel);
    return gateway.faults.strikes('no-ack') ? undefined : before;
  }

  private refusalOf({ key }: Write, device: PretendDevice | undefined, isWritable: boolean): string | undefined {
    if (device === undefined) return 'No device';
    if (this.gateway.faults.strikes('wrong-key-error') || !this.gateway.tokens.accepts(key)) return 'Invalid key';
    return isWritable ? undefined : 'Unsupported device';
  }

  /** Worked out anew, because an earlier write may have taken effect in between. */
  private apply(device: PretendDevice, fields: wire.Fields): void {
    const { gateway } = this;
    const effect = effectOf(device, gateway.config.protocol, fields);
    if (effect === undefined || !effect.isApplied) return;
    device.mergeQuietly(effect.quiet);
    if (effect.quiet.join_permission === 'yes') gateway.inventory.openWindow();
    if (effect.quiet.join_permission === 'no') gateway.inventory.closeWindow();
    if (typeof effect.quiet.remove_device === 'string') gateway.inventory.unpair(effect.quiet.remove_device);
    if (effect.travel !== undefined) this.travels.start(device, effect.travel);
    if (Object.keys(effect.reported).length === 0) return;
    void gateway.report(device, effect.reported);
    device.merge(consequences(device, effect.reported));
  }

  private note(from: RemoteInfo, cmd: string, sid: string, error?: string): void {
    this.options.record(this.command(from, cmd, sid, error));
  }

  private command(from: RemoteInfo, cmd: string, sid: string, error: string | undefined): ReceivedCommand {
    const at = new Date(this.options.clock.now()).toISOString();
    const command = { at, gateway: this.gateway.sid, cmd, sid, fields: {}, from: `${from.address}:${from.port}`, applied: false };
    return error === undefined ? command : { ...command, error };
  }
}

/** What changes with a switch and is not reported with it: an outlet that is off draws nothing (lumi-lan.md §3.9), a thermostat says so. */
function consequences(device: PretendDevice, { status, channel_0: channel, on_off_cfg: power }: wire.Fields): wire.Fields {
  const changed: Record<string, unknown> = {};
  const isOff = status === 'off' || channel === 'off';
  const isOn = status === 'on' || channel === 'on';
  if (device.has('load_power') && (isOn || isOff)) changed.load_power = isOff ? device.rest('load_power') : device.resume('load_power');
  if (device.has('inuse') && (isOn || isOff)) changed.inuse = isOn && Number(changed.load_power) > 0 ? '1' : '0';
  if (power !== undefined && device.has('on_off_status')) changed.on_off_status = power;
  return changed;
}
