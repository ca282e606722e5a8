/** *Find on the network*: who answers a broadcast, and what it takes to use each. */

import { type FoundRow, findLocal, type Imported, importRows, type LocalDevice } from './account-local-api.mts';
import { localTrouble } from './account-local-words.mts';
import { element } from './elements.mts';

export interface FindOptions {
  readonly node: EditorNode;
  readonly listed: (did: string) => LocalDevice | undefined;
  /** Into the list, without a token. */
  readonly onAdd: (device: LocalDevice) => void;
  /** Its token is stored now. */
  readonly onImported: (imported: Imported) => void;
}

export function makeFind({ node, listed, onAdd, onImported }: FindOptions): HTMLElement {
  const words = node._;
  const note = element('div', { class: 'lumiot-account-hint lumiot-find-note', role: 'status' });
  const list = element('ul', { class: 'lumiot-found-local' });

  const say = (text: string, kind: '' | 'lumiot-good' | 'lumiot-warn' | 'lumiot-bad' = '', detail = ''): void => {
    note.replaceChildren(text, ...(detail === '' ? [] : [element('div', {}, detail)]));
    note.className = `lumiot-account-hint lumiot-find-note ${kind}`;
  };

  const complain = (error: unknown): void => {
    const { text, detail } = localTrouble(words, error);
    say(text, 'lumiot-bad', detail);
  };

  const search = async (): Promise<void> => {
    say(words('find.searching'));
    try {
      const { id, devices } = await findLocal(node.id);
      if (devices.length === 0) return say(words('find.none'), 'lumiot-warn');
      say(words('find.found', { number: devices.length }));
      list.replaceChildren(...devices.map((device) => rowOf(id, device)));
      list.querySelector('button')?.focus();
    } catch (error) {
      complain(error);
    }
  };

  const rowOf = (preview: string, row: FoundRow): HTMLElement => {
    const { did, name, host, model, hasToken, showsToken } = row;
    const title = listed(did)?.name || name || model || did;
    let isStored = hasToken;
    const state = element('span');
    const button = element('button', { type: 'button', class: 'red-ui-button red-ui-button-small' });
    const draw = (): void => {
      state.textContent = words(isStored ? 'local.hasToken' : showsToken ? 'find.showsToken' : 'find.needsToken');
      state.className = `lumiot-preview-small${isStored ? '' : ' lumiot-warn'}`;
      button.disabled = listed(did) !== undefined && (isStored || !showsToken);
      button.textContent = words(button.disabled ? 'find.listed' : showsToken && !isStored ? 'find.addWithToken' : 'find.add');
    };
    const add = async (): Promise<void> => {
      if (isStored || !showsToken) onAdd({ did, name, host, model });
      else {
        button.disabled = true;
        try {
          const imported = await importRows(node.id, preview, [row.index]);
          const [failure] = imported.failed;
          if (failure) say(words('import.failed', { number: 1 }), 'lumiot-bad', failure.reason);
          isStored = imported.devices.length > 0;
          onImported(imported);
        } catch (error) {
          complain(error);
        }
      }
      draw();
    };
    button.addEventListener('click', () => void add());
    draw();
    return element(
      'li',
      { 'data-did': did },
      element(
        'div',
        {},
        element('b', {}, title),
        element('div', { class: 'lumiot-preview-small' }, [host, did, model].filter((part) => part !== '' && part !== title).join(' · ')),
      ),
      state,
      button,
    );
  };

  void search();
  return element('div', { class: 'lumiot-find' }, note, list);
}
