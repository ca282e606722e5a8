/** The shape of a node that tells what an account and its devices say. */

import type { Node, NodeAPI, NodeDef, NodeMessage } from 'node-red';
import type { Message } from '../../../lib/home/message';
import { EVERY } from '../../../lib/home/subscriptions';
import { ACCOUNT_TOPIC, type Account, type AccountWord, type CloudRecord } from '../../../lib/miot';
import { accountMessage, type DeviceNews, knownOf, messagesOf, told, type Wanted } from './account-messages';
import { AccountUser } from './account-user';
import { isProperty, shownText } from './account-words';
import { saysSomebody } from './presence';
import { flag, type Stored, settingsOf, text } from './settings';

interface AccountInputSettings extends Wanted {
  readonly account: string;
  /** '' = several. */
  readonly device: string;
  readonly room: string;
  readonly family: string;
  readonly onlyChanges: boolean;
  readonly sendOnStart: boolean;
}

const names = [
  'account',
  'device',
  'room',
  'family',
  'what',
  'property',
  'event',
  'onlyChanges',
  'sendOnStart',
  'includeRaw',
  'topic',
] as const;

/** The word that each node told last: over a redeploy it is no news. */
const lastWords = new WeakMap<Account, Map<string, AccountWord>>();

export function registerAccountInput(RED: NodeAPI, type: string): void {
  function Input(this: Node, definition: NodeDef): void {
    RED.nodes.createNode(this, definition);
    const settings = settingsIn(settingsOf(RED, this, definition, names));
    /** Devices whose beginning was told. */
    const begun = new WeakSet<CloudRecord>();
    /** Where the last that was told is that somebody moves. */
    const moving = new WeakMap<CloudRecord, Set<string>>();

    const user: AccountUser = new AccountUser(RED, this, {
      account: settings.account,
      topics: topicsOf(settings),
      device: settings.what === 'account' ? '' : settings.device,
      needsPush: settings.what !== 'account',
      quiet: settings.what === 'account' || settings.what === 'online' ? 'online' : 'not-heard',
      onEvent: (event) => {
        if (event.kind === 'account') {
          tellWord(event.word);
          return;
        }
        if (event.kind === 'online') user.look();
        if (event.kind === 'property' && event.isInitial) know(event.device, event);
        else tell(event);
      },
      onReady: () => {
        const { account } = user;
        if (account.word !== undefined) tellWord(account.word);
        for (const device of account.devices.values())
          if (isWanted(device) && Object.keys(device.values).length > 0) {
            // What was never read is told when it is; what was read while the node was held has just been told.
            if (device.isFresh || begun.has(device)) showKnown(device);
            else know(device, knownOf(device));
          }
      },
    });

    const send = (message: object): void => this.send(message as NodeMessage);

    const tell = (news: DeviceNews, isSendable = sendableOf(news)): void => {
      const { device } = news;
      if (!isWanted(device)) return;
      const isTellable = (name: string): boolean => !isOldMotion(news, name) && (isSendable(name) || isNewMotion(news, name));
      for (const message of messagesOf(user.account, news, settings, isTellable)) {
        send(message);
        user.status.value(textOf(device, news, message));
      }
      rememberMotion(news);
      // A read may tell what the cloud remembers of a device that is gone; a push, or an answer on the LAN, comes from the device itself.
      const isItself = news.kind === 'property' && (news.origin === 'push' || news.device.transport === 'miio');
      if (news.kind === 'event' || isItself) user.status.recovered();
    };

    /** A device whose values became known: a read says most of them, memory the others. */
    const know = (device: CloudRecord, news: DeviceNews & { kind: 'property' }): void => {
      begun.add(device);
      if (!settings.sendOnStart) {
        showKnown(device);
        return;
      }
      tell(news, () => true);
      tell({ ...knownOf(device), origin: 'restored' }, (name) => !(name in news.values));
    };

    /** Somebody moves, and only a read says so. */
    const isOldMotion = (news: DeviceNews, name: string): boolean =>
      news.kind === 'property' && news.origin !== 'push' && saysSomebody(news.device, name, news.values[name]);

    /** It was read before it was pushed: to the flow it is a change all the same. */
    const isNewMotion = (news: DeviceNews, name: string): boolean =>
      news.kind === 'property' &&
      news.origin === 'push' &&
      saysSomebody(news.device, name, news.values[name]) &&
      !moving.get(news.device)?.has(name);

    const rememberMotion = (news: DeviceNews): void => {
      if (news.kind !== 'property') return;
      for (const [name, value] of Object.entries(news.values)) {
        const names = moving.get(news.device) ?? new Set<string>();
        if (!saysSomebody(news.device, name, value)) names.delete(name);
        else if (news.origin === 'push') moving.set(news.device, names.add(name));
      }
    };

    /** Shows under the node what is known, and sends nothing. */
    const showKnown = (device: CloudRecord): void => {
      const { property, what } = settings;
      const name = Object.keys(device.values).find((one) => isProperty(device, one, property));
      if (settings.device !== '' && name !== undefined && (what === 'property' || what === 'all'))
        user.status.value(shownText(device, name, device.values[name]));
    };

    const tellWord = (word: AccountWord): void => {
      const { account } = user;
      const words = lastWords.get(account) ?? new Map<string, AccountWord>();
      lastWords.set(account, words);
      if ((settings.what !== 'account' && settings.what !== 'all') || words.get(this.id) === word) return;
      words.set(this.id, word);
      send(accountMessage(account, word, settings.topic));
      if (settings.what === 'account') user.status.value(`status.${word}`);
    };

    const sendableOf = (news: DeviceNews): ((property: string) => boolean) => {
      // A read tells news, a push what it carries, unless only changes are wanted.
      if (news.kind !== 'property' || (news.origin === 'push' && !settings.onlyChanges)) return () => true;
      return (property) => news.changed.includes(property);
    };

    const isWanted = (device: CloudRecord): boolean => {
      if (settings.device !== '') return device === user.account.device(settings.device);
      const { family, room } = user.account.info(device);
      return (settings.family === '' || settings.family === family) && (settings.room === '' || settings.room === room.toLowerCase());
    };
  }

  RED.nodes.registerType(type, Input);
}

function settingsIn(stored: Stored): AccountInputSettings {
  const what = text(stored.what);
  return {
    account: text(stored.account),
    device: text(stored.device),
    room: text(stored.room).toLowerCase(),
    family: text(stored.family),
    what: told.find((known) => known === what) ?? 'property',
    property: text(stored.property),
    event: text(stored.event),
    onlyChanges: flag(stored.onlyChanges),
    sendOnStart: flag(stored.sendOnStart),
    includeRaw: flag(stored.includeRaw),
    topic: text(stored.topic),
  };
}

/** Who listens to every device hears of the account too. */
function topicsOf({ what, device }: AccountInputSettings): string[] {
  if (what === 'account') return [ACCOUNT_TOPIC];
  if (device === '') return [EVERY];
  return what === 'all' ? [device, ACCOUNT_TOPIC] : [device];
}

function textOf(device: CloudRecord, news: DeviceNews, { property, payload }: Message): string {
  switch (news.kind) {
    case 'online':
      return news.isOnline ? 'status.online' : 'status.offline';
    case 'event':
      return news.event;
    case 'property':
      return shownText(device, property, payload);
  }
}
