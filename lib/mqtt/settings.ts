/** What a user sets for a home on MQTT, checked once: the border between a stored flow and lib/mqtt. */

import { LumiotError } from '../home/errors';
import { isTopic } from './topics';
import type { MqttSettings } from './types';

export interface CheckedMqttSettings {
  readonly settings: MqttSettings;
  /** What is wrong, in sentences for people. With any, nothing should be published: the topics in `settings` are not those that were meant. */
  readonly problems: readonly LumiotError[];
}

const BASE_TOPIC = 'lumiot';
const DISCOVERY_PREFIX = 'homeassistant';
const QOS = 1;
/** In characters; with what is appended this stays far below what MQTT allows. */
const LONGEST_TOPIC = 200;
const SLASHES_AROUND = /^\/+|\/+$/g;

/** Takes settings as they were stored or typed, of any age and type. Never throws: what cannot be used is told, and its default stands in. */
export function checkMqttSettings(stored: Readonly<Record<string, unknown>>): CheckedMqttSettings {
  const problems: LumiotError[] = [];
  const complain = (text: string): void => {
    problems.push(new LumiotError('NOT_CONFIGURED', text));
  };
  const topic = (value: unknown, otherwise: string, what: string, isUsed = true): string => {
    const typed = text(value).replace(SLASHES_AROUND, '');
    if (typed === '') return otherwise;
    const wrong = objection(typed);
    if (wrong === undefined) return typed;
    if (isUsed) complain(`The ${what} "${shortened(typed)}" ${wrong}. Enter something like "${otherwise}" or "${otherwise}/house-a".`);
    return otherwise;
  };
  const homeAssistant = stored.homeAssistant !== false && stored.homeAssistant !== 'false';
  const baseTopic = topic(stored.baseTopic, BASE_TOPIC, 'base topic');
  // Nothing is announced without Home Assistant, so that no prefix can be wrong or in the way.
  const discoveryPrefix = topic(stored.discoveryPrefix, DISCOVERY_PREFIX, 'discovery prefix', homeAssistant);
  if (homeAssistant && (baseTopic === discoveryPrefix || isWithin(baseTopic, `${discoveryPrefix}/device`))) {
    complain(
      `The base topic "${shortened(baseTopic)}" is where Home Assistant looks for discovery ("${shortened(discoveryPrefix)}"). Choose another, such as "${BASE_TOPIC}".`,
    );
  }
  return { settings: { baseTopic, homeAssistant, discoveryPrefix, qos: qosOf(stored.qos, complain) }, problems };
}

function objection(topic: string): string | undefined {
  if (topic.length > LONGEST_TOPIC) return `has more than ${LONGEST_TOPIC} characters`;
  if (/[+#]/.test(topic)) return 'holds a wildcard (+ or #)';
  if (!isTopic(topic)) return 'holds characters that no topic can have';
  if (topic.startsWith('$')) return 'begins with $, which is for the broker itself';
  if (topic.split('/').some((level) => level.trim() === '')) return 'has an empty level';
  return undefined;
}

function isWithin(topic: string, parent: string): boolean {
  return topic === parent || topic.startsWith(`${parent}/`);
}

function qosOf(stored: unknown, complain: (text: string) => void): 0 | 1 | 2 {
  const typed = text(stored);
  if (typed === '') return QOS;
  if (typed === '0') return 0;
  if (typed === '1') return 1;
  if (typed === '2') return 2;
  complain(`The quality of service "${shortened(typed)}" does not exist. Choose 0, 1 or 2.`);
  return QOS;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function text(value: unknown): string {
  if (typeof value === 'string') return value.trim();
  return typeof value === 'number' ? String(value) : '';
}
