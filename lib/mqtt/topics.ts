/**
 * Where everything of a home stands on a broker. The only place that knows how topics are spelled.
 *
 * ```
 * <base>/status                            'online' | 'offline', retained: birth and last will of the edge
 * <base>/<home>/availability               'online' | 'offline', retained
 * <base>/<home>/event                      JSON: joined, left, pairing, alert, account; not retained
 * <base>/<home>/<device>                   JSON of every value known, retained
 * <base>/<home>/<device>/info              JSON: id, name, model, family, room, gateway, transport; retained
 * <base>/<home>/<device>/availability      'online' | 'offline', retained
 * <base>/<home>/<device>/action            JSON of what happened, not retained
 * <base>/<home>/<device>/set  …/get        commands, from others
 * <base>/<home>/<device>/result            JSON: how a command ended, not retained
 * <prefix>/device/lumiot_<device>/config   Home Assistant's discovery, retained
 * <prefix>/status                          Home Assistant's own birth and will, from it
 * ```
 */

export const ONLINE = 'online';
export const OFFLINE = 'offline';

const OBJECT_PREFIX = 'lumiot_';

/** What a command is for. */
export interface Target {
  /** As the topic spelled it. */
  readonly device: string;
  readonly command: 'set' | 'get';
  /** Where it is answered: beside the command, letter by letter. What a stranger has encoded is never published decoded. */
  readonly result: string;
}

/** Topics of one home. `base`, `prefix`: checked. `home`, `device`: ids as messages have them. */
export class Topics {
  readonly status: string;
  readonly availability: string;
  readonly event: string;
  readonly homeAssistantStatus: string;
  readonly #home: string;
  readonly #prefix: string;

  constructor({ base, home, prefix }: { readonly base: string; readonly home: string; readonly prefix: string }) {
    this.#home = `${base}/${level(home)}`;
    this.#prefix = prefix;
    this.status = statusTopic(base);
    this.availability = `${this.#home}/availability`;
    this.event = `${this.#home}/event`;
    this.homeAssistantStatus = `${prefix}/status`;
  }

  state(device: string): string {
    return `${this.#home}/${level(device)}`;
  }

  of(device: string, what: 'info' | 'availability' | 'action' | 'set' | 'get' | 'result'): string {
    return `${this.state(device)}/${what}`;
  }

  discovery(device: string): string {
    return `${this.#prefix}/device/${objectId(device)}/config`;
  }

  /** Of this home, whatever it says. */
  isOfHome(topic: string): boolean {
    return topic.startsWith(`${this.#home}/`);
  }

  /** A discovery of some device of ours, of this home or another. */
  isDiscovery(topic: string): boolean {
    return topic.startsWith(`${this.#prefix}/device/${OBJECT_PREFIX}`);
  }

  /** The command of a topic of this home; undefined for every other topic. */
  command(topic: string): Target | undefined {
    if (!this.isOfHome(topic) || NOT_IN_A_TOPIC.test(topic)) return undefined;
    const [device = '', command, ...more] = topic.slice(this.#home.length + 1).split('/');
    if (device === '' || more.length > 0 || (command !== 'set' && command !== 'get')) return undefined;
    return { device: unlevel(device), command, result: `${this.#home}/${device}/result` };
  }
}

/** The most UTF-8 bytes a topic can have (MQTT 5.0 §1.5.4). */
export const MOST_TOPIC_BYTES = 65_535;

/** Besides wildcards: Mosquitto throws out whoever publishes under such characters (MQTT 5.0 §1.5.4). */
// biome-ignore lint/suspicious/noControlCharactersInRegex: NUL and its like are what a topic must not hold.
const NOT_IN_A_TOPIC = /[+#\u0000-\u001f\u007f-\u009f\p{Surrogate}\p{Noncharacter_Code_Point}]/u;

/** Something can be published there (MQTT 5.0 §4.7). */
export function isTopic(text: unknown): text is string {
  return typeof text === 'string' && text !== '' && !NOT_IN_A_TOPIC.test(text) && new TextEncoder().encode(text).length <= MOST_TOPIC_BYTES;
}

/** Known before the home is. */
export function statusTopic(base: string): string {
  return `${base}/status`;
}

/** Home Assistant's id of a device: letters, digits, '_' and '-'. */
export function objectId(device: string): string {
  return `${OBJECT_PREFIX}${device.replaceAll(/[^\w-]/g, '_')}`;
}

/** An id as one level of a topic: what a topic cannot hold is percent-encoded. */
function level(id: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL and its like are what a topic must not hold.
  return id.replaceAll(/[%/+#$\u0000-\u001f\u007f-\u009f\p{Noncharacter_Code_Point}]/gu, (character) => encodeURIComponent(character));
}

function unlevel(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
