/** The LAN key and its test. A key that is stored stays on the server: the editor only knows that there is one. */

import { ApiError, type KeyTest, testKey } from './api.mts';
import { fieldOf } from './elements.mts';
import { problemText } from './words.mts';

const prefix = 'node-config-input';
/** What Node-RED puts in the field of a stored password. */
const placeholder = '__PWRD__';
const KEY_LENGTH = 16;

export function addKeyTest(node: EditorNode): void {
  const field = fieldOf('key', prefix);
  const button = document.getElementById('lumiot-key-test');
  const result = document.getElementById('lumiot-key-result');
  if (!field || !(button instanceof HTMLButtonElement) || !result) return;
  const words = node._;
  let turn = 0;

  const say = (text: string, kind: 'good' | 'bad' | 'plain', detail = ''): void => {
    result.textContent = text;
    result.title = detail;
    result.classList.toggle('lumiot-good', kind === 'good');
    result.classList.toggle('lumiot-bad', kind === 'bad');
    if (detail !== '') {
      const small = document.createElement('div');
      small.textContent = detail;
      result.append(small);
    }
  };

  const describe = (): void => {
    turn += 1;
    const { length } = field.value;
    button.disabled = length === 0;
    if (length === 0) say(words('key.readOnly'), 'plain');
    else if (field.value === placeholder) say(words('key.stored'), 'plain');
    else if (length === KEY_LENGTH || field.value.includes('${')) say('', 'plain');
    else say(words('key.length', { number: length }), 'plain');
  };

  const test = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    button.disabled = true;
    say(words('key.testing'), 'plain');
    const outcome = await testKey(whatToTest()).catch((error: unknown) =>
      error instanceof ApiError ? error : { code: 'OTHER', message: String(error) },
    );
    // Typed on, or tested again meanwhile: that answer is about something else.
    if (mine !== turn) return;
    button.disabled = false;
    if (outcome === undefined) say(words('key.right'), 'good');
    else say(problemText(words, outcome.code), 'bad', outcome.message);
  };

  const whatToTest = (): KeyTest => {
    const text = (setting: string): string => fieldOf(setting, prefix)?.value.trim() ?? '';
    const where = { sid: text('sid'), host: text('host'), interface: text('interface') };
    return field.value === placeholder ? { id: node.id, ...where } : { key: field.value, ...where };
  };

  field.addEventListener('input', describe);
  button.addEventListener('click', () => void test());
  describe();
}
