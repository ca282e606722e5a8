/** Whether the topics that are typed can be used: the same check as when the node runs, with the fields of the open dialog. */

import { checkMqttSettings } from '../../lib/mqtt/settings';
import { fieldOf } from '../shared/editor/elements.mts';

export interface TypedTopics {
  readonly baseTopic: unknown;
  readonly discoveryPrefix: unknown;
  readonly homeAssistant: unknown;
}

/** Id of the node whose dialog was opened last. */
let openId = '';

/** Called when a dialog opens: from then on its fields say what is meant. */
export function typeTopicsOf(node: EditorNode): void {
  openId = node.id;
}

export function typedTopics(node: EditorNode): TypedTopics {
  const base = node.id === openId ? fieldOf('baseTopic') : undefined;
  const { baseTopic, discoveryPrefix, homeAssistant } = node;
  if (base === undefined) return { baseTopic, discoveryPrefix, homeAssistant };
  return {
    baseTopic: base.value,
    discoveryPrefix: fieldOf('discoveryPrefix')?.value,
    homeAssistant: fieldOf('homeAssistant')?.checked,
  };
}

/** Why a base topic cannot be used, as a key of `problem`. */
export function problemOfBase({ baseTopic, discoveryPrefix, homeAssistant }: TypedTopics): 'topic' | 'inside' | undefined {
  if (!isUsable(baseTopic)) return 'topic';
  if (homeAssistant === false || !isUsable(discoveryPrefix)) return undefined;
  const { problems } = checkMqttSettings({ baseTopic: filled(baseTopic), discoveryPrefix: filled(discoveryPrefix) });
  return problems.length > 0 ? 'inside' : undefined;
}

/** Nobody reads a prefix while nothing is announced. */
export function isPrefixUsable({ discoveryPrefix, homeAssistant }: TypedTopics): boolean {
  return homeAssistant === false || isUsable(discoveryPrefix);
}

/** Whether topics can begin with it. */
function isUsable(typed: unknown): boolean {
  const text = filled(typed);
  return !/^\/|\/$/.test(text) && checkMqttSettings({ baseTopic: text, homeAssistant: false }).problems.length === 0;
}

/** A variable may hold anything: only Node-RED knows. The same one holds the same. */
function filled(typed: unknown): string {
  return String(typed ?? '')
    .trim()
    .replaceAll(/\$\{([^{}]*)\}/g, (_, name: string) => `variable-${name.replaceAll(/\W/g, '_')}`);
}
