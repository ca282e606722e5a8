/** *Add by hand*: one device with its token, which goes straight to the server and is no part of the node's settings. */

import { type Imported, importTyped, type LocalDevice } from './account-local-api.mts';
import { localTrouble } from './account-local-words.mts';
import { element, freshId } from './elements.mts';

export interface TypedOptions {
  readonly node: EditorNode;
  /** A device that is to get a token, or another one. */
  readonly device: LocalDevice | undefined;
  readonly onImported: (imported: Imported) => void;
}

const fields = ['did', 'host', 'name', 'token'] as const;
/** The same in every language. */
const examples: Readonly<Record<(typeof fields)[number], string>> = { did: '68332340', host: '192.168.1.50', name: '', token: '' };
const DID = /^([1-9]\d{0,19})?$/;
/** 96 on an iPhone, where it is encrypted once more. */
const TOKEN = /^([0-9a-f]{32}|[0-9a-f]{96})$/i;

export function makeTyped({ node, device, onImported }: TypedOptions): HTMLElement {
  const words = node._;
  const inputs = Object.fromEntries(
    fields.map((name) => {
      const kind = name === 'token' ? { type: 'password', autocomplete: 'new-password' } : { type: 'text', autocomplete: 'off' };
      const made = element('input', { ...kind, id: freshId(), 'data-typed': name, spellcheck: 'false', placeholder: examples[name] });
      made.value = name === 'token' ? '' : (device?.[name] ?? '');
      return [name, made];
    }),
  ) as Record<(typeof fields)[number], HTMLInputElement>;
  inputs.did.readOnly = device !== undefined;
  const add = element('button', { type: 'button', class: 'red-ui-button lumiot-typed-add' }, words(device ? 'byHand.store' : 'byHand.add'));
  const note = element('div', { class: 'lumiot-account-hint lumiot-typed-note', role: 'status' });
  const say = (text: string, kind: '' | 'lumiot-bad' = '', detail = ''): void => {
    note.replaceChildren(text, ...(detail === '' ? [] : [element('div', {}, detail)]));
    note.className = `lumiot-account-hint lumiot-typed-note ${kind}`;
  };
  const typed = (name: (typeof fields)[number]): string => inputs[name].value.trim();

  const obstacle = (): (typeof fields)[number] | undefined => {
    if (!DID.test(typed('did')) || (typed('did') === '' && typed('host') === '')) return 'did';
    return TOKEN.test(typed('token')) ? undefined : 'token';
  };

  const store = async (): Promise<void> => {
    const wrong = obstacle();
    for (const name of fields) inputs[name].classList.toggle('input-error', name === wrong);
    if (wrong !== undefined) {
      inputs[wrong].focus();
      return say(words(`byHand.wrong.${wrong}`), 'lumiot-bad');
    }
    add.disabled = true;
    say(words('import.importing'));
    try {
      const imported = await importTyped(node.id, { did: typed('did'), host: typed('host'), name: typed('name'), token: typed('token') });
      const [failure] = imported.failed;
      inputs.token.value = '';
      if (failure) say(words('import.failed', { number: 1 }), 'lumiot-bad', failure.reason);
      else say('');
      onImported(imported);
    } catch (error) {
      const { text, detail } = localTrouble(words, error);
      say(text, 'lumiot-bad', detail);
    } finally {
      add.disabled = false;
    }
  };

  add.addEventListener('click', () => void store());
  for (const name of fields) {
    inputs[name].addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      void store();
    });
  }
  // Name and address of a device that is listed are changed in the list.
  const shown = device ? (['did', 'token'] as const) : fields;
  const row = (name: (typeof fields)[number]): HTMLElement =>
    element('div', { class: 'lumiot-typed-row' }, element('label', { for: inputs[name].id }, words(`local.${name}`)), inputs[name]);
  return element(
    'div',
    { class: 'lumiot-typed' },
    ...shown.map(row),
    !device && element('div', { class: 'lumiot-account-hint' }, words('byHand.hint')),
    note,
    element('div', { class: 'lumiot-account-buttons' }, add),
  );
}
