/** What a user sets for one gateway, checked once: the border between a stored flow and lib/lumi. */

import { isIPv4 } from 'node:net';
import { LumiotError } from '../home/errors';
import { normalizeSid } from '../home/ids';
import type { DeviceSettings } from './device-record';
import { isLanKey } from './key';

export interface GatewaySettings {
  readonly name: string;
  /** '' = the only gateway that answers. */
  readonly sid: string;
  /** '' = found by multicast. */
  readonly host: string;
  /** '' = every IPv4 interface that is not internal. */
  readonly interface: string;
  readonly discoveryRetries: number;
  /** Seconds; 0 = off. */
  readonly pollInterval: number;
  readonly devices: ReadonlyMap<string, DeviceSettings>;
  /** '' = read only. */
  readonly key: string;
}

export interface CheckedSettings {
  readonly settings: GatewaySettings;
  /** What is wrong, in sentences for people; the rest is in force all the same. */
  readonly problems: readonly LumiotError[];
}

const SID = /^[0-9a-f]{12,16}$/;
const MOST_RETRIES = 20;
const LEAST_POLL_S = 10;

/** Takes settings as they were stored or typed, of any age and type. Never throws: what cannot be used is told and left out. */
export function checkSettings(stored: Readonly<Record<string, unknown>>): CheckedSettings {
  const problems: LumiotError[] = [];
  const complain = (code: 'NOT_CONFIGURED' | 'KEY_INVALID', text: string): void => {
    problems.push(new LumiotError(code, text));
  };
  const sid = text(stored.sid) === '' ? '' : normalizeSid(text(stored.sid));
  if (sid !== '' && !SID.test(sid)) {
    complain(
      'NOT_CONFIGURED',
      `The gateway's sid "${text(stored.sid)}" is not a MAC address. Enter its 12 hexadecimal digits, or leave it empty for the only gateway.`,
    );
  }
  const localAddress = text(stored.interface);
  if (localAddress !== '' && !isIPv4(localAddress)) {
    complain(
      'NOT_CONFIGURED',
      `The interface "${localAddress}" is not an IPv4 address of this host. Choose one from the list, or leave it empty for all.`,
    );
  }
  const key = text(stored.key);
  if (key !== '' && !isLanKey(key)) {
    complain(
      'KEY_INVALID',
      `The LAN key must be exactly 16 letters and digits, but has ${key.length} characters. Copy it again from Mi Home › gateway › About › LAN protocol.`,
    );
  }
  return {
    problems,
    settings: {
      name: text(stored.name),
      sid,
      host: text(stored.host),
      interface: isIPv4(localAddress) ? localAddress : '',
      discoveryRetries: Math.min(MOST_RETRIES, wholeNumber(stored.discoveryRetries, 3)),
      pollInterval: poll(wholeNumber(stored.pollInterval, 0)),
      devices: deviceSettings(stored.devices),
      key,
    },
  };
}

function deviceSettings(stored: unknown): Map<string, DeviceSettings> {
  const devices = new Map<string, DeviceSettings>();
  if (!Array.isArray(stored)) return devices;
  for (const row of stored) {
    if (typeof row !== 'object' || row === null) continue;
    const { sid, name, room, model } = row as Record<string, unknown>;
    if (text(sid) === '') continue;
    devices.set(normalizeSid(text(sid)), { name: text(name), room: text(room), model: text(model) });
  }
  return devices;
}

/** Reading faster would keep the gateway from its real work (lumi-lan.md §8.1). */
function poll(seconds: number): number {
  return seconds === 0 ? 0 : Math.max(LEAST_POLL_S, seconds);
}

function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}

function wholeNumber(value: unknown, otherwise: number): number {
  // Only what is written as a number: what else Number() makes one of ([], true), and what it throws on, nobody has meant.
  if (text(value) === '') return otherwise;
  const number = Math.floor(Number(value));
  return Number.isFinite(number) && number >= 0 ? number : otherwise;
}
