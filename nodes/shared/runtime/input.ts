/** The shape of every node that tells what a device said. A node adds only what makes it different: which values, and how they look. */

import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Clock } from '../../../lib/home/clock';
import type { Family } from '../../../lib/home/device';
import type { Context, Message } from '../../../lib/home/message';
import type { DeviceEvent, DeviceRecord, Lan } from '../../../lib/lumi';
import { network } from './environment';
import { type GatewayListener, GatewayUser } from './gateway-user';
import { deviceId, flag, type Step, type Stored, settingsOf, text } from './settings';
import type { Later } from './status';
import { keptOf, keptText } from './status-text';

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
    new InputNode(RED, this, shape, { ...baseSettings(stored), ...shape.parse(stored) });
  }

  RED.nodes.registerType(shape.type, Input);
}

/** What stands behind one node. There may be thousands: nothing is kept for each that they can share. */
class InputNode<Own extends object> implements GatewayListener, Later {
  readonly #node: Node;
  readonly #shape: InputShape<Own>;
  readonly #settings: InputSettings & Own;
  readonly #behaviour: Behaviour | undefined;
  readonly #user: GatewayUser;
  /** Of what was told last, what its text under the node is made of. */
  #device: DeviceRecord | undefined;
  #property: string | undefined;
  #kept: unknown;

  constructor(RED: NodeAPI, node: Node, shape: InputShape<Own>, settings: InputSettings & Own) {
    this.#node = node;
    this.#shape = shape;
    this.#settings = settings;
    if (shape.begin !== undefined)
      this.#behaviour = beginBehaviour(RED, node, shape.begin, settings, (device, make) => this.#emit(device, make));
    const { gateway, device } = settings;
    this.#user = new GatewayUser(RED, node, { gateway, device, quiet: 'not-heard' }, this);
  }

  hear(event: DeviceEvent): void {
    if (event.isInitial) {
      this.#know(event.device, event);
      return;
    }
    const isChangesOnly = this.#settings.onlyChanges || event.origin === 'read';
    this.#send(event, event.origin, isChangesOnly ? (property) => event.changed.includes(property) : always);
  }

  ready(): void {
    const { gateway } = this.#user;
    const chosen = this.#settings.device === '' ? undefined : gateway.device(this.#settings.device)?.sid;
    for (const device of gateway.inventory.devices) {
      if (device.readAt !== undefined && (this.#settings.device === '' || device.sid === chosen)) this.#know(device);
    }
  }

  text(): string {
    return keptText(this.#property, this.#kept, this.#device?.values ?? {}, this.#shape.statusProperty(this.#settings));
  }

  #send(event: DeviceEvent, origin: DeviceEvent['origin'], isSendable: InputEvent['isSendable']): void {
    const { device, values, actions, changed, previous, isInitial, state, raw } = event;
    if (!isWanted(device, this.#settings, this.#shape.families)) return;
    const { topic, includeRaw } = this.#settings;
    const info = this.#user.gateway.info(device);
    const context: Context = { device: info, state, origin, topic, raw: includeRaw ? raw : undefined };
    // Name by name: for each report, V8 makes such an object faster than a spread one.
    const seen: InputEvent = { device, values, actions, changed, previous, origin, isInitial, state, raw, context, isSendable };
    this.#tell(this.#messages(seen), device);
  }

  #messages(event: InputEvent): readonly Message[] {
    return this.#behaviour?.messages(event) ?? this.#shape.messages?.(event, this.#settings) ?? [];
  }

  #tell(messages: readonly Message[], device: DeviceRecord): void {
    const last = messages.at(-1);
    // Before it is sent: from then on it belongs to the flow.
    if (last !== undefined) this.#keep(device, last.property, last.payload);
    for (const message of messages) this.#node.send(message as unknown as NodeMessage);
    if (last !== undefined) this.#user.status.value(this);
  }

  #keep(device: DeviceRecord, property: string | undefined, payload: unknown): void {
    this.#device = device;
    this.#property = property;
    this.#kept = keptOf(payload);
  }

  /** Sends what the behaviour makes by itself. */
  #emit(device: DeviceRecord, make: (context: Context) => Message[]): void {
    const { topic } = this.#settings;
    this.#tell(make({ device: this.#user.gateway.info(device), state: device.values, origin: 'timer', topic }), device);
  }

  /** A device whose values are known: from now on, or since `event`. */
  #know(device: DeviceRecord, event?: DeviceEvent): void {
    if (this.#settings.sendOnStart) this.#sendKnown(device, event);
    else this.#showKnown(device);
    if (isWanted(device, this.#settings, this.#shape.families)) this.#behaviour?.known?.(device);
  }

  /** Everything known of a device, as if it had just been said. */
  #sendKnown(device: DeviceRecord, event?: DeviceEvent): void {
    const known = knownEvent(device);
    const isRead = (property: string): boolean => event === undefined || property in event.values;
    // Never `motion: true`: who moved then is long gone.
    const isTold = (property: string): boolean => !(property === 'motion' && known.values.motion === true);
    this.#send({ ...known, raw: event?.raw }, 'read', (property) => isTold(property) && isRead(property));
    if (event !== undefined) this.#send(known, 'restored', (property) => isTold(property) && !isRead(property));
  }

  /** Shows under the node what is known, and sends nothing. */
  #showKnown(device: DeviceRecord): void {
    const property = this.#shape.statusProperty(this.#settings);
    const value = device.values[property];
    if (this.#settings.device === '' || value === undefined || value === null) return;
    this.#keep(device, property, value);
    this.#user.status.value(this);
  }
}

const always = (): boolean => true;

/** What nodes with a memory keep while they are redeployed, by node id; as long as the network of the process. */
const carriedOn = new WeakMap<Lan, Map<string, unknown>>();

function beginBehaviour<Settings>(
  RED: NodeAPI,
  node: Node,
  begin: (tools: InputTools<Settings>) => Behaviour,
  settings: Settings,
  emit: InputTools<Settings>['emit'],
): Behaviour {
  const lan = network(RED);
  const carried = carriedOn.get(lan) ?? new Map<string, unknown>();
  carriedOn.set(lan, carried);
  const behaviour = begin({ settings, clock: lan.environment.clock, carried: carried.get(node.id), emit });
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
