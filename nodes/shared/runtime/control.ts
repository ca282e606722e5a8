/**
 * The shape of every node that makes a device do something: one message in, one message out when it took effect, an error that says
 * what to do when it did not. A node adds only how its input reads and what it answers.
 */

import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Origin, Values } from '../../../lib/home/device';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import { type Context, copyState, type Message, topicOf, valueMessage } from '../../../lib/home/message';
import { unitOf } from '../../../lib/home/vocabulary';
import { type Ack, type DeviceEvent, type DeviceRecord, type Gateway, OVERTAKEN, type Overtaken } from '../../../lib/lumi';
import { GatewayUser } from './gateway-user';
import { deviceId, flag, type Step, type Stored, settingsOf, text } from './settings';
import { valueText } from './status-text';

export interface ControlSettings {
  readonly gateway: string;
  /** '' = none chosen. */
  readonly device: string;
  readonly onlyReplies: boolean;
}

/** One value a node tells: as an answer, or because it changed elsewhere. */
export interface Told {
  readonly payload: unknown;
  /** Absent for an object of several values. */
  readonly property?: string;
}

export interface Reply extends Told {
  readonly device: DeviceRecord;
  readonly ack: Ack;
  readonly previous?: unknown;
}

/** One input under way. */
export interface Call<Own> {
  readonly payload: unknown;
  readonly message: Readonly<Record<string, unknown>>;
  readonly settings: ControlSettings & Own;
  readonly gateway: Gateway;
  /** The device of the setting, known to the gateway. */
  device(): Promise<DeviceRecord>;
  /** Writes and waits until it took effect; the reports it causes are not told as changes made elsewhere. */
  write(device: DeviceRecord, values: Values): Promise<Ack | Overtaken>;
}

export interface ControlShape<Own> {
  readonly type: string;
  /** 'chosen': the setting `device`; 'gateway': the gateway itself, and nothing that changes elsewhere is told. */
  readonly target: 'chosen' | 'gateway';
  readonly own: readonly string[];
  readonly steps?: readonly Step[];
  readonly parse: (stored: Stored) => Own;
  /** Carries out one input. Rejects with a `LumiotError`; resolves with `OVERTAKEN` when a newer input took its place. */
  readonly perform: (call: Call<Own>) => Promise<Reply | Overtaken>;
  /** What to tell of a change made elsewhere. */
  readonly observe?: (event: DeviceEvent, settings: ControlSettings & Own) => Told[];
}

/** Registers a control node. */
export function registerControl<Own extends object>(RED: NodeAPI, shape: ControlShape<Own>): void {
  const baseNames = shape.target === 'chosen' ? ['gateway', 'device', 'onlyReplies'] : ['gateway', 'onlyReplies'];

  function Control(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const stored = settingsOf(RED, this, definition, [...baseNames, ...shape.own], shape.steps);
    const settings: ControlSettings & Own = {
      gateway: text(stored.gateway),
      device: deviceId(stored.device),
      onlyReplies: flag(stored.onlyReplies),
      ...shape.parse(stored),
    };
    const own = new OwnCommands();
    const hears = shape.observe !== undefined && settings.device !== '';

    const user: GatewayUser = new GatewayUser(RED, this, {
      gateway: settings.gateway,
      device: hears ? settings.device : undefined,
      onEvent: (event) => {
        const elsewhere = { ...event, changed: event.changed.filter((property) => !own.includes(property, event.values[property])) };
        const told = shape.observe?.(elsewhere, settings) ?? [];
        showState(event.device);
        if (settings.onlyReplies || event.isInitial) return;
        const context = contextOf(user.gateway, event.device, event.origin);
        for (const { property = '', payload } of told) {
          this.send(valueMessage(context, property, payload, event.previous[property]) as unknown as NodeMessage);
        }
      },
      onReady: () => {
        const device = settings.device === '' ? undefined : user.gateway.device(settings.device);
        if (device !== undefined) showState(device);
      },
    });

    /** Shows under the node what it would tell. */
    const showState = (device: DeviceRecord): void => {
      const event: DeviceEvent = {
        device,
        values: device.values,
        actions: [],
        changed: Object.keys(device.values),
        previous: {},
        origin: 'read',
        isInitial: true,
        state: device.values,
        raw: undefined,
      };
      const told = shape.observe?.(event, settings) ?? [];
      if (told.length > 0) user.status.value(told.map(({ property = '', payload }) => valueText(property, payload)).join(' · '));
    };

    const answer = (message: Record<string, unknown>, reply: Reply): NodeMessage => {
      const { gateway } = user;
      return answerMessage(message, reply, contextOf(gateway, reply.device, 'command'));
    };

    this.on('input', (message, send, done) => {
      const run = async (): Promise<void> => {
        const { gateway } = user;
        const reply = await shape.perform({
          payload: message.payload,
          message: message as unknown as Record<string, unknown>,
          settings,
          gateway,
          device: () => user.device(settings.device),
          write: (device, values) => own.during(values, () => gateway.write(device.sid, values)),
        });
        if (reply === OVERTAKEN) return;
        user.status.value(valueText(reply.property ?? '', typeof reply.payload === 'object' ? statusOf(reply.payload) : reply.payload));
        send(answer(message as unknown as Record<string, unknown>, reply));
      };
      run().then(
        () => done(),
        (thrown: unknown) => {
          const error = named(toLumiotError(thrown, 'UNSUPPORTED'), user, settings.device);
          user.status.failed(error);
          done(error);
        },
      );
    });
  }

  RED.nodes.registerType(shape.type, Control);
}

/** Every error names its device and gateway; what comes out of a parser knows neither. */
function named(error: LumiotError, user: GatewayUser, id: string): LumiotError {
  if (!user.hasGateway || error.gateway !== undefined || error.device !== undefined) return error;
  const { gateway } = user;
  const device = id === '' ? undefined : gateway.device(id);
  const who = device === undefined ? id : device.name === device.sid ? device.sid : `${device.name} (${device.sid})`;
  const where = `${who === '' ? '' : `device ${who}, `}gateway ${gateway.describe()}`;
  return new LumiotError(error.code, `${error.message} [${where}]`, { device: device?.sid, gateway: gateway.sid, cause: error.cause });
}

/** Commands of this node that are under way: what they change was not changed elsewhere. */
class OwnCommands {
  readonly #open = new Set<Values>();

  includes(property: string, value: unknown): boolean {
    for (const values of this.#open) if (values[property] === value) return true;
    return false;
  }

  async during<Result>(values: Values, run: () => Promise<Result>): Promise<Result> {
    this.#open.add(values);
    try {
      return await run();
    } finally {
      this.#open.delete(values);
    }
  }
}

function contextOf(gateway: Gateway, device: DeviceRecord, origin: Origin): Context {
  return { device: gateway.info(device), state: device.values, origin, topic: '' };
}

/** The input message goes on with what happened: foreign properties and its topic are kept, ours are replaced. */
function answerMessage(message: Record<string, unknown>, reply: Reply, context: Context): NodeMessage {
  message.payload = reply.payload;
  if (message.topic === undefined || message.topic === '') message.topic = topicOf('', context.device, reply.property);
  message.event = 'state';
  message.device = context.device;
  message.state = copyState(context.state);
  message.origin = context.origin;
  message.ack = reply.ack;
  setOrDelete(message, 'property', reply.property);
  setOrDelete(message, 'unit', reply.property === undefined ? undefined : unitOf(reply.property));
  setOrDelete(message, 'previous', reply.previous);
  // These may come from the node before and would say something untrue about this device.
  delete message.raw;
  return message as unknown as NodeMessage;
}

function setOrDelete(message: Record<string, unknown>, name: keyof Message, value: unknown): void {
  if (value === undefined) delete message[name];
  else message[name] = value;
}

function statusOf(payload: unknown): string {
  return Object.entries(payload ?? {})
    .map(([name, value]) => (typeof value === 'boolean' ? `${name}: ${value ? '●' : '○'}` : `${name}: ${String(value)}`))
    .join(' · ');
}
