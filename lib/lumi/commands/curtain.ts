/** Moves a curtain or a blind. */

import { invertPosition, parseCurtain, targetOf } from '../../devices/commands/curtain';
import type { Ack } from '../commander';
import type { DeviceRecord } from '../device-record';
import { OVERTAKEN, type Overtaken } from '../lane';
import type { Order, Reply } from './reply';

/** `invert`: for motors mounted the other way, open and close, position and state turned round. */
export async function commandCurtain({ gateway, device, payload, write }: Order, invert: boolean): Promise<Reply | Overtaken> {
  if (device.readAt === undefined) await gateway.read(device.sid);
  const before = positionOf(device);
  const move = parseCurtain(payload, { invert, position: before, isMoving: gateway.travels.isMoving(device.sid) });
  const target = targetOf(move);
  const send = (): Promise<Ack | Overtaken> =>
    'position' in move ? write(device, { position: move.position }) : gateway.moveCurtain(device.sid, move.move);
  const ack = await gateway.travels.during(device.sid, before, target, send);
  if (ack === OVERTAKEN) return OVERTAKEN;
  const told = target ?? before;
  return {
    device,
    ack,
    property: 'position',
    payload: told === null ? null : invertPosition(told, invert),
    ...(before === null ? {} : { previous: invertPosition(before, invert) }),
    more: curtainState(device, invert),
  };
}

/** `msg.state` with the position as the user counts it. */
export function curtainState(device: DeviceRecord, invert: boolean): Record<string, unknown> {
  const position = positionOf(device);
  return position === null ? {} : { state: { ...device.values, position: invertPosition(position, invert) } };
}

function positionOf({ values }: DeviceRecord): number | null {
  return typeof values.position === 'number' ? values.position : null;
}
