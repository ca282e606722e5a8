/**
 * What a lumi gateway does over miIO, with its device token, and not over its own LAN protocol (lumi-lan.md §2.7, §4.1): give and take
 * its LAN key, play radio, arm its alarm. The names of the methods are known; how their parameters look is public practice that was not
 * tried on hardware, and marked where it counts.
 */

import { type Clock, delay } from '../home/clock';
import { LumiotError, toLumiotError } from '../home/errors';
import type { CallKind, LocalDevice } from './types';

/** How a command was confirmed; `attempts` counts the requests sent for it. */
export interface GatewayAck {
  readonly ok: true;
  readonly ms: number;
  readonly attempts: number;
  readonly confirmed: 'read' | 'ack';
}

export type RadioCommand =
  | { readonly play: false }
  | {
      readonly play: true;
      /** An HLS stream; without it and without `station` the one that was heard last. */
      readonly url?: string | undefined;
      /** The number of a station that the gateway knows. */
      readonly station?: number | undefined;
      /** 0–100. */
      readonly volume?: number | undefined;
    };

const GATEWAY = /^lumi\.(gateway|acpartner)/;
const KEY = /^[\x21-\x7e]{16}$/;
/** What devices answer to a method they do not have. */
const NO_METHOD = new Set<string>(['UNSUPPORTED', 'MIOT_-10000', 'MIOT_-32601']);
/** A gateway counts down before it is armed, and says 'oning' meanwhile; how soon it says so after `set_arming` is uncertain. */
const ARMED = new Set<unknown>(['on', 'oning']);
const DISARMED = new Set<unknown>(['off']);
const ARMING_LOOKS = 3;
const ARMING_WAIT_MS = 500;

/** Devices whose model was looked at. */
const gateways = new WeakSet<LocalDevice>();

/** The 16 characters that open the LAN protocol. A secret. Rejects with `KEY_MISSING` where the gateway has none yet. */
export async function readLanKey(device: LocalDevice): Promise<string> {
  const answer = await call(device, 'get_lumi_dpf_aes_key', [], 'read', 'give its LAN key');
  const key = Array.isArray(answer) ? (answer as unknown[])[0] : answer;
  if (typeof key === 'string' && KEY.test(key)) return key;
  throw new LumiotError(
    'KEY_MISSING',
    'The gateway has no LAN key yet. Open Mi Home › gateway › About › LAN protocol, switch it on and confirm; then read the key again.',
  );
}

/** Gives the gateway another LAN key: the old one stops to work everywhere. On some it opens the closed port as well (lumi-lan.md §8.4). */
export async function setLanKey(device: LocalDevice, key: string): Promise<void> {
  if (!KEY.test(key))
    throw new LumiotError('KEY_INVALID', `A LAN key has exactly 16 letters and digits, this has ${key.length}. Choose another one.`);
  await order(device, 'set_lumi_dpf_aes_key', [key], 'take a LAN key');
}

/** Plays, or stops. The gateway acknowledges; whether a stream can be played it does not say. */
export async function radio(device: LocalDevice, command: RadioCommand, clock: Clock): Promise<GatewayAck> {
  const attempt = new Attempt(clock);
  if (!command.play) {
    await order(device, 'play_fm', ['off'], 'stop its radio', attempt.count);
    return attempt.ack('ack');
  }
  const { url, station, volume } = command;
  // Uncertain: `id` and `type` are those of the vendor's list of stations; 0 stands for one that is not on it.
  if (url !== undefined) await order(device, 'play_specify_fm', { id: 0, type: 0, url }, 'play radio', attempt.count);
  else if (station !== undefined) await order(device, 'play_specify_fm', { id: station, type: 0 }, 'play radio', attempt.count);
  else await order(device, 'play_fm', ['on'], 'play radio', attempt.count);
  // Uncertain: the number as text, after the start, as the programs do that are known to work.
  if (volume !== undefined) await order(device, 'volume_ctrl_fm', [String(volume)], 'change the volume of its radio', attempt.count);
  return attempt.ack('ack');
}

/** Arms or disarms the alarm of the gateway, and reads whether it did. Armed counts from the beginning of the gateway's own delay. */
export async function arm(device: LocalDevice, isArmed: boolean, clock: Clock): Promise<GatewayAck> {
  const attempt = new Attempt(clock);
  await order(device, 'set_arming', [isArmed ? 'on' : 'off'], isArmed ? 'be armed' : 'be disarmed', attempt.count);
  const wanted = isArmed ? ARMED : DISARMED;
  for (let look = 1; ; look++) {
    const answer = await call(device, 'get_arming', [], 'read', 'tell whether it is armed');
    if (wanted.has(Array.isArray(answer) ? (answer as unknown[])[0] : answer)) return attempt.ack('read');
    if (look === ARMING_LOOKS)
      throw new LumiotError(
        'NOT_APPLIED',
        `The gateway acknowledged to be ${isArmed ? 'armed' : 'disarmed'}, and says that it is not. Look in Mi Home what keeps it from it, and send it again.`,
      );
    await delay(clock, ARMING_WAIT_MS);
  }
}

/** A call that is answered with "ok". To carry it out twice does no harm. */
async function order(device: LocalDevice, method: string, params: unknown, what: string, onRequest?: () => void): Promise<void> {
  const answer = await call(device, method, params, 'set', what, onRequest);
  const word = Array.isArray(answer) ? (answer as unknown[])[0] : answer;
  if (word === 'ok' || word === 0) return;
  throw new LumiotError('NOT_APPLIED', `The gateway did not ${what}: it answered something else than "ok". Try the same in Mi Home.`);
}

async function call(
  device: LocalDevice,
  method: string,
  params: unknown,
  kind: CallKind,
  what: string,
  onRequest?: () => void,
): Promise<unknown> {
  await ensureGateway(device);
  try {
    return await device.call(method, params, kind, onRequest);
  } catch (thrown) {
    const error = toLumiotError(thrown, 'TIMEOUT');
    if (!NO_METHOD.has(error.code)) throw error;
    throw new LumiotError(
      'UNSUPPORTED',
      `This gateway cannot ${what} over the network: its firmware does not know "${method}". Update it in Mi Home, or do it there.`,
      { cause: error },
    );
  }
}

/** Commands of a gateway do no good, and perhaps harm, to another device whose token was entered. */
async function ensureGateway(device: LocalDevice): Promise<void> {
  if (gateways.has(device)) return;
  const model = await modelOf(device);
  if (model !== '' && !GATEWAY.test(model))
    throw new LumiotError(
      'UNSUPPORTED',
      `The device at this address is a ${model}, not a lumi gateway. Enter the address and the token of the gateway.`,
    );
  gateways.add(device);
}

/** '' where the device does not say: some hubs that are kept from the cloud answer emptily (miio-lan.md §4.1). */
async function modelOf(device: LocalDevice): Promise<string> {
  try {
    return (await device.info()).model;
  } catch (thrown) {
    const error = toLumiotError(thrown, 'TIMEOUT');
    if (error.code === 'UNSUPPORTED' || error.code.startsWith('MIOT_')) return '';
    throw error;
  }
}

/** What one command took. */
class Attempt {
  readonly #clock: Clock;
  readonly #beganAt: number;
  #requests = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#beganAt = clock.monotonic();
  }

  readonly count = (): void => {
    this.#requests += 1;
  };

  ack(confirmed: 'read' | 'ack'): GatewayAck {
    return { ok: true, ms: Math.round(this.#clock.monotonic() - this.#beganAt), attempts: Math.max(1, this.#requests), confirmed };
  }
}
