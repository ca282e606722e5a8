/** Moves curtains and blinds, and tells where they are. */

import type { NodeAPI } from 'node-red';
import { invertPosition, parseCurtain, targetOf } from '../../lib/devices/commands/curtain';
import { type Ack, type DeviceRecord, OVERTAKEN } from '../../lib/lumi';
import { type Call, type Reply, registerControl } from '../shared/runtime/control';
import { flag } from '../shared/runtime/settings';

interface CurtainSettings {
  /** Turns open and close, position and state round: for motors mounted the other way. */
  readonly invert: boolean;
}

export default function register(RED: NodeAPI): void {
  registerControl<CurtainSettings>(RED, {
    type: 'lumi-curtain',
    target: 'chosen',
    own: ['invert'],
    parse: (stored) => ({ invert: flag(stored.invert) }),
    perform,
    observe: ({ device, changed, values, previous }, { invert }) => {
      const { position } = values;
      if (!changed.includes('position') || typeof position !== 'number') return [];
      const before = typeof previous.position === 'number' ? { previous: invertPosition(previous.position, invert) } : {};
      return [{ payload: invertPosition(position, invert), property: 'position', ...before, more: stateOf(device, invert) }];
    },
  });
}

async function perform({ payload, settings, gateway, device: find, write }: Call<CurtainSettings>): Promise<Reply | typeof OVERTAKEN> {
  const device = await find();
  if (device.readAt === undefined) await gateway.read(device.sid);
  const { invert } = settings;
  const before = positionOf(device);
  const move = parseCurtain(payload, { invert, position: before, isMoving: gateway.travels.isMoving(device.sid) });
  const target = targetOf(move);
  const send = (): Promise<Ack | typeof OVERTAKEN> =>
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
    more: stateOf(device, invert),
  };
}

function positionOf({ values }: DeviceRecord): number | null {
  return typeof values.position === 'number' ? values.position : null;
}

/** `msg.state` with the position as the user counts it. */
function stateOf(device: DeviceRecord, invert: boolean): Record<string, unknown> {
  const position = positionOf(device);
  return position === null ? {} : { state: { ...device.values, position: invertPosition(position, invert) } };
}
