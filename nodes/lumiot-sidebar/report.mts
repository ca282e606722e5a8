/** Text to take along: shown before it is copied, so that people see what they give away. */

import type { KnownDevice, KnownGateway } from '../shared/editor/api.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';

export interface Report {
  readonly title: string;
  /** One sentence: what it is for. */
  readonly about: string;
  readonly text: string;
}

const MOST_TEXT = 60;

/** A panel with the text and a button that copies it. */
export function reportPanel(words: Words, { title, about, text }: Report, onClose: () => void): HTMLElement {
  const id = freshId();
  const area = element('textarea', { readonly: true, rows: '8', spellcheck: 'false', 'aria-label': title });
  area.value = text;
  const said = element('span', { class: 'lumiot-said', role: 'status' });
  const copyButton = element(
    'button',
    { type: 'button', class: 'red-ui-button red-ui-button-small' },
    icon('clipboard'),
    ` ${words('report.copy')}`,
  );
  const close = element(
    'button',
    { type: 'button', class: 'lumiot-icon-button', title: words('close'), 'aria-label': words('close') },
    icon('times'),
  );
  const copy = async (): Promise<void> => {
    const isCopied = await copyText(area);
    said.textContent = words(isCopied ? 'report.copied' : 'report.notCopied');
  };
  copyButton.addEventListener('click', () => void copy());
  close.addEventListener('click', onClose);
  return element(
    'section',
    { class: 'lumiot-panel lumiot-report', 'aria-labelledby': id },
    element('header', {}, element('h4', { id }, title), close),
    element('p', {}, about),
    area,
    element('div', { class: 'lumiot-buttons' }, copyButton, said),
  );
}

/** The newer way works on secure pages only; Node-RED is mostly reached over plain HTTP. */
async function copyText(area: HTMLTextAreaElement): Promise<boolean> {
  try {
    if (navigator.clipboard) {
      await navigator.clipboard.writeText(area.value);
      return true;
    }
  } catch {
    // not allowed: the older way may be
  }
  area.focus();
  area.select();
  return document.execCommand('copy');
}

/** An entry of the catalogue for a model nobody has described, as far as its reports tell; the rest is asked for. */
export function catalogueEntry({ model, state }: KnownDevice, { model: gatewayModel, protocol }: KnownGateway): string {
  const fields = Object.entries(state).map(([field, value]) => `    // ${JSON.stringify(field)}: ${shortened(JSON.stringify(value))}`);
  return [
    `// Seen at gateway ${JSON.stringify(gatewayModel)}, protocol ${protocol ?? '?'}.`,
    '{',
    `  models: [${quoted(model)}],`,
    "  name: '', // what the box says",
    "  hardware: '', // the number on the device",
    "  family: 'unknown', // environment, motion, contact, button, plug, switch, …",
    "  power: 'battery', // or 'mains'",
    '  properties: [',
    '    // What each field means, and what happened when it changed:',
    ...fields,
    '  ],',
    "  source: 'report',",
    "  evidence: 'peer',",
    '},',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${JSON.stringify(text).slice(1, -1).replaceAll("'", "\\'").replaceAll('\\"', '"')}'`;
}

function shortened(text: string): string {
  return text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text;
}
