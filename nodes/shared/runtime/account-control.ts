/**
 * The shape of every node that asks or commands a device of an account: one message in, one message out when it took effect, an error
 * that says what to do when it did not. A node adds only how its input reads and what it answers.
 */

import type { Node, NodeAPI, NodeDef } from 'node-red';
import { targetId } from '../../../lib/devices/commands/device';
import type { Origin, Values } from '../../../lib/home/device';
import { withSubjects } from '../../../lib/home/error-subjects';
import { type LumiotError, toLumiotError } from '../../../lib/home/errors';
import type { Context } from '../../../lib/home/message';
import type { Account, CloudAck, CloudRecord } from '../../../lib/miot';
import { AccountUser } from './account-user';
import { infoOf, shownText, unitsOf, valueNameOf } from './account-words';
import { type Answer, answerMessage, type Told } from './answer';
import { network } from './environment';
import { OwnChanges, type PropertyNews, type Written } from './own-changes';
import { flag, type Step, type Stored, settingsOf, text } from './settings';
import type { Quiet } from './status';

export interface AccountControlSettings {
  readonly account: string;
  /** '' = from the message. */
  readonly device: string;
  readonly onlyReplies: boolean;
}

export interface AccountReply extends Answer, Written {
  readonly device: CloudRecord;
  readonly ack?: CloudAck;
  /** What stands under the node then; its value unless told. */
  readonly shown?: string;
}

/** One input under way. */
export interface AccountCall<Own> {
  readonly message: Readonly<Record<string, unknown>>;
  readonly settings: AccountControlSettings & Own;
  readonly account: Account;
  readonly did: string;
}

export interface AccountControlShape<Own> {
  readonly type: string;
  readonly own: readonly string[];
  readonly steps?: readonly Step[];
  readonly quiet: Quiet;
  readonly parse: (stored: Stored) => Own;
  /** Carries out one input. Rejects with a `LumiotError`. */
  readonly perform: (call: AccountCall<Own>) => Promise<AccountReply>;
  /** What to tell of a change made elsewhere; `news` are the values that changed. */
  readonly observe?: (device: CloudRecord, news: Values, settings: AccountControlSettings & Own) => Told | undefined;
}

const baseNames = ['account', 'device', 'onlyReplies'] as const;

/** Registers a node. */
export function registerAccountControl<Own extends object>(RED: NodeAPI, shape: AccountControlShape<Own>): void {
  function Control(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const stored = settingsOf(RED, this, definition, [...baseNames, ...shape.own], shape.steps);
    const settings: AccountControlSettings & Own = {
      account: text(stored.account),
      device: text(stored.device),
      onlyReplies: flag(stored.onlyReplies),
      ...shape.parse(stored),
    };
    const { observe } = shape;
    const topics = observe === undefined || settings.device === '' || settings.onlyReplies ? [] : [settings.device];
    // Who does not listen has nothing to tell apart.
    const own = topics.length === 0 ? undefined : new OwnChanges(network(RED).environment.clock);

    const user: AccountUser = new AccountUser(RED, this, {
      account: settings.account,
      topics,
      target: settings.device,
      needsPush: false,
      quiet: settings.device === '' ? 'online' : shape.quiet,
      onEvent: (event) => {
        if (event.kind === 'property') own?.hear(event, tellChange);
      },
      onReady: () => {
        const device = settings.device === '' ? undefined : user.account.device(settings.device);
        if (device !== undefined) showKnown(device);
      },
    });

    /** Something changed elsewhere. */
    const tellChange = ({ device, previous, origin, isInitial }: PropertyNews, news: Values): void => {
      const told = observe?.(device, news, settings);
      if (told === undefined) return;
      user.status.value(shownText(device, told.property, told.payload));
      if (isInitial) return;
      const before = told.property === undefined ? { ...previous } : previous[told.property];
      this.send(answerMessage({}, completed({ previous: before, ...told }, device), contextOf(user.account, device, origin)));
    };

    const showKnown = (device: CloudRecord): void => {
      const told = observe?.(device, device.values, settings);
      if (told !== undefined) user.status.value(shownText(device, told.property, told.payload));
    };

    this.on('input', (received, send, done) => {
      const message = received as unknown as Record<string, unknown>;
      const chosen = settings.device || targetId(message.device);
      const run = async (): Promise<void> => {
        const { account } = user;
        const did = user.deviceOf(chosen);
        const perform = (): Promise<AccountReply> => shape.perform({ message, settings, account, did });
        const reply = await (own === undefined ? perform() : own.during(perform, tellChange));
        user.status.succeeded(reply.shown ?? shownText(reply.device, reply.property, reply.payload));
        send(answerMessage(message, completed(reply, reply.device), contextOf(account, reply.device, 'command', reply.written)));
      };
      run().then(
        () => done(),
        (thrown: unknown) => {
          const error = named(toLumiotError(thrown, 'UNSUPPORTED'), user, chosen);
          user.status.failed(error);
          done(error);
        },
      );
    });
  }

  RED.nodes.registerType(shape.type, Control);
}

/** `written`: what took effect, though its push may still be on the way. */
function contextOf(account: Account, device: CloudRecord, origin: Origin, written: Values = {}): Context {
  return { device: infoOf(account, device, origin), state: { ...device.values, ...written }, origin, topic: '', unitOf: unitsOf(device) };
}

/** A value of a list has a name too; what an older message called its own must not stay. */
function completed(answer: Answer, device: CloudRecord): Answer {
  const { property, payload } = answer;
  const valueName = property === undefined ? undefined : valueNameOf(device, property, payload);
  return { ...answer, more: { ...answer.more, valueName } };
}

/** Every error names its device; what the account says of itself does not know it. */
function named(error: LumiotError, user: AccountUser, id: string): LumiotError {
  if (!user.hasAccount || id === '' || error.device !== undefined) return error;
  return withSubjects(error, [{ kind: 'device', id, name: user.account.device(id)?.listed.name }], { device: id });
}
