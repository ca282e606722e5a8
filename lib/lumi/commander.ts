/**
 * Carries out commands: encodes them, has them acknowledged, and finds out whether they took effect.
 * Which values are confirmed how stands in the catalogue, beside the values.
 */

import { confirmationOf, decode, encode } from '../devices';
import type { Clock } from '../home/clock';
import { emptyValues, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import { word } from '../home/vocabulary';
import { agrees, Confirmations, type Expectation } from './confirmations';
import type { DeviceRecord } from './device-record';
import type { WireValues } from './format';
import type { Frame } from './frame';
import { type Merge, OVERTAKEN, type Overtaken } from './lane';
import type { Link } from './link';

/** `msg.ack`. */
export interface Ack {
  readonly ok: true;
  /** From the call to the confirmation. */
  readonly ms: number;
  /** How many times the command was sent. */
  readonly attempts: number;
  readonly confirmed: 'report' | 'read' | 'ack';
}

export interface CommanderOptions {
  readonly link: Link;
  readonly clock: Clock;
  readonly lanKey: () => string;
  /** For error texts. */
  readonly describe: () => string;
  /** False while no report can reach us: then there is no point in waiting for one. */
  readonly hearsReports: () => boolean;
  /** What a read brought, for the inventory. */
  readonly onRead: (frame: Frame) => void;
}

/**
 * What devices were told and have not confirmed yet, by sid. A light takes colour and brightness in one field: a command must not
 * undo the one before it because that has not been reported so far.
 */
type Intended = Map<string, { commands: number; readonly values: Values }>;

/** How long a report may take (lumi-lan.md §8.1). */
const REPORT_MS = 5_000;
/** Where no report is to be expected, a read may prove the command earlier. It can only prove it: a slow device gets its time. */
const EARLY_READ_MS = 700;

export class Commander {
  readonly confirmations: Confirmations;
  readonly #intended: Intended = new Map();
  readonly #options: CommanderOptions;

  constructor(options: CommanderOptions) {
    this.#options = options;
    this.confirmations = new Confirmations(options.clock);
  }

  /**
   * Writes values of the vocabulary. Resolves when they took effect, or with `OVERTAKEN` when a newer command for the same value
   * took its place in the queue. Rejects with the codes of `Link.write`, `KEY_MISSING`, `UNSUPPORTED`, `BAD_INPUT`, `NOT_APPLIED`.
   */
  async write(device: DeviceRecord, values: Values): Promise<Ack | Overtaken> {
    const release = this.intend(device.sid, values);
    try {
      return await this.#carryOut(device, values, encode(device.definition, this.#options.link.dialect, values, this.intended(device)));
    } finally {
      release();
    }
  }

  /** Notes what a device is being told, until the returned function is called: the next command builds on it. */
  intend(sid: string, values: Values): () => void {
    const intended = this.#intended.get(sid) ?? { commands: 0, values: emptyValues() };
    this.#intended.set(sid, intended);
    Object.assign(intended.values, values);
    intended.commands++;
    return () => {
      intended.commands--;
      if (intended.commands === 0) this.#intended.delete(sid);
    };
  }

  /** What a device is, or will be once the commands under way have taken effect: what 'toggle' turns round. */
  intended(device: DeviceRecord): Values {
    return Object.assign(emptyValues(), device.values, this.#intended.get(device.sid)?.values);
  }

  async #carryOut(device: DeviceRecord, values: Values, fields: WireValues): Promise<Ack | Overtaken> {
    const { link } = this.#options;
    const startedAt = this.#options.clock.monotonic();
    const expected = provable(device, values);
    let mayReadEarly = false;
    let expectation: Expectation | undefined;
    const written = await link
      .write({
        wireSid: device.wireSid,
        model: device.wireModel,
        lanKey: this.#lanKey(device),
        values: fields,
        merge: mergeOf(device.sid, values),
        onBegin: () => {
          // A command that changes nothing is seldom reported. With another one before it, nobody knows yet what it changes.
          const isUnreported = !this.#options.hearsReports() || agrees(expected, device.values);
          mayReadEarly = isUnreported && !this.confirmations.isAwaiting(device.sid, expected);
          if (Object.keys(expected).length > 0) expectation = this.confirmations.expect(device.sid, expected);
        },
      })
      .catch((error: unknown) => {
        expectation?.cancel();
        throw error;
      });
    if (written === OVERTAKEN) return OVERTAKEN;
    const confirmed = expectation === undefined ? 'ack' : await this.#proof(device, expected, expectation, mayReadEarly);
    return { ok: true, ms: Math.round(this.#options.clock.monotonic() - startedAt), attempts: written.attempts, confirmed };
  }

  /** How a command that was acknowledged came true. Rejects with `NOT_APPLIED`, or with what kept the read. */
  async #proof(device: DeviceRecord, expected: Values, expectation: Expectation, mayReadEarly: boolean): Promise<Ack['confirmed']> {
    expectation.begin(REPORT_MS);
    try {
      if (mayReadEarly && (await expectation.within(EARLY_READ_MS)) === 'waiting') {
        const contradictions = await this.#readBack(device, expected).catch(() => undefined);
        if (contradictions?.length === 0) return 'read';
      }
      const result = await expectation.done;
      if (result === 'report') return 'report';
      // A newer command for the same value was proved first: the gateway's word for this one must do.
      if (result === 'passed') return 'ack';
    } finally {
      expectation.cancel();
    }
    const contradictions = await this.#readBack(device, expected);
    if (contradictions === undefined) return 'ack'; // the gateway does not tell: its acknowledgement must do
    if (contradictions.length === 0) return 'read';
    // What a newer command has changed meanwhile is no contradiction.
    const intended = this.intended(device);
    if (!contradictions.some((property) => agrees({ [property]: expected[property] ?? null }, intended))) return 'ack';
    const says = contradictions.map((property) => `${property} = ${JSON.stringify(device.values[property])}`).join(', ');
    throw new LumiotError(
      'NOT_APPLIED',
      `${device.name} acknowledged the command, but still says ${says}. Check that the device is powered and within reach of gateway ${this.#options.describe()}.`,
      { device: device.sid },
    );
  }

  /** Writes values of the vocabulary and asks for no more than the acknowledgement. */
  writeUnconfirmed(device: DeviceRecord, values: Values): Promise<Ack> {
    return this.writeRaw(device, encode(device.definition, this.#options.link.dialect, values, device.values));
  }

  /** Writes wire fields as they are; the acknowledgement is all that can be known of them. */
  async writeRaw(device: DeviceRecord, fields: WireValues): Promise<Ack> {
    const startedAt = this.#options.clock.monotonic();
    const { wireSid, wireModel } = device;
    const written = await this.#options.link.write({ wireSid, model: wireModel, lanKey: this.#lanKey(device), values: fields });
    if (written === OVERTAKEN) throw new Error('a raw write is never overtaken');
    const ms = Math.round(this.#options.clock.monotonic() - startedAt);
    return { ok: true, ms, attempts: written.attempts, confirmed: 'ack' };
  }

  close(): void {
    this.confirmations.clear();
  }

  #lanKey(device: DeviceRecord): string {
    const lanKey = this.#options.lanKey();
    if (lanKey === '') {
      throw new LumiotError(
        'KEY_MISSING',
        `Gateway ${this.#options.describe()} has no LAN key, so ${device.name} can be read but not switched. Enter the 16-character key from Mi Home › gateway › About › LAN protocol in its settings.`,
        { device: device.sid },
      );
    }
    return lanKey;
  }

  /** Reads the device: the expected properties that say otherwise, or undefined where it says nothing of them. */
  async #readBack(device: DeviceRecord, expected: Values): Promise<string[] | undefined> {
    const frame = await this.#options.link.read(device.wireSid, true);
    this.#options.onRead(frame);
    const actual = decode(device.definition, frame.fields, 'read').values;
    const told = Object.keys(expected).filter((property) => actual[property] !== undefined);
    if (told.length === 0) return undefined;
    return told.filter((property) => !agrees({ [property]: expected[property] ?? null }, actual));
  }
}

/** The values that a report or a read can prove. */
function provable(device: DeviceRecord, values: Values): Values {
  const expected = emptyValues();
  for (const [property, value] of Object.entries(values)) {
    if (confirmationOf(device.definition, property) === 'report') expected[property] = value;
  }
  return expected;
}

/**
 * Sliders: the last number or colour wins while it waits. Switching on and off are two commands that never merge; only the very same
 * command said twice in a row takes the earlier one's place.
 */
function mergeOf(subject: string, values: Values): Merge {
  const isSlider =
    Object.keys(values).some(isContinuous) && Object.entries(values).every(([property, value]) => isContinuous(property) || value === true);
  const what = isSlider ? Object.keys(values).sort().join() : JSON.stringify(Object.entries(values).sort());
  return { subject, what, isSlider };
}

function isContinuous(property: string): boolean {
  const type = word(property)?.type;
  return type === 'number' || type === 'color';
}
