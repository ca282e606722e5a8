/** The messages that an event of an account gives: what a miot-in node sends. Decides nothing about connections or status. */

import type { Origin } from '../../../lib/home/device';
import { type Context, eventMessage, type Message, onlineMessage, readings, valueMessage, valuesMessage } from '../../../lib/home/message';
import type { Account, AccountEvent, AccountWord, CloudRecord } from '../../../lib/miot';
import { infoOf, isEvent, isProperty, unitsOf, valueNameOf } from './account-words';

export const told = ['property', 'event', 'online', 'account', 'all'] as const;

export interface Wanted {
  readonly what: (typeof told)[number];
  /** '' = all. */
  readonly property: string;
  readonly event: string;
  readonly includeRaw: boolean;
  readonly topic: string;
}

export type DeviceNews = Exclude<AccountEvent, { kind: 'account' }>;
type Property = Extract<AccountEvent, { kind: 'property' }>;

/** `isSendable`: which of the values may be sent. */
export function messagesOf(account: Account, news: DeviceNews, wanted: Wanted, isSendable: (property: string) => boolean): Message[] {
  if (wanted.what !== 'all' && wanted.what !== news.kind) return [];
  // The filters belong to one kind of news each.
  const { property, event } = wanted.what === 'all' ? { property: '', event: '' } : wanted;
  switch (news.kind) {
    case 'property':
      return propertyMessages(contextOf(account, news, wanted, news.origin), news, property, isSendable);
    case 'event':
      if (event !== '' && !isEvent(news.device, news.event, event)) return [];
      return [eventMessage(contextOf(account, news, wanted, 'push'), news.event, news.arguments)];
    case 'online':
      return [onlineMessage(contextOf(account, news, wanted, news.raw === undefined ? 'poll' : 'push'), news.isOnline)];
  }
}

function propertyMessages(context: Context, news: Property, property: string, isSendable: (name: string) => boolean): Message[] {
  const { device } = news;
  const values = readings(news.values, (name) => isSendable(name) && (property === '' || isProperty(device, name, property)));
  if (property === '') return Object.keys(values).length > 0 ? [valuesMessage(context, values, news.previous)] : [];
  return Object.entries(values).map(([name, value]) => {
    const message = valueMessage(context, name, value, news.previous[name]);
    const valueName = valueNameOf(device, name, value);
    return valueName === undefined ? message : { ...message, valueName };
  });
}

function contextOf(account: Account, news: DeviceNews, { includeRaw, topic }: Wanted, origin: Origin): Context {
  const { device, raw } = news;
  return {
    device: infoOf(account, device, origin),
    state: 'state' in news ? news.state : device.values,
    origin,
    topic,
    unitOf: unitsOf(device),
    ...(includeRaw && raw !== undefined ? { raw } : {}),
  };
}

/** Everything known of a device, as if it had just been read. */
export function knownOf(device: CloudRecord): Property {
  const { values } = device;
  return {
    kind: 'property',
    device,
    values,
    changed: Object.keys(values),
    previous: {},
    state: values,
    origin: 'read',
    isInitial: true,
    raw: undefined,
  };
}

/** What an account says of itself; it is about no device. */
export function accountMessage(account: Account, word: AccountWord, topic: string): Record<string, unknown> {
  const { error } = account.state;
  const { name, region } = account.settings;
  return {
    payload: word,
    topic: topic || name || 'account',
    event: 'account',
    account: { name, region },
    ...(word === 'signed-in' || error === undefined ? {} : { code: error.code, text: error.message }),
  };
}
