/** A home on MQTT: tells a broker what a home says, and a home what a broker says. Knows no connection: messages come and go through its owner. */

import type { Clock } from '../home/clock';
import type { Log } from '../home/log';
import { actionText, newsText } from './announcements';
import { Announcer } from './announcer';
import { Calls } from './calls';
import { EdgeStatus, wordOf } from './edge-status';
import type { PublishedMemory } from './memory';
import { type Neighbour, type Neighbours, neighbours } from './neighbours';
import { Outgoing } from './outgoing';
import { Renewal } from './renewal';
import { Retained } from './retained';
import { Rounds } from './rounds';
import { Settling } from './settling';
import { ONLINE, statusTopic, type Target } from './topics';
import { type Reason, Tour } from './tour';
import type { DiscoveryOf, Home, HomeListener, MqttMessage, MqttReceived, MqttSettings, Received } from './types';

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
  /** False: the status of the edge does not come back from the broker, and somebody should know; true: after that it does. */
  readonly onHeard?: (isHeard: boolean) => void;
  /** The other mappings; those of this process unless told. */
  readonly neighbours?: Neighbours;
}

/** In characters; no topic of ours comes near. */
const LONGEST_TOPIC = 1_024;

const ignored: Received = { outcome: 'ignored' };
const noticed: Received = { outcome: 'noticed' };

export class Mapping {
  readonly #options: MappingOptions;
  readonly #status: string;
  readonly #homeAssistantStatus: string | undefined;
  readonly #discovery: DiscoveryOf | undefined;
  readonly #outgoing: Outgoing;
  readonly #calls: Calls;
  readonly #retained: Retained;
  readonly #edge: EdgeStatus;
  readonly #rounds: Rounds<Reason>;
  readonly #tour: Tour;
  readonly #settling: Settling;
  readonly #renewal: Renewal;
  readonly #neighbours: Neighbours;
  readonly #self: Neighbour;
  /** Of the home as it is called now; undefined until it has an id. */
  #announcer: Announcer | undefined;
  #unlisten: (() => void) | undefined;
  #state: 'new' | 'loading' | 'waiting for its id' | 'up' | 'replaced' | 'gone' = 'new';

  constructor(options: MappingOptions) {
    const { home, settings, clock } = options;
    this.#options = options;
    this.#status = statusTopic(settings.baseTopic);
    this.#discovery = settings.homeAssistant ? options.discovery : undefined;
    this.#homeAssistantStatus = this.#discovery === undefined ? undefined : `${settings.discoveryPrefix}/status`;
    this.#outgoing = new Outgoing(options.publish, settings.qos, options.log);
    this.#calls = new Calls(home);
    this.#retained = new Retained({
      publish: (topic, payload, isJson) => this.#outgoing.send({ topic, payload, isJson, retain: true }),
      isOfOther: (topic) => this.#neighbours.isOfAnother(topic, this.#self),
      left: (topic) => this.#neighbours.leaveTo(topic, this.#self),
      changed: () => options.memory.touch(),
    });
    this.#edge = new EdgeStatus({
      clock,
      sayOnline: () => this.#retained.say(this.#status, ONLINE, false),
      publishAll: () => this.#rounds.later('everything'),
      onHeard: (isHeard) => {
        if (!isHeard) this.#outgoing.warn(unheardText(this.#status));
        options.onHeard?.(isHeard);
      },
    });
    this.#settling = new Settling({ home, clock, onSettled: () => this.#rounds.soon('leftovers') });
    const onError = (error: unknown): void => this.#outgoing.complain(error);
    this.#tour = new Tour({
      home,
      retained: this.#retained,
      settling: this.#settling,
      status: this.#status,
      announcer: () => this.#announcer,
      isHeard: () => this.isHeard,
      onError,
    });
    this.#rounds = new Rounds({ clock, round: (reasons) => (this.#state === 'up' ? this.#tour.steps(reasons) : [].values()), onError });
    this.#renewal = new Renewal({ clock, renew: () => this.#rounds.later('renewal') });
    this.#neighbours = options.neighbours ?? neighbours;
    const identified = (): string | undefined => this.#announcer?.id;
    this.#self = {
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
    this.#neighbours.enter(this.#self);
    const { memory, home } = this.#options;
    const begin = (topics: readonly string[]): void => {
      if (this.#state !== 'loading') return;
      this.#retained.remember(topics);
      memory.watch(() => this.#retained.topics());
      this.#state = 'waiting for its id';
      this.#unlisten = home.listen(this.#listener());
      this.#identify();
    };
    memory
      .load()
      .then(begin)
      .catch((error: unknown) => this.#outgoing.complain(error));
  }

  /** Takes a message of a broker. Never rejects. */
  async receive(message: MqttReceived): Promise<Received> {
    const { topic } = message;
    if (this.#state === 'gone' || topic.length > LONGEST_TOPIC) return ignored;
    // Until Node-RED has closed the node commands still come to it, and to nobody else.
    if (this.#state !== 'replaced') {
      if (topic === this.#status) return this.#edge.hear(wordOf(message.payload)) ? noticed : ignored;
      if (topic === this.#homeAssistantStatus) {
        if (wordOf(message.payload) !== ONLINE) return ignored;
        this.#rounds.later('birth');
        return noticed;
      }
      this.#identify();
    }
    const target = this.#announcer?.topics.command(topic);
    return target === undefined ? ignored : this.#command(target, message);
  }

  /** What is said of the devices (names, rooms) may have changed without the home telling: publishes what differs. */
  look(): void {
    this.#rounds.soon('look');
  }

  /**
   * Ends. `isGone`: the node is deleted, so that everything is taken back, and commands under way end unknown. Otherwise memory stays,
   * and nothing is published any more but how commands end: `publish` may be called for that much later.
   */
  close(isGone: boolean): Promise<void> {
    const { memory } = this.#options;
    this.#unlisten?.();
    this.#rounds.close();
    this.#edge.close();
    this.#settling.stop();
    this.#renewal.close();
    this.#neighbours.leave(this.#self);
    if (isGone) this.#takeAllBack();
    if (isGone) this.#calls.abandon();
    this.#state = isGone ? 'gone' : 'replaced';
    this.#outgoing.close();
    return isGone ? memory.remove() : memory.close();
  }

  #listener(): HomeListener {
    const { clock } = this.#options;
    const tellOnce = (topic: string, payload: string): void => this.#outgoing.send({ topic, payload, isJson: true, retain: false });
    const whenUp =
      <Args extends unknown[]>(tell: (announcer: Announcer, ...args: Args) => void) =>
      (...args: Args): void => {
        try {
          this.#identify();
          if (this.#state === 'up' && this.#announcer !== undefined) tell(this.#announcer, ...args);
        } catch (error) {
          this.#outgoing.complain(error);
        }
      };
    return {
      state: whenUp((announcer, device) => announcer.report(device)),
      action: whenUp(({ topics }, device, happening) => {
        tellOnce(topics.of(device.info.id, 'action'), actionText(happening, clock.now()));
      }),
      added: whenUp((_announcer, device) => {
        this.#tour.add(device.info.id);
        this.#rounds.soon('added');
      }),
      removed: whenUp((announcer, id) => announcer.takeBack(id)),
      availability: whenUp((announcer) => {
        announcer.tellHome();
        this.#settling.look();
        this.#rounds.soon('availability');
      }),
      news: whenUp(({ topics }, news) => tellOnce(topics.event, newsText(news, clock.now()))),
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
      if (this.#discovery !== undefined) this.#renewal.begin();
      this.#settling.look();
    } else if (isOther && this.#state === 'up') {
      // What was told under the old id is no longer renewed, and so is taken back.
      this.#rounds.later('everything');
      this.#settling.restart();
    }
  }

  async #command(target: Target, message: MqttReceived): Promise<Received> {
    const { home } = this.#options;
    const ended = await this.#calls.call(target, message);
    if (ended === undefined) return ignored;
    const { correlationData } = message;
    this.#outgoing.answer({ topic: target.result, payload: ended.text, isJson: true, retain: false, correlationData });
    const device = home.device(target.device)?.info.id ?? target.device;
    if (!('error' in ended)) return { outcome: 'answered', device, result: ended.result };
    return { outcome: 'failed', device, result: ended.result, error: ended.error };
  }

  #takeAllBack(): void {
    for (const topic of [...this.#retained.topics()]) if (topic !== this.#status) this.#retained.takeBack(topic);
    this.#neighbours.tookBack(this.#self);
  }
}

function unheardText(status: string): string {
  return `Nothing has come back on ${status}. Subscribe an "mqtt in" to it and wire it to this node, and make it the topic of the birth and will messages of the broker node.`;
}
