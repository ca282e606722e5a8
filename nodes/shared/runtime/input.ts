/** The shape of every node that tells what a device said. A node adds only what makes it different: which values, and how they look. */

import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Family } from '../../../lib/home/device';
import type { Context, Message } from '../../../lib/home/message';
import type { DeviceEvent, DeviceRecord, Gateway } from '../../../lib/lumi';
import { GatewayUser } from './gateway-user';
import { deviceId, flag, type Step, type Stored, settingsOf, text } from './settings';
import { statusText } from './status-text';

export interface InputSettings {
  readonly gateway: string;
  /** '' = several. */
  readonly device: string;
  readonly room: string;
  readonly family: string;
  readonly onlyChanges: boolean;
  readonly sendOnStart: boolean;
  readonly includeRaw: boolean;
  readonly topic: string;
}

const baseNames = ['gateway', 'device', 'room', 'family', 'onlyChanges', 'sendOnStart', 'includeRaw', 'topic'] as const;

export interface InputShape<Own> {
  readonly type: string;
  /** Families the node is for; 'every' where it fits all. */
  readonly families: readonly Family[] | 'every';
  /** Names of the settings beside the base. */
  readonly own: readonly string[];
  readonly steps?: readonly Step[];
  readonly parse: (stored: Stored) => Own;
  /** The messages one event gives. `isNews` tells which values may be sent: see `InputEvent`. */
  readonly messages: (event: InputEvent, settings: InputSettings & Own) => Message[];
  /** The property whose value stands under the node; '' = the last one sent. */
  readonly statusProperty: (settings: InputSettings & Own) => string;
}

/** An event as a node sees it, with the rules that hold for all nodes already applied. */
export interface InputEvent extends DeviceEvent {
  readonly context: Context;
  /** Only these values may be sent: a read tells news, everything else what it carries, unless the user wants changes only. */
  readonly isSendable: (property: string) => boolean;
}

/** Registers an input node. */
export function registerInput<Own extends object>(RED: NodeAPI, shape: InputShape<Own>): void {
  function Input(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const stored = settingsOf(RED, this, definition, [...baseNames, ...shape.own], shape.steps);
    const settings = { ...baseSettings(stored), ...shape.parse(stored) };

    const send = (event: DeviceEvent, origin: DeviceEvent['origin'], isSendable: InputEvent['isSendable']): void => {
      if (!isWanted(event.device, settings, shape.families)) return;
      const context: Context = {
        device: user.gateway.info(event.device),
        state: event.state,
        origin,
        topic: settings.topic,
        ...(settings.includeRaw && event.raw !== undefined ? { raw: event.raw } : {}),
      };
      const messages = shape.messages({ ...event, origin, context, isSendable }, settings);
      for (const message of messages) this.send(message as unknown as NodeMessage);
      const last = messages.at(-1);
      if (last !== undefined) user.status.value(statusText(last, event.state, shape.statusProperty(settings)));
    };

    /** Everything known of a device, as if it had just been said. */
    const sendKnown = (gateway: Gateway, device: DeviceRecord, event?: DeviceEvent): void => {
      const known = { ...knownEvent(device), ...(event === undefined ? {} : { raw: event.raw }) };
      const isRead = (property: string): boolean => event === undefined || property in event.values;
      // Never `motion: true`: who moved then is long gone.
      const isTold = (property: string): boolean => !(property === 'motion' && known.values.motion === true);
      send(known, 'read', (property) => isTold(property) && isRead(property));
      if (event !== undefined) send(known, 'restored', (property) => isTold(property) && !isRead(property));
      void gateway;
    };

    const user: GatewayUser = new GatewayUser(RED, this, {
      gateway: settings.gateway,
      device: settings.device,
      onEvent: (event) => {
        if (event.isInitial) {
          if (settings.sendOnStart) sendKnown(user.gateway, event.device, event);
          else showKnown(event.device);
          return;
        }
        const isChangesOnly = settings.onlyChanges || event.origin === 'read';
        send(event, event.origin, (property) => !isChangesOnly || event.changed.includes(property));
      },
      onReady: () => {
        for (const device of user.gateway.inventory.devices) {
          if (!device.isFresh || (settings.device !== '' && device.sid !== user.gateway.device(settings.device)?.sid)) continue;
          if (settings.sendOnStart) sendKnown(user.gateway, device);
          else showKnown(device);
        }
      },
    });

    /** Shows under the node what is known, and sends nothing. */
    const showKnown = (device: DeviceRecord): void => {
      const property = shape.statusProperty(settings);
      const value = device.values[property];
      if (settings.device !== '' && value !== undefined && value !== null)
        user.status.value(statusText({ property, payload: value }, device.values, property));
    };
  }

  RED.nodes.registerType(shape.type, Input);
}

function baseSettings(stored: Stored): InputSettings {
  return {
    gateway: text(stored.gateway),
    device: deviceId(stored.device),
    room: text(stored.room).toLowerCase(),
    family: text(stored.family),
    onlyChanges: flag(stored.onlyChanges),
    sendOnStart: flag(stored.sendOnStart),
    includeRaw: flag(stored.includeRaw),
    topic: text(stored.topic),
  };
}

/** Several devices are narrowed by room and family; a device that was chosen is wanted whatever it is. */
function isWanted(device: DeviceRecord, settings: InputSettings, families: readonly Family[] | 'every'): boolean {
  if (settings.device !== '') return true;
  const { family } = device.definition;
  if (families !== 'every' && !families.includes(family)) return false;
  if (settings.family !== '' && settings.family !== family) return false;
  return settings.room === '' || device.room.toLowerCase() === settings.room;
}

function knownEvent(device: DeviceRecord): DeviceEvent {
  const { values } = device;
  return {
    device,
    values,
    actions: [],
    changed: Object.keys(values),
    previous: {},
    origin: 'read',
    isInitial: true,
    state: values,
    raw: undefined,
  };
}
