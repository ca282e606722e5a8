/** The Discover button: asks the server who is there, before anything is deployed, and fills the form from what is chosen. */

import { ApiError, discover, type FoundGateway } from './api.mts';
import { element, fieldOf } from './elements.mts';
import { problemText } from './words.mts';

const prefix = 'node-config-input';

export function addDiscovery(node: EditorNode): void {
  const button = document.getElementById('lumiot-discover');
  const result = document.getElementById('lumiot-discover-result');
  const list = document.getElementById('lumiot-found');
  if (!(button instanceof HTMLButtonElement) || !result || !list) return;
  const words = node._;

  const say = (text: string, isBad: boolean, detail = ''): void => {
    result.textContent = text;
    result.title = detail;
    result.classList.toggle('lumiot-warn', isBad);
  };

  const search = async (): Promise<void> => {
    button.disabled = true;
    list.replaceChildren();
    say(words('discover.searching'), false);
    try {
      const found = await discover(fieldOf('interface', prefix)?.value ?? '', fieldOf('host', prefix)?.value.trim() ?? '');
      if (found.length === 0) return say(words('discover.none'), true);
      say(words('discover.choose'), false);
      list.replaceChildren(...found.map((gateway) => row(words, gateway, () => choose(gateway))));
    } catch (error) {
      const { code, message } = error instanceof ApiError ? error : { code: 'OTHER', message: String(error) };
      say(problemText(words, code), true, message);
    } finally {
      button.disabled = false;
    }
  };

  const choose = ({ sid, address }: FoundGateway): void => {
    const values = { sid, host: address };
    for (const [setting, value] of Object.entries(values)) {
      const field = fieldOf(setting, prefix);
      if (!field) continue;
      field.value = value;
      $(field).trigger('change');
    }
    list.replaceChildren();
    say(words('discover.chosen', { sid }), false);
    fieldOf('key', prefix)?.focus();
  };

  button.addEventListener('click', () => void search());
}

function row(words: Words, { sid, model, address, port, protocol }: FoundGateway, onChoose: () => void): HTMLElement {
  const button = element(
    'button',
    { type: 'button', class: 'red-ui-button', 'data-sid': sid },
    element('span', {}, sid),
    element('span', {}, model),
    element('span', {}, `${address}:${port}`),
    element('span', {}, protocol === null ? '' : words('discover.protocol', { number: protocol })),
  );
  button.addEventListener('click', onChoose);
  return element('li', {}, button);
}
