/**
 * The status under a node, made in one place from the state of its gateway or account, the node's last value and its last failure.
 * Its text is a catalogue key or a bare value; at most one a second.
 */

import type { Node } from 'node-red';
import type { Clock } from '../../../lib/home/clock';
import type { ErrorCode, LumiotError } from '../../../lib/home/errors';
import type { GatewayState } from '../../../lib/lumi';
import { type Bunch, bunchOf, type Moment, type Waiter } from './bunch';

type Fill = 'grey' | 'yellow' | 'green' | 'red';
export interface Shown {
  readonly fill: Fill;
  readonly shape: 'ring' | 'dot';
  readonly text: string;
}

const LEAST_GAP_MS = 1_000;

export const notConfigured: Shown = { fill: 'grey', shape: 'ring', text: 'status.not-configured' };

/** A node that waits to hear something, one that only commands the gateway, one that lacks its device. */
export type Quiet = 'not-heard' | 'online' | 'not-configured';

const quietly: Readonly<Record<Quiet, Shown>> = {
  'not-heard': { fill: 'grey', shape: 'ring', text: 'status.not-heard' },
  online: { fill: 'green', shape: 'dot', text: 'status.online' },
  'not-configured': notConfigured,
};

/** What makes the text of a value when it is to be shown: most are followed by another before that. */
export interface Later {
  text(): string;
}

const nothing: Shown = { fill: 'grey', shape: 'ring', text: '' };

export class NodeStatus implements Waiter {
  readonly #node: Node;
  readonly #clock: Clock;
  /** Shown while all is well and there is no value yet. */
  readonly #quiet: Shown;
  #connection: Shown | undefined = notConfigured;
  #failure: Shown | undefined;
  #value: string | Later = '';
  #shown = nothing;
  #shownAt = Number.NEGATIVE_INFINITY;
  readonly #bunch: Bunch;
  /** Set while something waits to be shown. */
  #wait: Moment | undefined;
  #isClosed = false;

  /**
   * Shows nothing yet: a node that comes back from a redeploy must not look unconfigured for a second.
   * `quiet`: what is shown while the gateway is fine and there is no value yet.
   */
  constructor(node: Node, clock: Clock, quiet: Quiet) {
    this.#node = node;
    this.#clock = clock;
    this.#bunch = bunchOf(clock);
    this.#quiet = quietly[quiet];
  }

  /** There is no gateway or account to speak of. */
  unconfigured(): void {
    this.#update();
  }

  /** Where the gateway stands. */
  connection(state: GatewayState): void {
    this.force(shownState(state));
  }

  /** What stands under the node whatever else there is to show; undefined when all is well. */
  force(shown: Shown | undefined): void {
    this.#connection = shown;
    this.#update();
  }

  /** The last value. */
  value(text: string | Later): void {
    this.#value = text;
    this.#update();
  }

  /** A command worked; what is shown then. */
  succeeded(text: string): void {
    this.#failure = undefined;
    this.value(text);
  }

  /** What failed is over; the last value stands again. */
  recovered(): void {
    this.#failure = undefined;
    this.#update();
  }

  /** A command failed; stays until the next one works. */
  failed(error: LumiotError): void {
    this.failing(errorKey(error.code));
  }

  /** Something else fails, whose text has this key; stays until a command works or it has `recovered`. */
  failing(key: string): void {
    this.#failure = failing(key);
    this.#update();
  }

  /** A command that ends later must not touch the status of the node that took this one's place. */
  close(): void {
    this.#isClosed = true;
    if (this.#wait !== undefined) this.#bunch.cancel(this.#wait, this);
    this.#wait = undefined;
  }

  /** The second is over. */
  wake(): void {
    this.#wait = undefined;
    this.#show();
  }

  #update(): void {
    if (this.#wait !== undefined || this.#isClosed) return;
    const wait = this.#shownAt + LEAST_GAP_MS - this.#clock.monotonic();
    if (wait > 0) this.#wait = this.#bunch.after(wait, this);
    else this.#show();
  }

  #show(): void {
    const shown = this.#connection ?? this.#failure ?? this.#fine();
    const { fill, shape, text } = this.#shown;
    if (shown.fill === fill && shown.shape === shape && shown.text === text) return;
    this.#shown = shown;
    this.#shownAt = this.#clock.monotonic();
    this.#node.status(shown);
  }

  #fine(): Shown {
    if (typeof this.#value !== 'string') this.#value = this.#value.text();
    if (this.#value === '') return this.#quiet;
    return { fill: 'green', shape: 'dot', text: this.#value };
  }
}

/** What the connection forces the status to be; undefined when all is well. */
function shownState(state: GatewayState): Shown | undefined {
  switch (state.phase) {
    case 'idle':
    case 'searching':
      if (state.phase === 'searching' && state.error !== undefined) return red(state.error.code);
      return { fill: 'yellow', shape: 'ring', text: 'status.searching' };
    case 'connecting':
      return { fill: 'yellow', shape: 'ring', text: 'status.connecting' };
    case 'offline':
      return { fill: 'red', shape: 'ring', text: 'status.offline' };
    case 'failed':
      return red(state.error.code);
    case 'online':
      return undefined;
  }
}

function red(code: ErrorCode): Shown {
  // The one way a search fails with this code: several gateways answered.
  return code === 'NOT_CONFIGURED' ? failing('status.several-gateways') : failing(errorKey(code));
}

export function failing(text: string): Shown {
  return { fill: 'red', shape: 'ring', text };
}

/** `KEY_INVALID` → `status.key-invalid`; what only the cloud has a number for → `status.refused`. */
export function errorKey(code: ErrorCode): string {
  if (code.startsWith('MIOT_')) return 'status.refused';
  return `status.${code.toLowerCase().replaceAll('_', '-')}`;
}
