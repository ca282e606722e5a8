/** Tells of one home what a broker keeps: what its devices are and say, and what is no longer there. As long as its id is the same. */

import { availabilityText, infoText, stateText } from './announcements';
import type { Retained } from './retained';
import { Topics } from './topics';
import type { DiscoveryOf, Home, HomeDevice, MqttSettings } from './types';

export type Part = 'discovery' | 'info' | 'availability' | 'state';

export interface AnnouncerOptions {
  readonly id: string;
  readonly home: Home;
  readonly settings: MqttSettings;
  /** Undefined: none. */
  readonly discovery: DiscoveryOf | undefined;
  readonly retained: Retained;
}

export class Announcer {
  readonly id: string;
  readonly topics: Topics;
  readonly #options: AnnouncerOptions;

  constructor(options: AnnouncerOptions) {
    const { baseTopic: base, discoveryPrefix: prefix } = options.settings;
    this.id = options.id;
    this.topics = new Topics({ base, home: options.id, prefix });
    this.#options = options;
  }

  /** Publishes what differs of the parts, and the state in any case; that of a device nobody has heard of too, whatever the parts. */
  tell(device: HomeDevice, parts: ReadonlySet<Part>): void {
    try {
      if (parts.has('discovery')) this.#discover(device);
    } finally {
      this.#tellOwn(device, parts);
    }
  }

  #tellOwn(device: HomeDevice, parts: ReadonlySet<Part>): void {
    const { topics } = this;
    const { retained } = this.#options;
    const { id, online } = device.info;
    const state = topics.state(id);
    if (parts.has('info')) retained.put(topics.of(id, 'info'), infoText(device), true);
    if (parts.has('availability')) retained.put(topics.of(id, 'availability'), availabilityText(online), false);
    if (parts.has('state') || !retained.isFresh(state)) retained.say(state, stateText(device), true);
  }

  /** What a device said: published where it differs from what was published since the last connection. */
  report(device: HomeDevice): void {
    const { topics } = this;
    const { retained } = this.#options;
    const { id, online } = device.info;
    retained.put(topics.of(id, 'availability'), availabilityText(online), false);
    retained.put(topics.state(id), stateText(device), true);
  }

  tellHome(): void {
    const { retained, home } = this.#options;
    retained.put(this.topics.availability, availabilityText(home.isOnline), false);
  }

  /** The device is not of this home any more. */
  takeBack(id: string): void {
    const { topics } = this;
    const own = [topics.discovery(id), topics.of(id, 'availability'), topics.of(id, 'info'), topics.state(id)];
    for (const topic of own) this.#options.retained.takeBack(topic);
  }

  /** Nothing of this home can stand there: it is of another base topic, another prefix or another home. */
  isForeign(topic: string): boolean {
    const isDiscovery = this.#options.discovery !== undefined && this.topics.isDiscovery(topic);
    return !isDiscovery && !this.topics.isOfHome(topic);
  }

  #discover(device: HomeDevice): void {
    const { topics } = this;
    const { discovery, retained, home, settings } = this.#options;
    if (discovery === undefined) return;
    const topic = topics.discovery(device.info.id);
    // Until it is known what the device is, what was said of it before is the best there is.
    if (device.description === undefined) {
      retained.spare(topic);
      return;
    }
    let payload: object | undefined;
    try {
      payload = discovery(device, { topics, home, qos: settings.qos });
    } catch (error) {
      retained.spare(topic);
      throw error;
    }
    if (payload === undefined) retained.takeBack(topic);
    else retained.put(topic, JSON.stringify(payload), true);
  }
}
