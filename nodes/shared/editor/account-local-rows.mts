/** The list of an account's devices on the LAN: name and address can be changed, and each can be tested, given a token and removed. */

import { type KnownLocal, type LocalDevice, type LocalTest, testLocal } from './account-local-api.mts';
import { localProblem } from './account-local-words.mts';
import { element, icon } from './elements.mts';

export interface LocalRows {
  readonly element: HTMLElement;
  readonly size: number;
  dids(): readonly string[];
  /** As it stands in the list. */
  device(did: string): LocalDevice | undefined;
  /** A device that is listed keeps what it has, and gets what was missing. */
  add(device: LocalDevice): void;
  test(did: string): Promise<void>;
  show(known: readonly KnownLocal[]): void;
  /** Whether tests are possible. */
  enable(isReady: boolean): void;
  /** As it is to be stored. What was stored and is no device is kept. */
  stored(): unknown;
}

export interface LocalRowsOptions {
  readonly node: EditorNode;
  readonly onToken: (device: LocalDevice) => void;
  readonly onChange: () => void;
}

interface Row {
  readonly element: HTMLElement;
  readonly did: string;
  device(): LocalDevice;
  stored(): unknown;
  fill(device: LocalDevice): void;
  show(known: KnownLocal): void;
  enable(isReady: boolean): void;
  test(): Promise<void>;
}

export function makeLocalRows({ node, onToken, onChange }: LocalRowsOptions): LocalRows {
  const words = node._;
  const original: unknown = node.localDevices;
  /** In the order they were stored; what is no device has no row. */
  const entries: (Row | { readonly kept: unknown })[] = [];
  let isReady = false;
  const none = element('p', { class: 'lumiot-account-hint' }, words('local.none'));
  const list = element('ul', { class: 'lumiot-local-list' });

  const rows = (): Row[] => entries.filter((entry): entry is Row => 'did' in entry);
  const find = (did: string): Row | undefined => rows().find((row) => row.did === did);
  const put = (stored: Readonly<Record<string, unknown>>): void => {
    const row = makeRow({ node, stored, onToken, onRemove: () => remove(row) });
    row.enable(isReady);
    entries.push(row);
    list.append(row.element);
    none.hidden = true;
  };
  const remove = (row: Row): void => {
    const next = row.element.nextElementSibling ?? row.element.previousElementSibling;
    entries.splice(entries.indexOf(row), 1);
    row.element.remove();
    none.hidden = rows().length > 0;
    const neighbour = next?.querySelector('input') ?? list.closest('details')?.querySelector('summary');
    neighbour?.focus();
    onChange();
  };

  for (const one of Array.isArray(original) ? (original as unknown[]) : []) {
    const isDevice = typeof one === 'object' && one !== null && 'did' in one && String(one.did) !== '';
    if (isDevice) put(one as Record<string, unknown>);
    else entries.push({ kept: one });
  }
  return {
    element: element('div', {}, none, list),
    get size() {
      return rows().length;
    },
    dids: () => rows().map(({ did }) => did),
    device: (did) => find(did)?.device(),
    add: (device) => {
      const known = find(device.did);
      if (known) known.fill(device);
      else put({ ...device });
      onChange();
    },
    test: (did) => find(did)?.test() ?? Promise.resolve(),
    show: (known) => {
      for (const one of known) find(one.did)?.show(one);
    },
    enable: (now) => {
      isReady = now;
      for (const row of rows()) row.enable(now);
    },
    stored: () =>
      entries.length === 0 && !Array.isArray(original)
        ? (original ?? [])
        : entries.map((entry) => ('kept' in entry ? entry.kept : entry.stored())),
  };
}

interface RowOptions {
  readonly node: EditorNode;
  readonly stored: Readonly<Record<string, unknown>>;
  readonly onToken: (device: LocalDevice) => void;
  readonly onRemove: () => void;
}

function makeRow({ node, stored, onToken, onRemove }: RowOptions): Row {
  const words = node._;
  const did = String(stored.did);
  let model = String(stored.model ?? '');
  let known: KnownLocal | undefined;
  const field = (column: 'name' | 'host'): HTMLInputElement => {
    const label = words(`local.${column}`);
    const placeholder = column === 'host' ? words('local.anyHost') : label;
    const made = element('input', { type: 'text', 'data-column': column, 'aria-label': label, placeholder, autocomplete: 'off' });
    made.value = String(stored[column] ?? '');
    return made;
  };
  const button = (name: string, iconName: string, run: () => void): HTMLButtonElement => {
    const label = words(`local.${name}`);
    const made = element(
      'button',
      { type: 'button', class: `red-ui-button lumiot-local-${name}`, title: label, 'aria-label': label },
      icon(iconName),
    );
    made.addEventListener('click', run);
    return made;
  };
  const dot = element('span', { class: 'lumiot-local-dot', role: 'img' });
  const [name, host] = [field('name'), field('host')];
  const about = element('div', { class: 'lumiot-account-hint lumiot-local-about' });
  const result = element('div', { class: 'lumiot-account-hint lumiot-local-result', role: 'status' });
  const testButton = button('test', 'bolt', () => void test());
  const tokenButton = button('setToken', 'key', () => onToken(device()));
  const device = (): LocalDevice => ({ did, name: name.value.trim(), host: host.value.trim(), model });

  const draw = (): void => {
    const standing = known?.standing ?? 'unknown';
    dot.dataset.standing = standing;
    dot.title = words(`local.standing.${standing}`);
    dot.setAttribute('aria-label', dot.title);
    const token = known === undefined ? '' : words(known.hasToken ? 'local.hasToken' : 'local.noToken');
    const text = [did, model, token].filter((part) => part !== '').join(' · ');
    if (about.textContent !== text) about.textContent = text;
    about.classList.toggle('lumiot-warn', known?.hasToken === false);
    box.setAttribute('aria-label', name.value.trim() || did);
  };
  const say = (text: string, kind: '' | 'lumiot-good' | 'lumiot-bad' = '', detail = ''): void => {
    result.replaceChildren(text, ...(detail === '' ? [] : [element('div', {}, detail)]));
    result.className = `lumiot-account-hint lumiot-local-result ${kind}`;
  };
  const test = async (): Promise<void> => {
    testButton.disabled = true;
    say(words('local.testing'));
    const told = await testLocal(node.id, did, host.value.trim()).catch(
      (error: unknown): LocalTest => ({ ok: false, code: 'OTHER', ...(error instanceof Error ? error : { message: String(error) }) }),
    );
    testButton.disabled = false;
    if (told.ok) {
      model ||= told.model ?? '';
      known = { did, hasToken: true, standing: 'reachable' };
      say(words('local.works', { ms: told.ms ?? 0 }), 'lumiot-good');
    } else {
      const { code = 'OTHER', message = '' } = told;
      const standing =
        code === 'TOKEN_REJECTED' ? 'token-rejected' : code === 'DEVICE_OFFLINE' ? 'offline' : (known?.standing ?? 'unknown');
      known = { did, hasToken: known?.hasToken ?? false, standing };
      say(localProblem(words, code), 'lumiot-bad', message);
    }
    draw();
  };

  const box = element(
    'div',
    { class: 'lumiot-local-row', role: 'group' },
    element('div', { class: 'lumiot-local-line' }, dot, name, host, testButton, tokenButton, button('remove', 'times', onRemove)),
    about,
    result,
  );
  name.addEventListener('input', draw);
  draw();
  return {
    element: element('li', { 'data-did': did }, box),
    did,
    device,
    // What looks as it was stored is stored as it was: a look must change nothing.
    stored: () => {
      const now = device();
      const isSame = (['name', 'host', 'model'] as const).every((key) => now[key] === String(stored[key] ?? '').trim());
      return isSame ? stored : { ...stored, ...now };
    },
    fill: (more) => {
      name.value ||= more.name;
      host.value ||= more.host;
      model ||= more.model;
      draw();
    },
    show: (now) => {
      // The server knows only those that are deployed.
      known = now.standing === 'unknown' ? { ...now, standing: known?.standing ?? now.standing } : now;
      draw();
    },
    enable: (isReady) => {
      testButton.disabled = tokenButton.disabled = !isReady;
    },
    test,
  };
}
