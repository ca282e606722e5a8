/** The choice between a gateway and an account. What is chosen of the other kind is let go when the dialog is confirmed. */

import { chooseOnly } from '../shared/editor/dialogs.mts';
import { element } from '../shared/editor/elements.mts';

const kinds = ['gateway', 'account'] as const;
export type HomeKind = (typeof kinds)[number];

/** What the editor's own list has for nothing chosen. */
const NONE = '_ADD_';

export interface HomeChoice {
  readonly kind: HomeKind;
  /** Node id of the config node; '' = none. */
  readonly id: string;
  onChange(listener: () => void): void;
  /** To be called when the dialog is confirmed. */
  settle(): void;
}

/** For `validate`: one of the two must be chosen and be there. The other has the value that it had before the dialog. */
export function isHomeChosen(value: unknown, other: unknown): boolean {
  const id = value === NONE ? '' : String(value ?? '');
  if (id === '') return Boolean(other);
  const config = RED.nodes.node(id);
  return config !== null && config !== undefined && config.valid !== false;
}

export function addHomeChoice(node: EditorNode): HomeChoice {
  const choice = document.getElementById('lumiot-home') as HTMLSelectElement; // of the template
  const listeners: (() => void)[] = [];
  choice.replaceChildren(...kinds.map((kind) => element('option', { value: kind }, node._(`home.${kind}`))));
  // Where both are stored, the gateway is what the node uses.
  choice.value = node.account && !node.gateway ? 'account' : 'gateway';
  const kind = (): HomeKind => (choice.value === 'account' ? 'account' : 'gateway');
  const select = (one: HomeKind): HTMLSelectElement | undefined => {
    const found = document.getElementById(`node-input-${one}`);
    return found instanceof HTMLSelectElement ? found : undefined;
  };
  const show = (): void => {
    for (const row of document.querySelectorAll<HTMLElement>('#dialog-form [data-lumiot-home]'))
      row.toggleAttribute('hidden', row.dataset.lumiotHome !== kind());
    for (const listener of listeners) listener();
  };
  if (!node.gateway && !node.account) chooseOnly(node, 'gateway');
  choice.addEventListener('change', () => {
    const shown = select(kind());
    if (shown?.value === NONE) chooseOnly(node, kind());
    // The editor's own button beside the list follows its change.
    if (shown) $(shown).trigger('change');
    show();
  });
  for (const one of kinds) {
    const shown = select(one);
    if (shown) $(shown).on('change', show);
  }
  show();
  return {
    get kind() {
      return kind();
    },
    get id() {
      const id = select(kind())?.value ?? '';
      return id === NONE ? '' : id;
    },
    onChange: (listener) => listeners.push(listener),
    settle() {
      const other = select(kind() === 'gateway' ? 'account' : 'gateway');
      if (other) other.value = NONE;
    },
  };
}
