/** The field for the network interface of this host: its addresses are offered, any text is kept. */

import { getInterfaces, type HostInterface } from './api.mts';
import { makeCombo } from './combo.mts';
import { fieldOf } from './elements.mts';
import { comboTexts, problemText } from './words.mts';

export function addInterfaceField(node: EditorNode): void {
  const field = fieldOf('interface', 'node-config-input');
  if (!field) return;
  const words = node._;
  let interfaces: readonly HostInterface[] = [];
  let problem = '';
  const combo = makeCombo({
    field,
    texts: { ...comboTexts(words, 'label.interface'), placeholder: words('placeholder.interface') },
    status: () => problem,
    options: () => [
      { value: '', label: words('placeholder.interface') },
      ...interfaces.map(({ name, address, isInternal }) => ({
        value: address,
        label: address,
        aside: isInternal ? words('interface.internal', { name }) : name,
        keywords: name,
      })),
    ],
  });
  getInterfaces().then(
    (found) => {
      interfaces = found;
      combo.refresh();
    },
    () => {
      problem = problemText(words, 'UNREACHABLE');
    },
  );
}
