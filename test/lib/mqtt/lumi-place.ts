/** A pretend home with a device of every family that takes commands, in both dialects, and the gateways as homes for MQTT. */

import type { HomeAnswer, HomeDevice, HomeListener, HomeNews } from '../../../lib/mqtt/types';
import type { GatewayConfig } from '../../../lib/simulator';
import { ATTIC, ATTIC_KEY, HALL, KEY } from '../../support/home';

export const V1 = { plug: '158d0007000101', curtain: '158d0007000102', door: '158d0007000103', button: '158d0007000104' } as const;
export const V2 = {
  wall: '158d0007000201',
  curtain: '158d0007000202',
  dimmer: '158d0007000203',
  bulb: '158d0007000204',
  thermostat: '158d0007000205',
} as const;

/** Dialect 1. */
export const hall: GatewayConfig = {
  sid: HALL,
  key: KEY,
  address: '127.0.73.1',
  port: 0,
  protocol: 1,
  fields: { rgb: 0, illumination: 800 },
  devices: [
    { sid: V1.plug, model: 'plug', power: 'mains', fields: { status: 'off', inuse: '0', load_power: '0.00' } },
    { sid: V1.curtain, model: 'curtain', power: 'mains', fields: { curtain_level: '20' }, travelMs: 100 },
    { sid: V1.door, model: 'magnet', power: 'battery', fields: { status: 'close', voltage: 3005 } },
    { sid: V1.button, model: 'switch', power: 'battery', fields: { voltage: 3005 } },
  ],
};

/** Dialect 2, in the gateway of an air conditioner. */
export const attic: GatewayConfig = {
  sid: ATTIC,
  key: ATTIC_KEY,
  address: '127.0.73.2',
  port: 0,
  protocol: 2,
  model: 'acpartner.v3',
  fields: { on_off_cfg: 'off', mode_cfg: 'cool', ws_cfg: 'low', swing_cfg: 'unswing', temp_cfg: 24, relay_status: 'off' },
  devices: [
    { sid: V2.wall, model: 'ctrl_neutral2', power: 'mains', fields: { channel_0: 'off', channel_1: 'on' } },
    { sid: V2.curtain, model: 'curtain', power: 'mains', fields: { curtain_level: 20 }, travelMs: 100 },
    { sid: V2.dimmer, model: 'dimmer.rgbegl01', power: 'mains', fields: { power_status: 'on', light_level: 60, light_rgb: 0x3c_ff_00_00 } },
    { sid: V2.bulb, model: 'light.aqcn02', power: 'mains', fields: { power_status: 'on', light_level: 60, colour_temperature: 300 } },
    {
      sid: V2.thermostat,
      model: 'airrtc.tcpecn01',
      power: 'mains',
      fields: { on_off_cfg: 'on', on_off_status: 'on', mode_cfg: 'heat', ws_cfg: 'auto', temp_cfg: 21, env_temp: 19 },
    },
  ],
};

/** Writes down what a home tells, in its order. */
export class Heard implements HomeListener {
  readonly lines: string[] = [];
  readonly states: HomeDevice[] = [];
  readonly told: HomeNews[] = [];
  /** Availability is told often: only how often. */
  looks = 0;

  state(device: HomeDevice): void {
    this.states.push(device);
    this.lines.push(`state ${device.info.id}`);
  }

  action(device: HomeDevice, { name, button, arguments: args }: Parameters<HomeListener['action']>[1]): void {
    this.lines.push(['action', device.info.id, name, button, args && JSON.stringify(args)].filter((one) => one !== undefined).join(' '));
  }

  added(device: HomeDevice): void {
    this.lines.push(`added ${device.info.id} ${device.info.model}`.trimEnd());
  }

  removed(id: string): void {
    this.lines.push(`removed ${id}`);
  }

  availability(): void {
    this.looks++;
  }

  news(news: HomeNews): void {
    this.told.push(news);
    this.lines.push(`news ${news.event}`);
  }

  /** What was told since the last time. */
  take(): string[] {
    return this.lines.splice(0);
  }
}

export function payloadOf(answer: HomeAnswer | undefined): unknown {
  return answer?.payload;
}
