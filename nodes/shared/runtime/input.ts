/** The shape of every node that tells what a device said. A node adds only what makes it different: which values, and how they look. */

import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Clock } from '../../../lib/home/clock';
import type { Family } from '../../../lib/home/device';
import type { Context, Message } from '../../../lib/home/message';
import type { DeviceEvent, DeviceRecord, Lan } from '../../../lib/lumi';
import { network } from './environment';
import { GatewayUser } from './gateway-user';
import { deviceId, flag, type Step, type Stored, settingsOf, text } from './settings';
import { laterText } from './status-text';

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
  /** The messages one event gives. */
  readonly messages?: (event: InputEvent, settings: InputSettings & Own) => Message[];
  /** The same for a node that remembers something from one event to the next, or has timers. */
  readonly begin?: (tools: InputTools<InputSettings & Own>) => Behaviour;
  /** The property whose value stands under the node; '' = the last one sent. */
  readonly statusProperty: (settings: InputSettings & Own) => string;
}

export interface InputTools<Settings> {
  readonly settings: Settings;
  readonly clock: Clock;
  /** What `close` of this node gave before a redeploy. */
  readonly carried: unknown;
  /** Sends a message of the node's own making, a timer's for instance. */
  readonly emit: (device: DeviceRecord, make: (context: Context) => Message[]) => void;
}

export interface Behaviour {
  readonly messages: (event: InputEvent) => Message[];
  /** A device whose values are known: when the flows have started, or as soon as it was read for the first time. */
  readonly known?: (device: DeviceRecord) => void;
  /** Ends its timers; what it returns is given to the node that returns from a redeploy. */
  readonly close?: () => unknown;
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

    const statusProperty = shape.statusProperty(settings);
    const behaviour = beginBehaviour(RED, this, shape, settings, (device, make) => {
      const context: Context = { device: user.gateway.info(device), state: device.values, origin: 'timer', topic: settings.topic };
      tell(make(context), device);
    });

    const tell = (messages: readonly Message[], device: DeviceRecord): void => {
      for (const message of messages) this.send(message as unknown as NodeMessage);
      const last = messages.at(-1);
      if (last !== undefined) user.status.value(laterText(last, device.values, statusProperty));
    };

    const send = (event: DeviceEvent, origin: DeviceEvent['origin'], isSendable: InputEvent['isSendable']): void => {
      if (!isWanted(event.device, settings, shape.families)) return;
      const { topic } = settings;
      const plain: Context = { device: user.gateway.info(event.device), state: event.state, origin, topic };
      const context = settings.includeRaw && event.raw !== undefined ? { ...plain, raw: event.raw } : plain;
      tell(behaviour.messages({ ...event, origin, context, isSendable }), event.device);
    };

    /** Everything known of a device, as if it had just been said. */
    const sendKnown = (device: DeviceRecord, event?: DeviceEvent): void => {
      const known = knownEvent(device);
      const isRead = (property: string): boolean => event === undefined || property in event.values;
      // Never `motion: true`: who moved then is long gone.
      const isTold = (property: string): boolean => !(property === 'motion' && known.values.motion === true);
      send({ ...known, raw: event?.raw }, 'read', (property) => isTold(property) && isRead(property));
      if (event !== undefined) send(known, 'restored', (property) => isTold(property) && !isRead(property));
    };

    const know = (device: DeviceRecord, event?: DeviceEvent): void => {
      if (settings.sendOnStart) sendKnown(device, event);
      else showKnown(device);
      if (isWanted(device, settings, shape.families)) behaviour.known?.(device);
    };

    const user: GatewayUser = new GatewayUser(RED, this, {
      gateway: settings.gateway,
      device: settings.device,
      quiet: 'not-heard',
      onEvent: (event) => {
        if (event.isInitial) {
          know(event.device, event);
          return;
        }
        const isChangesOnly = settings.onlyChanges || event.origin === 'read';
        send(event, event.origin, (property) => !isChangesOnly || event.changed.includes(property));
      },
      onReady: () => {
        for (const device of user.gateway.inventory.devices) {
          if (device.readAt === undefined || (settings.device !== '' && device.sid !== user.gateway.device(settings.device)?.sid)) continue;
          know(device);
        }
      },
    });

    /** Shows under the node what is known, and sends nothing. */
    const showKnown = (device: DeviceRecord): void => {
      const value = device.values[statusProperty];
      if (settings.device !== '' && value !== undefined && value !== null)
        user.status.value(laterText({ property: statusProperty, payload: value }, device.values, statusProperty));
    };
  }

  RED.nodes.registerType(shape.type, Input);
}

/** What nodes with a memory keep while they are redeployed, by node id; as long as the network of the process. */
const carriedOn = new WeakMap<Lan, Map<string, unknown>>();

function beginBehaviour<Own>(
  RED: NodeAPI,
  node: Node,
  shape: InputShape<Own>,
  settings: InputSettings & Own,
  emit: InputTools<InputSettings & Own>['emit'],
): Behaviour {
  if (shape.begin === undefined) return { messages: (event) => shape.messages?.(event, settings) ?? [] };
  const lan = network(RED);
  const carried = carriedOn.get(lan) ?? new Map<string, unknown>();
  carriedOn.set(lan, carried);
  const behaviour = shape.begin({ settings, clock: lan.environment.clock, carried: carried.get(node.id), emit });
  carried.delete(node.id);
  node.on('close', (isGone: boolean, done: () => void) => {
    const kept = behaviour.close?.();
    if (!isGone && kept !== undefined) carried.set(node.id, kept);
    done();
  });
  return behaviour;
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
