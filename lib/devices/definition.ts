/** The shapes of the catalogue: what one entry says about the models it stands for. Types only; the data is in `families/`. */

import type { Action, Family, Value, Values } from '../home/device';
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

/** An `Update` while it is being read. */
export interface Draft {
  readonly values: Values;
  readonly actions: Action[];
  readonly rejected: string[];
}

/** Turns one wire field into values, actions or a rejection. Must not throw, whatever the field holds. */
export type Reader = (value: unknown, draft: Draft, field: string, source: Source, fields: Fields) => void;

/** Readers by wire field; v1 and v2 names stand side by side, because firmware mixes them. */
export type Reads = Readonly<Record<string, Reader>>;

/** Fields as they are written: texts for v1, typed for v2. */
export type WireFields = Record<string, string | number>;

/** One write while it is being encoded: everything asked for, and what is known of the device. */
export interface Command {
  readonly dialect: Dialect;
  readonly values: Values;
  readonly state: Values;
}

/** Puts one checked value into the fields to write. */
export type Writer = (value: Value, fields: WireFields, command: Command) => void;

/** One word of the vocabulary as a model speaks it. `reads` is empty where the reader of a sibling fills the value. */
export interface Property {
  readonly description: PropertyDescription;
  readonly reads: Reads;
  readonly write?: Writer;
}

/** What can happen at a device, and where the wire says so. */
export interface Actions {
  readonly names: readonly string[];
  /** Keys, where there are several: 'left', 'right', 'both'. */
  readonly buttons: readonly string[];
  readonly reads: Reads;
}

/**
 * How sure it is that the models speak this protocol as the entry says (lumi-lan.md §3.16); of several models, the surest.
 * official: a vendor document; peers: several independent programs; peer: one or two; listed: known by name only.
 */
export type Evidence = 'official' | 'peers' | 'peer' | 'listed';

/** One entry of the catalogue. */
export interface Definition {
  /** Every spelling seen, without a `lumi.` prefix. */
  readonly models: readonly string[];
  readonly name: string;
  /** The maker's product number; '' where unknown. */
  readonly hardware: string;
  readonly family: Family;
  readonly power: Power;
  readonly properties: readonly Property[];
  readonly actions?: Actions;
  /** Section of the protocol document the entry follows. */
  readonly source: string;
  readonly evidence: Evidence;
  /** Set where the fields are a guess. */
  readonly uncertain?: boolean;
}
