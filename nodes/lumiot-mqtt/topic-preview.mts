/** What the settings lead to, while they are typed: the topics of the home, and what the nodes around this one and their broker need. */

import { normalizeSid } from '../../lib/home/ids';
import { OFFLINE, ONLINE, Topics } from '../../lib/mqtt/topics';
import { element, fieldOf } from '../shared/editor/elements.mts';
import { homeOf, load } from '../shared/editor/home.mts';
import type { HomeChoice } from './home-choice.mts';
import { isPrefixUsable, problemOfBase, typedTopics, typeTopicsOf } from './typed-topics.mts';

/** What the core nodes call the three messages of a broker, in the language of the editor. */
const messages = [
  ['birth-message', ONLINE],
  ['close-message', OFFLINE],
  ['will-message', OFFLINE],
] as const;

export function showTopics(node: EditorNode, home: HomeChoice): void {
  typeTopicsOf(node);
  const [base, prefix, discovery] = [fieldOf('baseTopic'), fieldOf('discoveryPrefix'), fieldOf('homeAssistant')];
  const at = (id: string): HTMLElement | undefined => document.getElementById(id) ?? undefined;
  const show = (): void => {
    at('lumiot-prefix')?.toggleAttribute('hidden', discovery?.checked !== true);
    const texts = { base: headOf(base), prefix: headOf(prefix) };
    const typed = typedTopics(node);
    const problem = problemOfBase(typed);
    const hasPrefix = discovery?.checked === true && isPrefixUsable(typed);
    at('lumiot-prefix-problem')?.toggleAttribute('hidden', isPrefixUsable(typed));
    at('lumiot-topics')?.classList.toggle('lumiot-warn', problem !== undefined);
    at('lumiot-wiring')?.toggleAttribute('hidden', problem !== undefined);
    if (problem !== undefined) {
      at('lumiot-topics')?.replaceChildren(node._(`problem.${problem}`));
      return;
    }
    const topics = new Topics({ ...texts, home: levelOf(node, home) });
    const device = `<${node._('label.device')}>`;
    at('lumiot-topics')?.replaceChildren(
      line(node, 'states', topics.state(device)),
      line(node, 'commands', topics.of(device, 'set')),
      ...(hasPrefix ? [line(node, 'discovery', topics.discovery('0').replace('_0/', `_${device}/`))] : []),
    );
    at('lumiot-wiring-in')?.replaceChildren(
      hint(node._('wiring.subscribe')),
      list([
        topics.status,
        ...(['set', 'get'] as const).map((command) => `${texts.base}/+/+/${command}`),
        ...(hasPrefix ? [topics.homeAssistantStatus] : []),
      ]),
    );
    at('lumiot-wiring-broker')?.replaceChildren(
      hint(node._('wiring.broker', { topic: topics.status, tab: node._('node-red:mqtt.tabs-label.messages') })),
      list(
        messages.map(([message, payload]) => `${node._(`node-red:mqtt.sections-label.${message}`, { defaultValue: message })}: ${payload}`),
      ),
    );
  };
  for (const field of [base, prefix]) field?.addEventListener('input', show);
  discovery?.addEventListener('change', show);
  let asked = '';
  home.onChange(() => {
    show();
    if (home.kind !== 'gateway' || home.id === '' || home.id === asked || sidOf(home.id) !== '') return;
    asked = home.id;
    void load(home.id).then(() => fieldOf('baseTopic') === base && show());
  });
  show();
}

/** What is typed, or what stands in for nothing. */
function headOf(field: HTMLInputElement | undefined): string {
  return field?.value.trim() || (field?.placeholder ?? '');
}

/** The level of the home's topics as far as it is known. */
function levelOf(node: EditorNode, home: HomeChoice): string {
  const id = home.kind === 'account' ? home.id : sidOf(home.id);
  return id || `<${node._(`label.${home.kind}`)}>`;
}

/** As it was set, else as the gateway told it. */
function sidOf(id: string): string {
  const stored = String(RED.nodes.node(id)?.sid ?? '').trim();
  const sid = stored === '' || stored.includes('${') ? (homeOf(id)?.gateway.sid ?? '') : stored;
  return sid === '' ? '' : normalizeSid(sid);
}

function line(node: EditorNode, what: 'states' | 'commands' | 'discovery', topic: string): HTMLElement {
  return element('div', {}, node._(`about.${what}`, { topic }));
}

function hint(text: string): HTMLElement {
  return element('p', { class: 'lumiot-hint lumiot-wrap' }, text);
}

function list(texts: readonly string[]): HTMLElement {
  const rows = texts.map((text) => element('li', {}, text));
  return element('ul', { class: 'lumiot-hint lumiot-wrap' }, ...rows);
}
