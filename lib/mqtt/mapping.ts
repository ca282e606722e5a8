/** A home on MQTT: tells a broker what a home says, and a home what a broker says. Knows no connection: messages come and go through its owner. */

import type { Clock, Timer } from '../home/clock';
import type { LumiotError } from '../home/errors';
import { harmless, type Log } from '../home/log';
import { actionText, newsText } from './announcements';
import { Announcer, type Part } from './announcer';
import { call } from './calls';
import { EdgeStatus } from './edge-status';
import type { PublishedMemory } from './memory';
import { type Neighbour, Retained } from './retained';
import { Rounds } from './rounds';
import { ONLINE, statusTopic, type Topics } from './topics';
import type { DiscoveryOf, Home, HomeListener, MqttMessage, MqttReceived, MqttSettings, Result } from './types';

export interface MappingOptions {
  readonly home: Home;
  readonly settings: MqttSettings;
  /** Must not wait. What is published while the broker is not connected may be lost: it is published again when its connection is heard of. */
  readonly publish: (message: MqttMessage) => void;
  /** Undefined: no discovery, whatever the settings say. */
  readonly discovery: DiscoveryOf | undefined;
  readonly memory: PublishedMemory;
  readonly clock: Clock;
  readonly log: Log;
  /** The other mappings; those of this process unless told. */
  readonly neighbours?: Set<Neighbour>;
}

/** What a message that was received came to. */
export type Received =
  /** Nothing that means anything to this home. */
  | { readonly outcome: 'ignored' }
  /** The edge or Home Assistant said how it stands. */
  | { readonly outcome: 'noticed' }
  /** A command was carried out; `result` has been published. */
  | { readonly outcome: 'answered'; readonly device: string; readonly result: Extract<Result, { ok: true }> }
  /** A command was not carried out; `result` has been published, and says the same. */
  | { readonly outcome: 'failed'; readonly device: string; readonly result: Extract<Result, { ok: false }>; readonly error: LumiotError };

/** Why all devices are gone through. */
type Kind =
  /** There is a new connection. */
  | 'everything'
  /** Home Assistant has just started. */
  | 'birth'
  /** What is said of devices may have changed. */
  | 'look'
  /** Some devices are new. */
  | 'added'
  | 'availability'
  /** What an earlier run left behind is taken back. */
  | 'leftovers';

const PARTS: Readonly<Record<Kind, readonly Part[]>> = {
  everything: ['discovery', 'info', 'availability', 'state'],
  birth: ['discovery', 'state'],
  look: ['discovery', 'info', 'availability'],
  added: [],
  availability: ['availability'],
  leftovers: [],
};
const OF_A_NEW_DEVICE: ReadonlySet<Part> = new Set(PARTS.look);
const OF_A_REPORT: ReadonlySet<Part> = new Set(['availability', 'state']);

/** A home that has been online for this long has told all its devices: what an earlier run published beside them is no longer there. */
const SETTLED_MS = 120_000;
/** In characters; no topic of ours comes near. */
const LONGEST_TOPIC = 1_024;

const ignored: Received = { outcome: 'ignored' };
const noticed: Received = { outcome: 'noticed' };

/** The mappings of this process. */
const inThisProcess = new Set<Neighbour>();

export class Mapping {
  readonly #options: MappingOptions;
  readonly #log: Log;
  readonly #status: string;
  readonly #homeAssistantStatus: string | undefined;
  readonly #discovery: DiscoveryOf | undefined;
  readonly #retained: Retained;
  readonly #edge: EdgeStatus;
  readonly #rounds: Rounds<Kind>;
  readonly #neighbours: Set<Neighbour>;
  readonly #neighbour: Neighbour;
  readonly #added = new Set<string>();
  readonly #complaints = new Set<string>();
  /** Of the home as it is called now; undefined until it has an id. */
  #announcer: Announcer | undefined;
  #unlisten: (() => void) | undefined;
  #state: 'new' | 'loading' | 'waiting for its id' | 'up' | 'closed' = 'new';
  #settling: Timer | undefined;
  #isSettled = false;

  constructor(options: MappingOptions) {
    const { settings, clock } = options;
    this.#options = options;
    this.#log = harmless(options.log);
    this.#status = statusTopic(settings.baseTopic);
    this.#discovery = settings.homeAssistant ? options.discovery : undefined;
    this.#homeAssistantStatus = this.#discovery === undefined ? undefined : `${settings.discoveryPrefix}/status`;
    this.#neighbours = options.neighbours ?? inThisProcess;
    this.#retained = new Retained({
      publish: (topic, payload, isJson) => this.#send(topic, payload, isJson, true),
      isOfOther: (topic) => this.#isOfOther(topic),
      changed: () => options.memory.touch(),
    });
    this.#edge = new EdgeStatus({
      clock,
      sayOnline: () => this.#retained.say(this.#status, ONLINE, false),
      publishAll: () => this.#rounds.later('everything'),
      onUnheard: () =>
        this.#log.warn(
          `Nothing has come back on ${this.#status}. Subscribe an "mqtt in" to it and wire it to this node, and make it the topic of the birth and will messages of the broker node.`,
        ),
    });
    this.#rounds = new Rounds({ clock, round: (kinds) => this.#round(kinds), onError: (error) => this.#complain(error) });
    const identified = (): string | undefined => this.#announcer?.id;
    this.#neighbour = {
      get home() {
        return identified();
      },
      holds: (topic) => this.#retained.isFresh(topic),
      renew: () => this.#rounds.later('everything'),
    };
    this.#identify();
  }

  /** Whether the broker is known to hear and to be heard: `<base>/status` came back since the start. */
  get isHeard(): boolean {
    return this.#edge.isHeard;
  }

  /** The flows are up: from now on everything is published, as soon as it is known which home this is. */
  start(): void {
    if (this.#state !== 'new') return;
    this.#state = 'loading';
    this.#neighbours.add(this.#neighbour);
    const { memory, home } = this.#options;
    memory.load().then(
      (topics) => {
        if (this.#state !== 'loading') return;
        this.#retained.remember(topics);
        memory.watch(() => this.#retained.topics());
        this.#state = 'waiting for its id';
        this.#unlisten = home.listen(this.#listener());
        this.#identify();
      },
      (error: unknown) => this.#complain(error),
    );
  }

  /** Takes a message of a broker. Never rejects. */
  async receive(message: MqttReceived): Promise<Received> {
    const { topic } = message;
    if (this.#state === 'closed' || topic.length > LONGEST_TOPIC) return ignored;
    if (topic === this.#status) return this.#edge.hear(wordOf(message.payload)) ? noticed : ignored;
    if (topic === this.#homeAssistantStatus) {
      if (wordOf(message.payload) !== ONLINE) return ignored;
      this.#rounds.later('birth');
      return noticed;
    }
    this.#identify();
    const topics = this.#announcer?.topics;
    const target = topics?.command(topic);
    return topics === undefined || target === undefined ? ignored : this.#command(topics, target, message);
  }

  /** What is said of the devices (names, rooms) may have changed without the home telling: publishes what differs. */
  look(): void {
    this.#rounds.soon('look');
  }

  /** Ends. `isGone`: the node is deleted, so that everything is taken back; otherwise nothing is published, and memory stays. */
  close(isGone: boolean): Promise<void> {
    const { memory, clock } = this.#options;
    const wasUp = this.#state === 'up';
    this.#unlisten?.();
    this.#rounds.close();
    this.#edge.close();
    clock.clearTimeout(this.#settling);
    this.#neighbours.delete(this.#neighbour);
    if (isGone && wasUp) this.#takeAllBack();
    this.#state = 'closed';
    return isGone ? memory.remove() : memory.close();
  }

  #listener(): HomeListener {
    const { clock } = this.#options;
    const whenUp =
      <Args extends unknown[]>(tell: (announcer: Announcer, ...args: Args) => void) =>
      (...args: Args): void => {
        try {
          this.#identify();
          if (this.#state === 'up' && this.#announcer !== undefined) tell(this.#announcer, ...args);
        } catch (error) {
          this.#complain(error);
        }
      };
    return {
      state: whenUp((announcer, device) => announcer.tell(device, OF_A_REPORT)),
      action: whenUp(({ topics }, device, happening) => {
        this.#send(topics.of(device.info.id, 'action'), actionText(happening, clock.now()), true, false);
      }),
      added: whenUp((_announcer, device) => {
        this.#added.add(device.info.id);
        this.#rounds.soon('added');
      }),
      removed: whenUp((announcer, id) => {
        this.#added.delete(id);
        announcer.takeBack(id);
      }),
      availability: whenUp((announcer) => {
        announcer.tellHome();
        this.#settle();
        this.#rounds.soon('availability');
      }),
      news: whenUp(({ topics }, news) => this.#send(topics.event, newsText(news, clock.now()), true, false)),
    };
  }

  /** A gateway may have to be found first, and the one behind a node may become another. */
  #identify(): void {
    const { home, settings } = this.#options;
    const { id } = home;
    const isOther = id !== undefined && id !== this.#announcer?.id;
    if (isOther) this.#announcer = new Announcer({ id, home, settings, discovery: this.#discovery, retained: this.#retained });
    if (this.#announcer === undefined) return;
    if (this.#state === 'waiting for its id') {
      this.#state = 'up';
      this.#edge.begin();
      this.#settle();
    } else if (isOther && this.#state === 'up') {
      // What was told under the old id is no longer renewed, and so is taken back.
      this.#isSettled = false;
      this.#rounds.later('everything');
      this.#settle();
    }
  }

  *#round(kinds: ReadonlySet<Kind>): Generator<void> {
    if (this.#announcer === undefined || this.#state !== 'up') return;
    const { topics } = this.#announcer;
    if (kinds.has('everything')) this.#retained.forget();
    if (kinds.has('birth')) this.#retained.forget((topic) => topics.isDiscovery(topic));
    this.#announcer.tellHome();
    const parts = new Set([...kinds].flatMap((kind) => PARTS[kind]));
    if (parts.size > 0) {
      for (const { info } of this.#options.home.devices()) {
        this.#tellNow(info.id, parts);
        yield;
      }
    }
    for (const id of this.#added) {
      this.#added.delete(id);
      this.#tellNow(id, OF_A_NEW_DEVICE);
      yield;
    }
    if (!kinds.has('everything') && !kinds.has('leftovers')) return;
    for (const topic of this.#retained.stale()) {
      if (this.#isLeftOver(topic)) this.#retained.takeBack(topic);
      yield;
    }
    if (kinds.has('everything')) yield* this.#retained.repeat(this.isHeard);
  }

  /** The device as it is at this moment: what was known when a round began may be old. */
  #tellNow(id: string, parts: ReadonlySet<Part>): void {
    try {
      const device = this.#options.home.device(id);
      if (device !== undefined) this.#announcer?.tell(device, parts);
    } catch (error) {
      this.#complain(error);
    }
  }

  /** Of what was not renewed: what can be no more, and once the home has told all its devices, what is no more. */
  #isLeftOver(topic: string): boolean {
    // Renewed since it was found so, or the edge's own, which its birth and will are about.
    if (topic === this.#status || !this.#retained.isStanding(topic) || this.#retained.isFresh(topic)) return false;
    return this.#announcer?.isForeign(topic) === true || (this.#isSettled && this.#options.home.isOnline === true);
  }

  #settle(): void {
    const { home, clock } = this.#options;
    if (home.isOnline !== true || this.#isSettled) {
      clock.clearTimeout(this.#settling);
      this.#settling = undefined;
      return;
    }
    this.#settling ??= clock.setTimeout(() => {
      this.#settling = undefined;
      this.#isSettled = true;
      this.#rounds.soon('leftovers');
    }, SETTLED_MS);
  }

  /** `topics`: those the command came under. */
  async #command(
    topics: Topics,
    target: { readonly device: string; readonly command: 'set' | 'get' },
    message: MqttReceived,
  ): Promise<Received> {
    const { home } = this.#options;
    const ended = await call(home, target, message);
    if (ended === undefined) return ignored;
    this.#send(topics.of(target.device, 'result'), ended.text, true, false, message.correlationData);
    const device = home.device(target.device)?.info.id ?? target.device;
    if (!('error' in ended)) return { outcome: 'answered', device, result: ended.result };
    return { outcome: 'failed', device, result: ended.result, error: ended.error };
  }

  #takeAllBack(): void {
    for (const topic of [...this.#retained.topics()]) if (topic !== this.#status) this.#retained.takeBack(topic);
    for (const other of this.#neighbours) if (other.home === this.#announcer?.id) other.renew();
  }

  #isOfOther(topic: string): boolean {
    for (const other of this.#neighbours) {
      if (other !== this.#neighbour && other.home !== this.#announcer?.id && other.holds(topic)) return true;
    }
    return false;
  }

  #send(topic: string, payload: string, isJson: boolean, retain: boolean, correlationData?: Uint8Array): void {
    if (this.#state === 'closed') return;
    try {
      this.#options.publish({
        topic,
        payload,
        qos: this.#options.settings.qos,
        retain,
        ...(isJson ? { contentType: 'application/json' } : {}),
        ...(correlationData === undefined ? {} : { correlationData }),
      });
    } catch (error) {
      this.#complain(error);
    }
  }

  /** One line per fault, not one per device. */
  #complain(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    if (this.#complaints.size >= 20 || this.#complaints.has(text)) return;
    this.#complaints.add(text);
    this.#log.error(`The home could not be told to MQTT: ${text}`);
  }
}

/** A word as an "mqtt in" gives it, whatever it is set to. Anything else is some word that means nothing. */
function wordOf(payload: unknown): string {
  if (typeof payload === 'string') return payload;
  return payload instanceof Uint8Array && payload.byteLength < 100 ? Buffer.from(payload).toString('utf8') : 'nothing';
}
