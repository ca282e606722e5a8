/** What is told of a home and its devices, as text: the one place that knows how these payloads look. */

import type { DeviceInfo } from '../home/device';
import { OFFLINE, ONLINE } from './topics';
import type { Happening, HomeDevice, HomeNews } from './types';

/** Unknown counts as available: a battery device that has not spoken since a restart is nearly always there. */
export function availabilityText(isOnline: boolean | null): string {
  return isOnline === false ? OFFLINE : ONLINE;
}

/** Every value known, flat, and when the device was heard. */
export function stateText({ state, info }: HomeDevice): string {
  return JSON.stringify({ ...state, lastSeen: info.lastSeen });
}

export function infoText({ info }: HomeDevice): string {
  return JSON.stringify(infoOf(info));
}

/** `now`: of the wall clock. */
export function actionText({ name, ...details }: Happening, now: number): string {
  return JSON.stringify({ action: name, ...details, at: new Date(now).toISOString() });
}

/** `now`: of the wall clock. */
export function newsText(news: HomeNews, now: number): string {
  const told = 'device' in news ? { ...news, device: infoOf(news.device) } : news;
  return JSON.stringify({ ...told, at: new Date(now).toISOString() });
}

/** What stays the same while values change. */
function infoOf({ id, name, model, family, room, gateway, transport }: DeviceInfo): object {
  return { id, name, model, family, room, gateway, transport };
}
