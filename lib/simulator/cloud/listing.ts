/** Homes, rooms and devices, page by page (miot-cloud.md §2.2, §2.3). */

import { createHash } from 'node:crypto';
import type { CloudThing } from './device';
import { type Household, numeric, type PretendHome } from './household';
import { ok, type Reply, refused } from './reply';

const MAX_DIDS = 150;
const OTHER_USER = { userid: 2_000_000_002, nickname: 'Neighbour' };

export interface ListingOptions {
  readonly household: Household;
  readonly pageSize: number;
}

type Body = Readonly<Record<string, unknown>>;

/** The first page has every home and room, and as many dids as fit; the others follow by `get_dev_room_page`. */
export function getHomes(body: Body, { household, pageSize }: ListingOptions): Reply {
  const { homes, uid } = household;
  const page = cut(homes, 0, limitOf(body, pageSize));
  const homelist = page.homes.map((home) => ({
    id: home.id,
    name: home.name,
    uid: numeric(uid),
    bssid: '',
    dids: home.dids,
    icon: '',
    shareflag: 0,
    city_id: 101_010_100,
    longitude: 12.3456,
    latitude: 45.6789,
    address: '1 Planted Street',
    roomlist: home.rooms.map(({ id, name, dids }) => ({ id, name, bssid: '', parentid: home.id, dids, icon: '' })),
  }));
  return ok({ homelist, share_home_list: [], has_more: page.next !== undefined, max_id: page.next ?? '' });
}

/** Further dids of homes and rooms that the first page named. */
export function getHomesPage(body: Body, { household, pageSize }: ListingOptions): Reply {
  const start = typeof body.start_id === 'string' ? Number(/^p(\d+)$/.exec(body.start_id)?.[1]) : Number.NaN;
  if (!Number.isInteger(start)) return refused(-10002, 'invalid params: start_id');
  const page = cut(household.homes, start, limitOf(body, pageSize));
  const info = page.homes
    .map(({ id, dids, rooms }) => ({
      id,
      dids,
      roomlist: rooms.filter((room) => room.dids.length > 0).map((room) => ({ id: room.id, dids: room.dids })),
    }))
    .filter(({ dids, roomlist }) => dids.length > 0 || roomlist.length > 0);
  return ok({ info, has_more: page.next !== undefined, max_id: page.next ?? '' });
}

/** The devices asked for, or every one, shared ones too, where `dids` is empty. */
export function getDevices(body: Body, { household, pageSize }: ListingOptions): Reply {
  const { dids, start_did: startDid } = body;
  if (!Array.isArray(dids) || dids.some((did) => typeof did !== 'string')) return refused(-10002, 'invalid params: dids');
  if (dids.length > MAX_DIDS) return refused(-10002, `invalid params: more than ${MAX_DIDS} dids`);
  const all = [...household.things.values()];
  const asked = dids.length === 0 ? all : all.filter(({ did }) => dids.includes(did));
  const start = startDid === undefined ? 0 : asked.findIndex(({ did }) => did === startDid);
  if (start < 0) return refused(-10002, 'invalid params: start_did');
  const end = start + limitOf(body, pageSize);
  const next = asked[end]?.did;
  return ok({ list: asked.slice(start, end).map(toRow), has_more: next !== undefined, next_start_did: next ?? '' });
}

function toRow({ config, definition, isOnline, did, token, address }: CloudThing): object {
  const mac = createHash('md5').update(did).digest('hex').slice(0, 12).toUpperCase();
  return {
    did,
    token,
    name: config.name,
    model: config.model,
    spec_type: definition.urn,
    isOnline,
    pid: config.connection,
    local_ip: address,
    mac: (mac.match(/../g) ?? []).join(':'),
    ssid: 'planted-network',
    bssid: '02:00:00:00:00:01',
    rssi: -52,
    icon: '',
    orderTime: 1_700_000_000,
    parent_id: config.parent,
    voice_ctrl: 1,
    ...(config.shared ? { owner: OTHER_USER } : {}),
    extra: { fw_version: '1.0.0_0001', isSetPincode: 0 },
  };
}

function limitOf({ limit }: Body, pageSize: number): number {
  return typeof limit === 'number' && limit >= 1 ? Math.min(Math.floor(limit), pageSize) : pageSize;
}

/** The homes with only those dids that stand on the page from `start` on; `next` begins the page after it. */
function cut(
  homes: readonly PretendHome[],
  start: number,
  limit: number,
): { readonly homes: readonly PretendHome[]; readonly next: string | undefined } {
  let position = 0;
  const keep = (dids: readonly string[]): string[] =>
    dids.filter(() => {
      const isInside = position >= start && position < start + limit;
      position += 1;
      return isInside;
    });
  const kept = homes.map((home) => ({
    ...home,
    dids: keep(home.dids),
    rooms: home.rooms.map((room) => ({ ...room, dids: keep(room.dids) })),
  }));
  return { homes: kept, next: position > start + limit ? `p${start + limit}` : undefined };
}
