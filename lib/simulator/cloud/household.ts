/** Everything the pretend account can see: its homes, rooms and devices, and what happens in them. Speaks to nobody: `tell` is given each piece of news. */

import type { Clock } from '../../home/clock';
import { LumiotError } from '../../home/errors';
import type { ResolvedCloud } from './config';
import { CloudThing } from './device';
import { canNotify } from './specs/definition';

/** As the push connection publishes it (miot-cloud.md §3.2, §3.3). */
export interface News {
  readonly topic: string;
  readonly payload: Readonly<Record<string, unknown>>;
}

export interface Room {
  readonly id: string;
  readonly name: string;
  readonly dids: readonly string[];
}

export interface PretendHome {
  readonly id: string;
  readonly name: string;
  /** In no room. */
  readonly dids: readonly string[];
  readonly rooms: readonly Room[];
}

export interface EventArgument {
  readonly piid: number;
  readonly value: unknown;
}

export interface HouseholdOptions {
  readonly clock: Clock;
  readonly tell: (news: News) => void;
}

export class Household {
  readonly uid: string;
  readonly things: ReadonlyMap<string, CloudThing>;
  readonly homes: readonly PretendHome[];
  /** How often an action was carried out, by 'did.siid.aiid'. */
  readonly actions = new Map<string, number>();
  private readonly options: HouseholdOptions;
  private messages = 0;

  constructor({ uid, devices }: ResolvedCloud, options: HouseholdOptions) {
    this.uid = uid;
    this.options = options;
    this.things = new Map(devices.map((device) => [device.did, new CloudThing(device)]));
    this.homes = toHomes([...this.things.values()]);
  }

  /** Throws `NO_DEVICE` when there is none. */
  thing(did: string): CloudThing {
    const thing = this.things.get(did);
    if (thing !== undefined) return thing;
    throw new LumiotError('NO_DEVICE', `The pretend cloud has no device ${did}; GET /home lists them.`, { device: did });
  }

  /** The device has a new value, and says so. */
  change(thing: CloudThing, siid: number, piid: number, value: unknown): void {
    thing.set(siid, piid, value);
    this.tell(`device/${thing.did}/up/properties_changed/${siid}/${piid}`, 'properties_changed', { did: thing.did, siid, piid, value });
  }

  /** What a command or another value brings about: told only where the description says so and something changed. */
  become(thing: CloudThing, siid: number, piid: number, value: unknown): void {
    const property = thing.property(siid, piid);
    const isNews = property !== undefined && canNotify(property) && thing.get(siid, piid) !== value;
    if (isNews) this.change(thing, siid, piid, value);
    else thing.set(siid, piid, value);
  }

  happen(thing: CloudThing, siid: number, eiid: number, args: readonly EventArgument[]): void {
    for (const { piid, value } of args) thing.set(siid, piid, value);
    this.tell(`device/${thing.did}/up/event_occured/${siid}/${eiid}`, 'event_occured', { did: thing.did, siid, eiid, arguments: args });
  }

  setOnline(thing: CloudThing, isOnline: boolean): void {
    thing.isOnline = isOnline;
    const event = isOnline ? 'online' : 'offline';
    const { did, name, model } = thing.config;
    const who = { device_id: did, device_name: name, event, model };
    this.options.tell({
      topic: `device/${did}/state/${event}`,
      payload: { ...who, timestamp: this.options.clock.now(), uid: numeric(this.uid) },
    });
  }

  private tell(topic: string, method: string, params: Readonly<Record<string, unknown>>): void {
    this.messages += 1;
    this.options.tell({ topic, payload: { id: this.messages, method, params } });
  }
}

/** Ids come as numbers here and as text there (miot-cloud.md §2.3); this one as the number it is, where that is exact. */
export function numeric(id: string): number | string {
  return Number.isSafeInteger(Number(id)) ? Number(id) : id;
}

/** Shared devices stand in nobody's home. */
function toHomes(things: readonly CloudThing[]): PretendHome[] {
  const own = things.filter(({ config }) => !config.shared);
  const names = unique(own.map(({ config }) => config.home));
  return names.map((name, index) => {
    const inside = own.filter(({ config }) => config.home === name);
    const didsOf = (room: string): string[] => inside.filter(({ config }) => config.room === room).map(({ did }) => did);
    const id = String(118_000_000_001 + index);
    const rooms = unique(inside.map(({ config }) => config.room)).filter((room) => room !== '');
    return {
      id,
      name,
      dids: didsOf(''),
      rooms: rooms.map((room, at) => ({ id: String(219_000_000_001 + index * 1000 + at), name: room, dids: didsOf(room) })),
    };
  });
}

function unique(names: readonly string[]): string[] {
  return [...new Set(names)];
}
