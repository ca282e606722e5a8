/** A home on MQTT: tells a broker what a home says, and a home what a broker says. Knows no connection: messages come and go through its owner. */

import type { Clock, Timer } from '../home/clock';
import type { LumiotError } from '../home/errors';
import { harmless, type Log } from '../home/log';
import { actionText, availabilityText, infoText, newsText, stateText } from './announcements';
import { call } from './calls';
import { EdgeStatus } from './edge-status';
import type { PublishedMemory } from './memory';
import { type Neighbour, Retained } from './retained';
import { Rounds } from './rounds';
import { ONLINE, statusTopic, Topics } from './topics';
import type { DiscoveryOf, Home, HomeDevice, HomeListener, MqttMessage, MqttReceived, MqttSettings, Result } from './types';

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

type Part = 'discovery' | 'info' | 'availability' | 'state';

const PARTS: Readonly<Record<Kind, readonly Part[]>> = {
  everything: ['discovery', 'info', 'availability', 'state'],
  birth: ['discovery', 'state'],
  look: ['discovery', 'info', 'availability'],
  added: [],
  availability: ['availability'],
  leftovers: [],
};

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
  #id: string | undefined;
  #topics: Topics | undefined;
  #unlisten: (() => void) | undefined;
  #state: 'new' | 'loading' | 'waiting for its id' | 'up' | 'closed' = 'new';
  #settling: Timer | undefined;
  #isSettled = false;

  constructor(options: MappingOptions) {
    const { home, settings, clock } = options;
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
    const identified = (): string | undefined => this.#id;
    this.#neighbour = {
      get home() {
        return identified();
      },
      holds: (topic) => this.#retained.isFresh(topic),
      renew: () => this.#rounds.later('everything'),
    };
    this.#id = home.id;
    this.#name();
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
    const topics = this.#topics;
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
    const whenUp =
      <Args extends unknown[]>(tell: (topics: Topics, ...args: Args) => void) =>
      (...args: Args): void => {
        try {
          this.#identify();
          if (this.#state === 'up' && this.#topics !== undefined) tell(this.#topics, ...args);
        } catch (error) {
          this.#complain(error);
        }
      };
    return {
      state: whenUp((topics, device: HomeDevice) => {
        this.#tell(topics, device, ['availability', 'state']);
      }),
      action: whenUp((topics, device: HomeDevice, happening) => {
        this.#send(topics.of(device.info.id, 'action'), actionText(happening, this.#options.clock.now()), true, false);
      }),
      added: whenUp((_topics, device: HomeDevice) => {
        this.#added.add(device.info.id);
        this.#rounds.soon('added');
      }),
      removed: whenUp((topics, id: string) => this.#remove(topics, id)),
      availability: whenUp((topics) => {
        this.#tellHome(topics);
        this.#settle();
        this.#rounds.soon('availability');
      }),
      news: whenUp((topics, news) => {
        this.#send(topics.event, newsText(news, this.#options.clock.now()), true, false);
      }),
    };
  }

  /** A gateway may have to be found first, and the one behind a node may become another. */
  #identify(): void {
    const { id } = this.#options.home;
    const isOther = id !== undefined && id !== this.#id;
    if (isOther) {
      this.#id = id;
      this.#name();
    }
    if (this.#topics === undefined) return;
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

  #name(): void {
    const { baseTopic: base, discoveryPrefix: prefix } = this.#options.settings;
    if (this.#id !== undefined) this.#topics = new Topics({ base, home: this.#id, prefix });
  }

  *#round(kinds: ReadonlySet<Kind>): Generator<void> {
    const topics = this.#topics;
    if (topics === undefined || this.#state !== 'up') return;
    if (kinds.has('everything')) this.#retained.forget();
    if (kinds.has('birth')) this.#retained.forget((topic) => topics.isDiscovery(topic));
    this.#tellHome(topics);
    const parts = new Set([...kinds].flatMap((kind) => PARTS[kind]));
    if (parts.size > 0) {
      for (const { info } of this.#options.home.devices()) {
        this.#tellNow(info.id, parts);
        yield;
      }
    }
    for (const id of this.#added) {
      this.#added.delete(id);
      this.#tellNow(id, PARTS.look);
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
  #tellNow(id: string, parts: Iterable<Part>): void {
    const device = this.#options.home.device(id);
    if (device === undefined || this.#topics === undefined) return;
    try {
      this.#tell(this.#topics, device, parts);
    } catch (error) {
      this.#complain(error);
    }
  }

  #tell(topics: Topics, device: HomeDevice, parts: Iterable<Part>): void {
    const { id, online } = device.info;
    const state = topics.state(id);
    let isStateTold = false;
    for (const part of parts) {
      if (part === 'discovery') this.#tellDiscovery(topics, device);
      else if (part === 'info') this.#retained.put(topics.of(id, 'info'), infoText(device), true);
      else if (part === 'availability') this.#retained.put(topics.of(id, 'availability'), availabilityText(online), false);
      else {
        this.#retained.say(state, stateText(device), true);
        isStateTold = true;
      }
    }
    if (isStateTold || this.#retained.isFresh(state)) return;
    this.#retained.say(state, stateText(device), true);
  }

  #tellDiscovery(topics: Topics, device: HomeDevice): void {
    if (this.#discovery === undefined) return;
    const topic = topics.discovery(device.info.id);
    // Until it is known what the device is, what was said of it before is the best there is.
    if (device.description === undefined) {
      this.#retained.spare(topic);
      return;
    }
    const { home, settings } = this.#options;
    const payload = this.#discovery(device, { topics, home, qos: settings.qos });
    if (payload === undefined) this.#retained.takeBack(topic);
    else this.#retained.put(topic, JSON.stringify(payload), true);
  }

  #tellHome(topics: Topics): void {
    this.#retained.put(topics.availability, availabilityText(this.#options.home.isOnline), false);
  }

  #remove(topics: Topics, id: string): void {
    this.#added.delete(id);
    const own = [topics.discovery(id), topics.of(id, 'availability'), topics.of(id, 'info'), topics.state(id)];
    for (const topic of own) this.#retained.takeBack(topic);
  }

  /** Of what was not renewed: what can be no more, and once the home has told all its devices, what is no more. */
  #isLeftOver(topic: string): boolean {
    // Renewed after it was found, or the edge's own, which its birth and will are about.
    if (topic === this.#status || !this.#retained.isStanding(topic) || this.#retained.isFresh(topic)) return false;
    const isDiscovery = this.#discovery !== undefined && this.#topics?.isDiscovery(topic) === true;
    if (!isDiscovery && this.#topics?.isOfHome(topic) !== true) return true;
    return this.#isSettled && this.#options.home.isOnline === true;
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
    for (const other of this.#neighbours) if (other.home === this.#id) other.renew();
  }

  #isOfOther(topic: string): boolean {
    for (const other of this.#neighbours) {
      if (other !== this.#neighbour && other.home !== this.#id && other.holds(topic)) return true;
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
