/**
 * The shape of every node that makes a device do something: one message in, one message out when it took effect, an error that says
 * what to do when it did not. A node adds only how its input reads and what it answers.
 */

import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import { targetId } from '../../../lib/devices/commands/device';
import type { Clock } from '../../../lib/home/clock';
import type { Origin, Values } from '../../../lib/home/device';
import { type Subject, withSubjects } from '../../../lib/home/error-subjects';
import { type LumiotError, toLumiotError } from '../../../lib/home/errors';
import type { Context } from '../../../lib/home/message';
import { type Ack, type DeviceEvent, type DeviceRecord, type Gateway, OVERTAKEN, type Overtaken } from '../../../lib/lumi';
import type { Reply } from '../../../lib/lumi/commands';
import { answerMessage, type Told } from './answer';
import { network } from './environment';
import { type GatewayListener, GatewayUser } from './gateway-user';
import { deviceId, flag, type Step, type Stored, settingsOf, text } from './settings';
import type { Quiet } from './status';
import { statusText, valueText } from './status-text';

export type { Told };

export interface ControlSettings {
  readonly gateway: string;
  /** '' = none chosen. */
  readonly device: string;
  readonly onlyReplies: boolean;
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

/** For what a node does besides answering. */
export interface ControlTools<Own> {
  /** Of the node; stays the same over a redeploy. */
  readonly id: string;
  readonly settings: ControlSettings & Own;
  readonly clock: Clock;
  readonly gateway: Gateway;
  /** Sends a message of the node's own making. */
  readonly emit: (told: Told, device: DeviceRecord, origin: Origin) => void;
  readonly status: (text: string) => void;
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
  readonly observe?: (event: DeviceEvent, settings: ControlSettings & Own, gateway: Gateway) => Told[];
  /** Without a device chosen, each message names its own. */
  readonly isDeviceFromMessage?: boolean;
  /** Every message tells the whole device: what a report says beside the confirmation of a command is in the answer already. */
  readonly isWhole?: boolean;
  /** Begins, once the flows are up, what the node does unasked; returns the way to end it. */
  readonly begin?: (tools: ControlTools<Own>) => () => void;
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

    const listener: GatewayListener = {
      hear: (event) => {
        const isOwn = (property: string): boolean => own.includes(property, event.values[property]);
        const isAnswer = shape.isWhole === true && Object.keys(event.values).some(isOwn);
        const told =
          shape.observe?.({ ...event, changed: isAnswer ? [] : event.changed.filter((one) => !isOwn(one)) }, settings, user.gateway) ?? [];
        showState(event.device);
        if (settings.onlyReplies || event.isInitial) return;
        for (const one of told) emit({ previous: previousOf(event, one), ...one }, event.device, event.origin);
      },
      ready: () => {
        end = shape.begin?.({
          id: this.id,
          settings,
          clock: network(RED).environment.clock,
          gateway: user.gateway,
          emit,
          status: (shown) => user.status.value(shown),
        });
        const device = settings.device === '' ? undefined : user.gateway.device(settings.device);
        if (device !== undefined) showState(device);
      },
    };

    const unheard: Quiet = settings.device === '' ? 'not-configured' : 'not-heard';
    const user: GatewayUser = new GatewayUser(
      RED,
      this,
      {
        gateway: settings.gateway,
        device: hears ? settings.device : undefined,
        quiet: shape.target === 'gateway' || shape.isDeviceFromMessage === true ? 'online' : unheard,
      },
      listener,
    );

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
      const told = shape.observe?.(event, settings, user.gateway) ?? [];
      if (told.length > 0) user.status.value(told.map(({ property = '', payload }) => shownText(property, payload)).join(' · '));
    };

    const emit = (told: Told, device: DeviceRecord, origin: Origin): void => {
      this.send(answerMessage({}, told, contextOf(user.gateway, device, origin)));
    };

    let end: (() => void) | undefined;
    this.on('close', (done: () => void) => {
      end?.();
      done();
    });

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
        user.status.succeeded(shownText(reply.property ?? '', reply.payload));
        send(answer(message as unknown as Record<string, unknown>, reply));
      };
      run().then(
        () => done(),
        (thrown: unknown) => {
          const error = named(
            toLumiotError(thrown, 'UNSUPPORTED'),
            user,
            settings.device || deviceId(targetId((message as unknown as Record<string, unknown>).device)),
          );
          user.status.failed(error);
          done(error);
        },
      );
    });
  }

  RED.nodes.registerType(shape.type, Control);
}

/** Every error names its device and gateway; what comes out of a parser or from the wire does not know both. */
function named(error: LumiotError, user: GatewayUser, spelled: string): LumiotError {
  if (!user.hasGateway) return error;
  const { gateway } = user;
  const device = spelled === '' ? undefined : gateway.device(spelled);
  const { sid } = gateway;
  const subjects: Subject[] = [{ kind: 'gateway', id: gateway.describe(), spelled: sid }];
  if (spelled !== '') subjects.unshift({ kind: 'device', id: device?.sid ?? spelled, name: device?.name, spelled });
  return withSubjects(error, subjects, { device: device?.sid, gateway: sid });
}

/** Commands of this node that are under way: what they change was not changed elsewhere. */
class OwnCommands {
  readonly #open = new Set<Values>();
  /** Overtaken, but perhaps sent: their reports come while the newer command is under way. */
  readonly #overtaken = new Set<Values>();

  includes(property: string, value: unknown): boolean {
    return [...this.#open, ...this.#overtaken].some((values) => values[property] === value);
  }

  async during<Result>(values: Values, run: () => Promise<Result>): Promise<Result> {
    this.#open.add(values);
    try {
      const result = await run();
      if (result === OVERTAKEN) this.#overtaken.add(values);
      return result;
    } finally {
      this.#open.delete(values);
      if (this.#open.size === 0) this.#overtaken.clear();
    }
  }
}

function contextOf(gateway: Gateway, device: DeviceRecord, origin: Origin): Context {
  return { device: gateway.info(device), state: device.values, origin, topic: '' };
}

/** What the told values were before. */
function previousOf(event: DeviceEvent, { property }: Told): unknown {
  return property === undefined ? { ...event.previous } : event.previous[property];
}

function shownText(property: string, payload: unknown): string {
  return typeof payload === 'object' ? statusText({ payload }, {}, '') : valueText(property, payload);
}
