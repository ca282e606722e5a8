/** Tells when a door or window opens, closes, or is left open. */

import type { NodeAPI } from 'node-red';
import type { Timer } from '../../lib/home/clock';
import { type Context, type Message, valueMessage } from '../../lib/home/message';
import type { DeviceRecord } from '../../lib/lumi';
import { type Behaviour, type InputEvent, type InputSettings, type InputTools, registerInput } from '../shared/runtime/input';
import { number } from '../shared/runtime/settings';

interface ContactSettings {
  /** Seconds; 0 = only what the sensor itself reports. */
  readonly leftOpenAfter: number;
}

export default function register(RED: NodeAPI): void {
  registerInput<ContactSettings>(RED, {
    type: 'lumi-contact',
    families: ['contact'],
    own: ['leftOpenAfter'],
    parse: (stored) => ({ leftOpenAfter: Math.max(0, number(stored.leftOpenAfter, 0)) }),
    begin,
    statusProperty: () => 'open',
  });
}

/** What is remembered of one open door. */
interface OpenDoor {
  /** Monotonic. */
  readonly since: number;
  /** The longest time already told, in seconds. */
  told: number;
}

function begin({ settings, clock, carried, emit }: InputTools<InputSettings & ContactSettings>): Behaviour {
  const doors = carried instanceof Map ? (carried as Map<string, OpenDoor>) : new Map<string, OpenDoor>();
  const timers = new Map<string, Timer>();
  const { leftOpenAfter } = settings;

  const stop = (sid: string): void => {
    clock.clearTimeout(timers.get(sid));
    timers.delete(sid);
  };
  const schedule = (device: DeviceRecord): void => {
    const door = doors.get(device.sid);
    if (leftOpenAfter === 0 || door === undefined || door.told >= leftOpenAfter) return;
    stop(device.sid);
    const waitMs = Math.max(0, door.since + leftOpenAfter * 1_000 - clock.monotonic());
    timers.set(
      device.sid,
      clock.setTimeout(() => {
        timers.delete(device.sid);
        if (door.told >= leftOpenAfter) return; // the sensor itself was quicker
        door.told = leftOpenAfter;
        emit(device, (context) => [leftOpenMessage(context, leftOpenAfter)]);
      }, waitMs),
    );
  };
  const follow = (device: DeviceRecord): void => {
    if (device.values.open === false) {
      stop(device.sid);
      doors.delete(device.sid);
    } else if (device.values.open === true && !doors.has(device.sid)) {
      doors.set(device.sid, { since: clock.monotonic(), told: 0 });
      schedule(device);
    }
  };

  return {
    messages: (event: InputEvent): Message[] => {
      follow(event.device);
      return [...stateMessages(event), ...leftOpen(event, doors.get(event.device.sid), leftOpenAfter)];
    },
    known: (device) => {
      follow(device);
      schedule(device);
    },
    close: () => {
      for (const sid of [...timers.keys()]) stop(sid);
      return doors;
    },
  };
}

/** A heartbeat repeats what is known: only news is told then, so that a door does not seem to open every hour. */
function stateMessages(event: InputEvent): Message[] {
  const { open, openFor } = event.values;
  const isStillOpen = typeof openFor === 'number' && openFor > 0;
  const isNews = event.isInitial || event.changed.includes('open') || (event.origin === 'report' && !isStillOpen);
  if (typeof open !== 'boolean' || !isNews || !event.isSendable('open')) return [];
  return [valueMessage(event.context, 'open', open, event.previous.open)];
}

/** The sensor's own "still open", unless as much was told already or a longer time is asked for. */
function leftOpen(event: InputEvent, door: OpenDoor | undefined, leftOpenAfter: number): Message[] {
  const { openFor } = event.values;
  if (event.origin !== 'report' || typeof openFor !== 'number' || openFor === 0) return [];
  if (openFor < leftOpenAfter || openFor <= (door?.told ?? 0)) return [];
  if (door !== undefined) door.told = openFor;
  return [leftOpenMessage(event.context, openFor)];
}

function leftOpenMessage(context: Context, seconds: number): Message {
  // The payload says that it is open; the unit would be that of `msg.openFor`.
  const { unit, ...message } = valueMessage(context, 'openFor', true, undefined);
  void unit;
  return { ...message, openFor: seconds };
}
