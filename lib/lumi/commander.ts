/**
 * Carries out commands: encodes them, has them acknowledged, and finds out whether they took effect.
 * Which values are confirmed how stands in the catalogue, beside the values.
 */

import { confirmationOf, decode, encode } from '../devices';
import type { Clock } from '../home/clock';
import { emptyValues, type Values } from '../home/device';
import { LumiotError } from '../home/errors';
import { word } from '../home/vocabulary';
import { agrees, Confirmations } from './confirmations';
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

/** How long a report may take (lumi-lan.md §8.1); less where none is to be expected. */
const REPORT_MS = 5_000;
const NO_REPORT_MS = 700;

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
    const intended = this.#intended.get(device.sid) ?? { commands: 0, values: emptyValues() };
    const known = Object.assign(emptyValues(), device.values, intended.values);
    const fields = encode(device.definition, this.#options.link.dialect, values, known);
    this.#intended.set(device.sid, intended);
    Object.assign(intended.values, values);
    intended.commands++;
    try {
      return await this.#carryOut(device, values, fields);
    } finally {
      intended.commands--;
      if (intended.commands === 0) this.#intended.delete(device.sid);
    }
  }

  async #carryOut(device: DeviceRecord, values: Values, fields: WireValues): Promise<Ack | Overtaken> {
    const { link } = this.#options;
    const startedAt = this.#options.clock.monotonic();
    const expected = provable(device, values);
    const isProvable = Object.keys(expected).length > 0;
    // A command that changes nothing is seldom reported.
    const waitMs = this.#options.hearsReports() && !agrees(expected, device.values) ? REPORT_MS : NO_REPORT_MS;
    let expectation: ReturnType<Confirmations['expect']> | undefined;
    const written = await link
      .write({
        ...this.#head(device),
        values: fields,
        merge: mergeOf(device.sid, values),
        onBegin: () => {
          if (isProvable) expectation = this.confirmations.expect(device.sid, expected, waitMs);
        },
      })
      .catch((error: unknown) => {
        expectation?.cancel();
        throw error;
      });
    if (written === OVERTAKEN) return OVERTAKEN;
    const ack = (confirmed: Ack['confirmed']): Ack => ({
      ok: true,
      ms: Math.round(this.#options.clock.monotonic() - startedAt),
      attempts: written.attempts,
      confirmed,
    });
    if (expectation === undefined) return ack('ack');
    expectation.begin();
    switch (await expectation.done) {
      case 'report':
        return ack('report');
      case 'superseded':
        return OVERTAKEN;
      case 'nothing':
        return ack(await this.#readBack(device, expected));
    }
  }

  /** Writes values of the vocabulary and asks for no more than the acknowledgement. */
  writeUnconfirmed(device: DeviceRecord, values: Values): Promise<Ack> {
    return this.writeRaw(device, encode(device.definition, this.#options.link.dialect, values, device.values));
  }

  /** Writes wire fields as they are; the acknowledgement is all that can be known of them. */
  async writeRaw(device: DeviceRecord, fields: WireValues): Promise<Ack> {
    const startedAt = this.#options.clock.monotonic();
    const written = await this.#options.link.write({ ...this.#head(device), values: fields });
    if (written === OVERTAKEN) throw new Error('a raw write is never overtaken');
    const ms = Math.round(this.#options.clock.monotonic() - startedAt);
    return { ok: true, ms, attempts: written.attempts, confirmed: 'ack' };
  }

  close(): void {
    this.confirmations.clear();
  }

  #head(device: DeviceRecord): { wireSid: string; model: string; lanKey: string } {
    const lanKey = this.#options.lanKey();
    if (lanKey === '') {
      throw new LumiotError(
        'KEY_MISSING',
        `Gateway ${this.#options.describe()} has no LAN key, so ${device.name} can be read but not switched. Enter the 16-character key from Mi Home › gateway › About › LAN protocol in its settings.`,
        { device: device.sid },
      );
    }
    return { wireSid: device.wireSid, model: device.wireModel, lanKey };
  }

  async #readBack(device: DeviceRecord, expected: Values): Promise<'read' | 'ack'> {
    const frame = await this.#options.link.read(device.wireSid, true);
    this.#options.onRead(frame);
    const actual = decode(device.definition, frame.fields, 'read').values;
    const known = emptyValues();
    for (const property of Object.keys(expected)) if (actual[property] !== undefined) known[property] = actual[property];
    if (Object.keys(known).length === 0) return 'ack'; // the gateway does not tell: its acknowledgement must do
    const contradicted = Object.keys(known).filter((property) => !agrees({ [property]: expected[property] ?? null }, known));
    if (contradicted.length === 0) return 'read';
    const says = contradicted.map((property) => `${property} = ${JSON.stringify(known[property])}`).join(', ');
    throw new LumiotError(
      'NOT_APPLIED',
      `${device.name} acknowledged the command, but still says ${says}. Check that the device is powered and within reach of gateway ${this.#options.describe()}.`,
      { device: device.sid },
    );
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
