/**
 * Who hears what, by the id of the subscriber and the id of the device. A subscriber that goes away for a redeploy can be held:
 * what arrives meanwhile is kept and given once to the subscriber that returns under the same id.
 */

import type { Clock, Timer } from './clock';

/** Subscribes to every device. */
export const EVERY = '';

/** An object hears as well as a function: a thousand of them need no thousand closures. */
export type Listener<Event> = ((event: Event) => void) | { hear(event: Event): void };

/**
 * Who hears a topic, those included who hear everything. Nearly always one, and then no array. Good for as long as `revision` stays
 * the same: whoever tells of one device again and again keeps it and looks nothing up.
 */
export type Hearers<Event> = Subscription<Event> | readonly Subscription<Event>[] | undefined;

interface Subscription<Event> {
  readonly id: string;
  topic: string;
  listener: Listener<Event> | undefined;
  /** Closed: events are kept in `held`. */
  isOpen: boolean;
  isCancelled: boolean;
  /** Made when there is something to keep. */
  held: Event[] | undefined;
  expiry: Timer | undefined;
}

export interface SubscriptionsOptions<Event> {
  readonly clock: Clock;
  /** How long a held subscription waits for its subscriber. */
  readonly holdMs: number;
  /** How many events are kept for all held subscriptions together. */
  readonly holdLimit: number;
  /** Makes an event independent of what happens later, before it is kept. */
  readonly snapshot: (event: Event) => Event;
  /** Told about an exception out of a listener, which must not reach the socket. */
  readonly onError: (error: unknown) => void;
  /** A topic is wanted for the first time, or by nobody any more. */
  readonly onTopics?: () => void;
}

export class Subscriptions<Event> {
  readonly #options: SubscriptionsOptions<Event>;
  readonly #byId = new Map<string, Subscription<Event>>();
  /** Nearly every topic has one subscription: only several are an array. */
  readonly #byTopic = new Map<string, NonNullable<Hearers<Event>>>();
  #revision = 0;
  #heldCount = 0;
  #lost = 0;

  constructor(options: SubscriptionsOptions<Event>) {
    this.#options = options;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Events that were held but had to be thrown away. */
  get lost(): number {
    return this.#lost;
  }

  /**
   * Takes a place, or takes back the one held under this id. Nothing is delivered before `open(id)`, because the nodes behind
   * the subscriber may not exist yet.
   */
  subscribe(id: string, topic: string, listener: Listener<Event>): void {
    const existing = this.#byId.get(id);
    if (existing !== undefined) {
      this.#options.clock.clearTimeout(existing.expiry);
      existing.expiry = undefined;
      existing.listener = listener;
      existing.isOpen = false;
      if (existing.topic !== topic) {
        // The user chose another device meanwhile: what was held is not about it.
        this.#unlist(existing);
        this.#forgetHeld(existing);
        existing.topic = topic;
        this.#list(existing);
      }
      return;
    }
    const subscription: Subscription<Event> = {
      id,
      topic,
      listener,
      isOpen: false,
      isCancelled: false,
      held: undefined,
      expiry: undefined,
    };
    this.#byId.set(id, subscription);
    this.#list(subscription);
  }

  /** Delivers what was held, in order, and from now on everything at once. */
  open(id: string): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined || subscription.listener === undefined) return;
    const { listener } = subscription;
    this.#options.clock.clearTimeout(subscription.expiry);
    subscription.expiry = undefined;
    // Still closed while it catches up: what a listener sets off meanwhile queues behind what is older.
    while (this.#byId.get(id) === subscription && subscription.listener === listener) {
      const event = subscription.held?.shift();
      if (event === undefined) {
        subscription.held = undefined;
        subscription.isOpen = true;
        return;
      }
      this.#heldCount--;
      this.#deliver(subscription, event);
    }
  }

  /** What comes after the subscriber is about to be away for a moment: keeps events until `open`, or for `holdMs`. */
  pause(id: string): void {
    const subscription = this.#byId.get(id);
    if (subscription?.isOpen !== true) return;
    subscription.isOpen = false;
    this.#options.clock.clearTimeout(subscription.expiry);
    subscription.expiry = this.#options.clock.setTimeout(() => this.open(id), this.#options.holdMs);
  }

  /** The subscriber is gone but expected back: keeps events for `holdMs`, then cancels. */
  hold(id: string): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    subscription.isOpen = false;
    subscription.listener = undefined;
    this.#options.clock.clearTimeout(subscription.expiry);
    subscription.expiry = this.#options.clock.setTimeout(() => this.cancel(id), this.#options.holdMs);
  }

  cancel(id: string): void {
    const subscription = this.#byId.get(id);
    if (subscription === undefined) return;
    this.#options.clock.clearTimeout(subscription.expiry);
    this.#forgetHeld(subscription);
    this.#byId.delete(id);
    subscription.isCancelled = true;
    this.#unlist(subscription);
  }

  clear(): void {
    for (const id of [...this.#byId.keys()]) this.cancel(id);
  }

  /** Another number whenever somebody begins or ends to hear a topic. */
  get revision(): number {
    return this.#revision;
  }

  /** Who wants to hear about this device; undefined for nobody, for whom no event need be built. */
  hearersOf(topic: string): Hearers<Event> {
    const own = this.#byTopic.get(topic);
    const every = topic === EVERY ? undefined : this.#byTopic.get(EVERY);
    if (own === undefined || every === undefined) return own ?? every;
    return [...allOf(own), ...allOf(every)];
  }

  /** What anybody wants to hear about, those included who are held. */
  get topics(): Iterable<string> {
    return this.#byTopic.keys();
  }

  /** `others`: further topics of the same event. Who hears every device hears it once. */
  emit(topic: string, event: Event, others: readonly string[] = []): void {
    this.tell(this.#byTopic.get(topic), event);
    for (const other of others) this.tell(this.#byTopic.get(other), event);
    if (topic !== EVERY) this.tell(this.#byTopic.get(EVERY), event);
  }

  /** The same to hearers at hand. */
  tell(hearers: Hearers<Event>, event: Event): void {
    if (hearers === undefined) return;
    if (isOne(hearers)) this.#tell(hearers, event);
    else for (const subscription of hearers) this.#tell(subscription, event);
  }

  #tell(subscription: Subscription<Event>, event: Event): void {
    // A listener before it may have cancelled it.
    if (subscription.isCancelled) return;
    if (subscription.isOpen) this.#deliver(subscription, event);
    else this.#keep(subscription, event);
  }

  #deliver({ listener }: Subscription<Event>, event: Event): void {
    try {
      if (typeof listener === 'function') listener(event);
      else listener?.hear(event);
    } catch (error) {
      this.#options.onError(error);
    }
  }

  #keep(subscription: Subscription<Event>, event: Event): void {
    if (this.#heldCount >= this.#options.holdLimit) {
      this.#lost++;
      if (subscription.held?.shift() === undefined) return;
      this.#heldCount--;
    }
    subscription.held ??= [];
    subscription.held.push(this.#options.snapshot(event));
    this.#heldCount++;
  }

  #forgetHeld(subscription: Subscription<Event>): void {
    this.#heldCount -= subscription.held?.length ?? 0;
    subscription.held = undefined;
  }

  #list(subscription: Subscription<Event>): void {
    this.#revision++;
    const listed = this.#byTopic.get(subscription.topic);
    // A new array: a listener may subscribe while the old one is being walked.
    this.#byTopic.set(subscription.topic, listed === undefined ? subscription : [...allOf(listed), subscription]);
    if (listed === undefined) this.#options.onTopics?.();
  }

  #unlist(subscription: Subscription<Event>): void {
    this.#revision++;
    const [first, ...others] = allOf(this.#byTopic.get(subscription.topic)).filter((one) => one !== subscription);
    if (first === undefined) {
      this.#byTopic.delete(subscription.topic);
      this.#options.onTopics?.();
    } else this.#byTopic.set(subscription.topic, others.length === 0 ? first : [first, ...others]);
  }
}

function isOne<Event>(listed: NonNullable<Hearers<Event>>): listed is Subscription<Event> {
  return 'id' in listed;
}

function allOf<Event>(listed: Hearers<Event>): readonly Subscription<Event>[] {
  if (listed === undefined) return [];
  return isOne(listed) ? [listed] : listed;
}
