/** Devices as the cloud lists them: the pages of the list, and what of each row is kept (miot-cloud.md §2.3). */

import { type Fields, idText, listOf, text, wholeNumber } from './cloud-answer';
import type { CloudDevice } from './cloud-device';
import { firstTime, isMore, type Post } from './home-pages';
import { recordOf } from './spec-json';

const PATH = '/app/v2/home/device_list_page';

/** Models that the vendor's own integration refuses: they cannot be used through this interface (miot-cloud.md §2.3). */
const unusable = new Set(['chuangmi.ir.v2', 'era.airp.cwb03', 'hmpace.motion.v6nfc', 'k0918.toothbrush.t700']);

const TOKEN = /^[0-9a-f]{32}$/i;
/** Part of a device: its parent has the same services and is the one that can be controlled (miot-cloud.md §2.3). */
const SPLIT = /\.s\d+$/;

/** Every row for these devices; of no devices: what the account lists beside its homes. */
export async function fetchDevices(post: Post, dids: readonly string[]): Promise<readonly Fields[]> {
  const rows: Fields[] = [];
  const isNew = firstTime();
  let start: string | undefined;
  do {
    const result = await post(PATH, {
      limit: 200,
      get_split_device: true,
      get_third_device: true,
      dids,
      ...(start === undefined ? {} : { start_did: start }),
    });
    rows.push(...listOf(result.list));
    start = isMore(result) ? idText(result.next_start_did) : '';
  } while (start !== '' && isNew(start));
  return rows;
}

/** Shared by another account: such rows name their owner. */
export function isFromSomebody(row: Fields): boolean {
  const owner = recordOf(row.owner);
  return owner !== undefined && idText(owner.userid) !== '' && text(owner.nickname) !== '';
}

/** Where a device is. The homes say so; a row never overrules them. */
export interface Place {
  readonly home: string;
  readonly room: string;
  readonly isShared: boolean;
}

/** Undefined for what cannot be used. Keeps what is named here and nothing else: rows hold where people live. */
export function deviceOf(row: Fields, { home, room, isShared }: Place): CloudDevice | undefined {
  const did = idText(row.did);
  const name = text(row.name);
  const model = text(row.model);
  const urn = text(row.spec_type);
  if (did === '' || name === '' || model === '' || urn === '') return undefined;
  if (unusable.has(model) || did.startsWith('miwifi.') || model.startsWith('miwifi.') || SPLIT.test(did)) return undefined;
  const token = text(row.token);
  return {
    did,
    name,
    model,
    urn,
    isOnline: row.isOnline === true || row.isOnline === 1,
    home,
    room,
    connection: wholeNumber(row.pid),
    parent: idText(row.parent_id),
    address: text(row.local_ip),
    mac: text(row.mac),
    firmware: text(recordOf(row.extra)?.fw_version),
    isShared,
    token: TOKEN.test(token) ? token.toLowerCase() : '',
  };
}
