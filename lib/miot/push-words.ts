/**
 * Puts what is pushed into the words of its device's description. A push that comes before the description waits for it, five seconds
 * at most: then it is told in numbers ('2.1'), and in its order.
 */

import type { Clock, Timer } from '../home/clock';
import { emptyValues, type Value, type Values } from '../home/device';
import type { CloudRecord } from './account-types';
import type { DeviceWords } from './device-words';
import type { PushEvent } from './push-events';
import { shortName } from './spec-names';
import type { DeviceSpec } from './spec-types';

export type PushedNews = Exclude<PushEvent, { kind: 'online' }>;

export interface PushWordsOptions {
  readonly clock: Clock;
  readonly spec: (record: CloudRecord) => Promise<DeviceSpec>;
  readonly words: DeviceWords;
  readonly onProperty: (record: CloudRecord, values: Values, raw: unknown) => void;
  readonly onEvent: (record: CloudRecord, event: string, values: Values, raw: unknown) => void;
  /** The description came after something was told in numbers. */
  readonly onDescribed: (record: CloudRecord) => void;
}

/** Pushes of one device that wait for its description. */
interface Line {
  readonly record: CloudRecord;
  waiting: PushedNews[];
  timer: Timer | undefined;
  /** Whoever comes now does not wait any more. */
  isLate: boolean;
}

const PATIENCE_MS = 5_000;
const MOST_WAITING = 100;

export class PushWords {
  readonly #options: PushWordsOptions;
  readonly #lines = new Map<string, Line>();

  constructor(options: PushWordsOptions) {
    this.#options = options;
  }

  translate(record: CloudRecord, news: PushedNews): void {
    const { did, spec } = record;
    const line = this.#lines.get(did) ?? (spec === undefined ? this.#begin(record) : undefined);
    if (line === undefined || line.isLate) {
      this.#tell(record, news, line === undefined ? spec : undefined);
      return;
    }
    line.waiting.push(news);
    if (line.waiting.length <= MOST_WAITING) return;
    line.waiting.shift();
    this.#options.words.complain(record, `more than ${MOST_WAITING} pushes waited for its description, and the oldest were dropped`);
  }

  /** Forgets what waits. */
  clear(): void {
    for (const { timer } of this.#lines.values()) this.#options.clock.clearTimeout(timer);
    this.#lines.clear();
  }

  #begin(record: CloudRecord): Line {
    const { clock, spec, words } = this.#options;
    const line: Line = { record, waiting: [], timer: undefined, isLate: false };
    this.#lines.set(record.did, line);
    line.timer = clock.setTimeout(() => {
      line.isLate = true;
      this.#drain(line, undefined);
    }, PATIENCE_MS);
    spec(record).then(
      (found) => this.#end(line, found),
      (error: unknown) => {
        words.complain(record, String(error instanceof Error ? error.message : error));
        this.#end(line, undefined);
      },
    );
    return line;
  }

  #end(line: Line, spec: DeviceSpec | undefined): void {
    const { record, timer, isLate } = line;
    if (this.#lines.get(record.did) !== line) return;
    this.#options.clock.clearTimeout(timer);
    this.#lines.delete(record.did);
    this.#drain(line, spec);
    if (isLate && spec !== undefined) this.#options.onDescribed(record);
  }

  #drain(line: Line, spec: DeviceSpec | undefined): void {
    const { waiting } = line;
    line.waiting = [];
    for (const news of waiting) this.#tell(line.record, news, spec);
  }

  #tell(record: CloudRecord, news: PushedNews, spec: DeviceSpec | undefined): void {
    if (news.kind === 'property') this.#tellProperty(record, news, spec);
    else this.#tellEvent(record, news, spec);
  }

  #tellProperty(record: CloudRecord, news: Extract<PushedNews, { kind: 'property' }>, spec: DeviceSpec | undefined): void {
    const property = spec?.properties.find(({ siid, piid }) => siid === news.siid && piid === news.piid);
    const value = property === undefined ? news.value : this.#options.words.understood(record, property, news.value);
    if (value !== undefined) this.#options.onProperty(record, single(property?.name ?? `${news.siid}.${news.piid}`, value), news.raw);
  }

  #tellEvent(record: CloudRecord, news: Extract<PushedNews, { kind: 'event' }>, spec: DeviceSpec | undefined): void {
    const known = spec?.events.find(({ siid, eiid }) => siid === news.siid && eiid === news.eiid);
    const values = emptyValues();
    for (const [index, { piid, value }] of news.arguments.entries()) {
      const argument = piid === undefined ? known?.arguments[index] : known?.arguments.find((one) => one.piid === piid);
      const understood = argument === undefined ? value : this.#options.words.understood(record, argument, value);
      if (understood !== undefined) values[argument === undefined ? `argument${index + 1}` : shortName(argument.name)] = understood;
    }
    this.#options.onEvent(record, known?.name ?? `${news.siid}.${news.eiid}`, values, news.raw);
  }
}

function single(name: string, value: Value): Values {
  const values = emptyValues();
  values[name] = value;
  return values;
}
