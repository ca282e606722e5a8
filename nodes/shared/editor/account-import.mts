/** *Import tokens*: a file is chosen or dropped, its password asked for where it is encrypted, and its devices picked from a list. */

import { makePreview } from './account-import-preview.mts';
import { type Imported, importRows, previewTokens, type TokenPreview } from './account-local-api.mts';
import { localTrouble } from './account-local-words.mts';
import { ApiError } from './api.mts';
import { element, freshId, icon } from './elements.mts';

const MOST_BYTES = 64 * 1024 * 1024;

export interface ImportOptions {
  readonly node: EditorNode;
  readonly onImported: (imported: Imported) => void;
}

export function makeImport({ node, onImported }: ImportOptions): HTMLElement {
  const words = node._;
  /** What was chosen, until it could be read: a password may be tried several times. */
  let file: { readonly blob: Blob; readonly name: string } | undefined;
  let turn = 0;

  const hintId = freshId();
  const input = element('input', { type: 'file', hidden: true, 'aria-label': words('import.choose') });
  const choose = element(
    'button',
    { type: 'button', class: 'red-ui-button lumiot-import-choose', 'aria-describedby': hintId },
    icon('folder-open-o'),
    ` ${words('import.choose')}`,
  );
  const drop = element(
    'div',
    { class: 'lumiot-drop', tabindex: '0', role: 'group', 'aria-label': words('import.drop') },
    element('span', {}, words('import.drop')),
    choose,
    input,
  );
  const password = element('input', { type: 'password', autocomplete: 'new-password', id: freshId() });
  const open = element('button', { type: 'button', class: 'red-ui-button lumiot-import-open' }, words('import.open'));
  const locked = element(
    'div',
    { class: 'lumiot-import-password', hidden: true },
    element('label', { for: password.id }, icon('lock'), ` ${words('import.password')}`),
    element('span', { class: 'lumiot-field' }, password, open),
  );
  const note = element('div', { class: 'lumiot-account-hint lumiot-import-note', role: 'status' });
  const found = element('div');

  const say = (text: string, kind: '' | 'lumiot-good' | 'lumiot-bad' = '', detail = ''): void => {
    note.replaceChildren(text, ...(detail === '' ? [] : [element('div', {}, detail)]));
    note.className = `lumiot-account-hint lumiot-import-note ${kind}`;
    note.scrollIntoView({ block: 'nearest' });
  };

  const take = (blob: Blob, name: string): void => {
    file = { blob, name };
    password.value = '';
    locked.hidden = true;
    void read();
  };

  const read = async (): Promise<void> => {
    if (file === undefined) return;
    turn += 1;
    const mine = turn;
    const { blob, name } = file;
    found.replaceChildren();
    if (blob.size > MOST_BYTES) return say(words('import.tooLarge'), 'lumiot-bad');
    say(words('import.reading', { name }));
    open.disabled = true;
    try {
      const preview = await previewTokens(node.id, blob, password.value);
      if (mine === turn) show(preview, name);
    } catch (error) {
      if (mine === turn) complain(error);
    } finally {
      open.disabled = false;
    }
  };

  const complain = (error: unknown): void => {
    const isLocked = error instanceof ApiError && error.needs === 'password';
    const { text, detail } = localTrouble(words, error);
    if (!isLocked) say(text, 'lumiot-bad', detail);
    else ask();
  };

  const ask = (): void => {
    const isFirst = password.value === '';
    locked.hidden = false;
    say(words(isFirst ? 'import.encrypted' : 'import.wrongPassword'), isFirst ? '' : 'lumiot-bad');
    password.select();
    password.focus();
  };

  const show = (preview: TokenPreview, name: string): void => {
    file = undefined;
    password.value = '';
    locked.hidden = true;
    say(words('import.found', { name, source: words(`import.source.${preview.source}`), number: preview.devices.length }));
    found.replaceChildren(makePreview({ words, preview, onImport: (rows) => store(preview, rows) }));
    found.querySelector('input')?.focus();
    found.scrollIntoView({ block: 'nearest' });
  };

  const store = async (preview: TokenPreview, rows: readonly number[]): Promise<boolean> => {
    say(words('import.importing'));
    try {
      const imported = await importRows(node.id, preview.id, rows);
      const nameOf = (index: number): string => {
        const row = preview.devices.find((device) => device.index === index);
        return row?.name || row?.host || row?.model || String(index + 1);
      };
      say(words('local.stored', { number: imported.devices.length }), imported.devices.length > 0 ? 'lumiot-good' : '');
      const failures = imported.failed.map(({ index, reason }) => element('li', {}, `${nameOf(index)}: ${reason}`));
      found.replaceChildren();
      if (failures.length > 0)
        found.append(
          element('p', { class: 'lumiot-bad' }, words('import.failed', { number: failures.length })),
          element('ul', { class: 'lumiot-import-failed' }, ...failures),
        );
      onImported(imported);
      return true;
    } catch (error) {
      const { text, detail } = localTrouble(words, error);
      say(text, 'lumiot-bad', detail);
      return false;
    }
  };

  choose.addEventListener('click', () => input.click());
  input.addEventListener('change', () => {
    const [chosen] = input.files ?? [];
    if (chosen) take(chosen, chosen.name);
    // The same file may be chosen again.
    input.value = '';
  });
  const isOver = (event: DragEvent, over: boolean): void => {
    // The canvas below would import the file as a flow.
    event.preventDefault();
    event.stopPropagation();
    drop.classList.toggle('lumiot-over', over);
  };
  drop.addEventListener('dragenter', (event) => isOver(event, true));
  drop.addEventListener('dragover', (event) => isOver(event, true));
  drop.addEventListener('dragleave', (event) => isOver(event, false));
  drop.addEventListener('drop', (event) => {
    isOver(event, false);
    const [dropped] = event.dataTransfer?.files ?? [];
    if (dropped) take(dropped, dropped.name);
  });
  // Text that holds tokens stands nowhere on the page.
  drop.addEventListener('paste', (event) => {
    event.preventDefault();
    event.stopPropagation();
    const [pasted] = event.clipboardData?.files ?? [];
    const text = event.clipboardData?.getData('text/plain') ?? '';
    if (pasted) take(pasted, pasted.name);
    else if (text.trim() !== '') take(new Blob([text]), words('import.clipboard'));
  });
  open.addEventListener('click', () => void read());
  password.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter') return;
    event.preventDefault();
    void read();
  });
  return element(
    'div',
    { class: 'lumiot-import' },
    drop,
    element('div', { class: 'lumiot-account-hint', id: hintId }, words('import.what')),
    locked,
    note,
    found,
  );
}
