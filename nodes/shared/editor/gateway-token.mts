/** Reads the LAN key with the device token: the server asks the gateway and keeps the key, the dialog learns no more than that it is there. */

import { ApiError, type ApiProblem, call } from './api.mts';
import { fieldOf } from './elements.mts';
import { problemText } from './words.mts';

const prefix = 'node-config-input';
/** What Node-RED puts in the field of a stored password. */
const STORED = '__PWRD__';
/** As the devices have it, and as the iOS app keeps it. */
const LENGTHS: readonly number[] = [32, 96];

/** `ticket`: what it can be undone with. */
type KeyReading = { readonly ok: true; readonly masked: string; readonly ticket: string } | ({ readonly ok: false } & ApiProblem);

export function addKeyRead(node: EditorNode): void {
  const token = fieldOf('token', prefix);
  const key = fieldOf('key', prefix);
  const button = document.getElementById('lumiot-key-read');
  const result = document.getElementById('lumiot-read-result');
  if (!token || !key || !(button instanceof HTMLButtonElement) || !result) return;
  const words = node._;
  let turn = 0;

  const say = (text: string, kind: 'good' | 'bad' | 'plain', detail = ''): void => {
    result.replaceChildren(text);
    result.classList.toggle('lumiot-good', kind === 'good');
    result.classList.toggle('lumiot-bad', kind === 'bad');
    if (detail === '') return;
    const small = document.createElement('div');
    small.textContent = detail;
    result.append(small);
  };

  const describe = (): void => {
    turn += 1;
    const { length } = token.value.trim();
    button.disabled = length === 0;
    if (token.value === STORED) say(words('token.stored'), 'plain');
    else if (length === 0 || LENGTHS.includes(length) || token.value.includes('${')) say('', 'plain');
    else say(words('token.length', { number: length }), 'plain');
  };

  const read = async (): Promise<void> => {
    turn += 1;
    const mine = turn;
    button.disabled = true;
    say(words('token.reading'), 'plain');
    const text = (setting: string): string => fieldOf(setting, prefix)?.value.trim() ?? '';
    const where = { id: node.id, sid: text('sid'), host: text('host'), interface: text('interface') };
    const request = { ...where, token: token.value, ticket: key.dataset.ticket ?? '' };
    const outcome = await call<KeyReading>('lumiot/key-read', request).catch((error: unknown) =>
      error instanceof ApiError ? error : { code: 'OTHER', message: String(error) },
    );
    const isRead = 'masked' in outcome;
    // It is stored, whatever was typed meanwhile.
    if (isRead) {
      key.value = STORED;
      key.dataset.ticket = outcome.ticket;
      // It came after the dialog was closed.
      if (!key.isConnected) return cancelReadKey(node, key);
      key.dispatchEvent(new Event('input', { bubbles: true }));
    }
    if (mine !== turn) return;
    button.disabled = false;
    if (isRead) say(words('token.read', { masked: outcome.masked }), 'good');
    else say(problemText(words, outcome.code), 'bad', outcome.message);
  };

  token.addEventListener('input', describe);
  button.addEventListener('click', () => void read());
  describe();
}

/** Whether a key was read that the node does not have yet. Then the node is changed, though nobody typed anything into it. */
export function saveReadKey(node: EditorNode): boolean {
  const key = fieldOf('key', prefix);
  if (key?.dataset.ticket === undefined || key.value !== STORED) return false;
  // Node-RED deploys it as "keep what is stored"; without it a deploy of changed nodes alone would not start this one anew.
  if (node.credentials) Object.assign(node.credentials, { key: STORED });
  return true;
}

/** The server stored what was read at once; whoever cancels wants the key that was there before. */
export function cancelReadKey(node: Pick<EditorNode, 'id'>, key = fieldOf('key', prefix)): void {
  const ticket = key?.dataset.ticket;
  if (ticket !== undefined) call('lumiot/key-read/undo', { id: node.id, ticket }).catch(() => {});
}
