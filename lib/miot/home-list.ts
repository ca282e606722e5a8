/** The homes of an account with their rooms and devices (miot-cloud.md §2.2, §2.3). City, position and address are never read. */

import { type Fields, idText, listOf, text } from './cloud-answer';
import type { CloudDevice, Home, HomeList } from './cloud-device';
import { deviceOf, fetchDevices, isFromSomebody, type Place } from './device-list';
import { firstTime, isMore, type Post } from './home-pages';

const HOMES_PATH = '/app/v2/homeroom/gethome';
const MORE_HOMES_PATH = '/app/v2/homeroom/get_dev_room_page';
const LIMIT = 150;

/** Asks one request after another: no more than one of the lists is wanted at a time (miot-cloud.md §2.5). */
export async function fetchHomeList(post: Post): Promise<HomeList> {
  const { uid, homes, places } = await fetchHomes(post);
  const devices = new Map<string, CloudDevice>();
  const add = (row: Fields, place: Place): void => {
    const device = deviceOf(row, place);
    if (device !== undefined && !devices.has(device.did)) devices.set(device.did, device);
  };

  const dids = [...places.keys()];
  for (let start = 0; start < dids.length; start += LIMIT) {
    for (const row of await fetchDevices(post, dids.slice(start, start + LIMIT))) {
      const place = places.get(idText(row.did));
      if (place !== undefined) add(row, place);
    }
  }
  // Devices that somebody shared one by one are in no home of this account.
  for (const row of await fetchDevices(post, [])) {
    const place = places.get(idText(row.did));
    if (place !== undefined) add(row, place);
    else if (isFromSomebody(row)) add(row, { home: '', room: '', isShared: true });
  }
  return { uid, homes, devices: [...devices.values()] };
}

interface Homes {
  readonly uid: string;
  readonly homes: readonly Home[];
  /** Every device of the homes, by did. */
  readonly places: ReadonlyMap<string, Place>;
}

async function fetchHomes(post: Post): Promise<Homes> {
  const homes = new Map<string, Home & { readonly isShared: boolean }>();
  const places = new Map<string, Place>();
  const rooms = new Map<string, string>();
  const take = (entry: Fields, isShared: boolean): void => {
    const id = idText(entry.id);
    if (id === '') return;
    const home = homes.get(id) ?? { id, name: text(entry.name), uid: idText(entry.uid), isShared };
    homes.set(id, home);
    const settle = (did: string, room: string): void => {
      // A room says more than the home as a whole; the first of two says it.
      if (did !== '' && (places.get(did)?.room ?? '') === '') places.set(did, { home: home.name, room, isShared: home.isShared });
    };
    for (const room of listOf(entry.roomlist)) {
      // The first page names the rooms; the others give their ids alone.
      const key = `${id} ${idText(room.id)}`;
      const name = text(room.name) || (rooms.get(key) ?? '');
      rooms.set(key, name);
      for (const did of idsOf(room.dids)) settle(did, name);
    }
    for (const did of idsOf(entry.dids)) settle(did, '');
  };

  let result = await post(HOMES_PATH, { limit: LIMIT, fetch_share: true, fetch_share_dev: true, plat_form: 0, app_ver: 9 });
  const own = listOf(result.homelist);
  for (const entry of own) take(entry, false);
  for (const entry of listOf(result.share_home_list)) take(entry, true);
  const isNew = firstTime();
  for (let cursor = cursorOf(result); cursor !== '' && isNew(cursor); cursor = cursorOf(result)) {
    result = await post(MORE_HOMES_PATH, { start_id: cursor, limit: LIMIT });
    for (const entry of listOf(result.info)) take(entry, false);
  }
  return {
    uid: idText(own.find(({ uid }) => idText(uid) !== '')?.uid),
    homes: [...homes.values()].map(({ id, name, uid }) => ({ id, name, uid })),
    places,
  };
}

function cursorOf(result: Fields): string {
  return isMore(result) ? idText(result.max_id) : '';
}

function idsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(idText) : [];
}
