/** The shapes of the catalogue: what one entry says about the models it stands for. Types only; the data is in `families/`. */

import type { Family } from '../home/device';
import type { PropertyName } from '../home/vocabulary';

/** Wire fields of one datagram: `data` or `params` flattened, keys and text trimmed, without a prototype. */
export type Fields = Readonly<Record<string, unknown>>;

/** 1: payload in `data`, text values. 2: payload in `params`, typed values (lumi-lan.md §8.5). */
export type Dialect = 1 | 2;

/** What carried the fields. Actions, and motion turning true, come only from a report (design: a read is the gateway's cache). */
export type Source = 'report' | 'heartbeat' | 'read';

/** How a written value shows that it took effect: a report (or a read), the acknowledgement alone, or a movement that ends later. */
export type Confirmation = 'report' | 'ack' | 'travel';

export type Power = 'battery' | 'mains';

/** What can be said about one property of a definition; the dialogs, MQTT discovery and the docs read only this. */
export interface PropertyDescription {
  readonly property: PropertyName;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly confirmation: Confirmation;
  readonly unit?: string;
  /** Range of a writable number, inclusive. */
  readonly min?: number;
  readonly max?: number;
  /** The values a writable or readable text takes. */
  readonly values?: readonly string[];
  /** Set where the field is guessed and not taken from a document or a capture. */
  readonly uncertain?: boolean;
}
