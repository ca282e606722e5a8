/** Tells when somebody moves, and when nobody has for a while. */

import type { NodeAPI } from 'node-red';
import type { Timer } from '../../lib/home/clock';
import { type Message, valueMessage } from '../../lib/home/message';
import type { DeviceRecord } from '../../lib/lumi';
import { type Behaviour, type InputEvent, type InputSettings, type InputTools, registerInput } from '../shared/runtime/input';
import { number } from '../shared/runtime/settings';

interface MotionSettings {
  /** Seconds; 0 = when the sensor says so. */
  readonly clearAfter: number;
}

export default function register(RED: NodeAPI): void {
  registerInput<MotionSettings>(RED, {
    type: 'lumi-motion',
    families: ['motion'],
    own: ['clearAfter'],
    parse: (stored) => ({ clearAfter: Math.max(0, number(stored.clearAfter, 0)) }),
    begin,
    statusProperty: () => '',
  });
}

function begin({ settings, clock, carried, emit }: InputTools<InputSettings & MotionSettings>): Behaviour {
  const isOwnTime = settings.clearAfter > 0;
  /** When each sensor's motion ends; monotonic. */
  const due = isOwnTime && carried instanceof Map ? (carried as Map<string, number>) : new Map<string, number>();
  const timers = new Map<string, Timer>();

  const schedule = (device: DeviceRecord): void => {
    clock.clearTimeout(timers.get(device.sid));
    const waitMs = Math.max(0, (due.get(device.sid) ?? 0) - clock.monotonic());
    timers.set(
      device.sid,
      clock.setTimeout(() => clear(device), waitMs),
    );
  };
  const restart = (device: DeviceRecord): void => {
    due.set(device.sid, clock.monotonic() + settings.clearAfter * 1_000);
    schedule(device);
  };
  const clear = (device: DeviceRecord): void => {
    timers.delete(device.sid);
    due.delete(device.sid);
    emit(device, (context) => [valueMessage({ ...context, state: { ...context.state, motion: false } }, 'motion', false, true)]);
  };

  return {
    messages: (event: InputEvent): Message[] => {
      const { motion } = event.values;
      const { sid } = event.device;
      if (motion === true && event.origin === 'report') {
        // On its own time the node may have told "no motion" while the sensor still counts: what it told is what changes.
        const isTold = isOwnTime && settings.onlyChanges ? !due.has(sid) : event.isSendable('motion');
        const previous = isOwnTime ? due.has(sid) : event.previous.motion;
        if (isOwnTime) restart(event.device);
        return isTold ? [valueMessage(event.context, 'motion', true, previous)] : [];
      }
      // Sensors repeat "no motion" after 120, 180, 300 … seconds: the first time is news. On its own time, the node decides alone.
      const isNews = event.isInitial ? !due.has(sid) : event.changed.includes('motion') && !isOwnTime;
      if (motion !== false || !isNews || !event.isSendable('motion')) return [];
      return [valueMessage(event.context, 'motion', false, event.previous.motion)];
    },
    known: (device) => {
      if (!isOwnTime) return;
      if (due.has(device.sid)) schedule(device);
      // Told as motion before a redeploy gave the node its own time.
      else if (device.values.motion === true) restart(device);
    },
    close: () => {
      for (const timer of timers.values()) clock.clearTimeout(timer);
      return due;
    },
  };
}
