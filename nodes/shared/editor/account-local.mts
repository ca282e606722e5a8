/** *Devices on the LAN* in the dialog of an account: the list, and the three ways into it. Tokens go to the server and never into the node. */

import { getAccount } from './account-api.mts';
import { makeImport } from './account-import.mts';
import { getStandings, type Imported, type LocalDevice } from './account-local-api.mts';
import { makeFind } from './account-local-find.mts';
import { type LocalRows, makeLocalRows } from './account-local-rows.mts';
import { addLocalStyles } from './account-local-styles.mts';
import { makeTyped } from './account-local-typed.mts';
import { localTrouble } from './account-local-words.mts';
import { isStoreKeyDeployed } from './account-settings.mts';
import { ApiError } from './api.mts';
import { element, icon } from './elements.mts';

const panels = ['import', 'find', 'byHand'] as const;
/** With buttons of their own; the token of a device that is listed is entered from its row. */
type Button = (typeof panels)[number];
type Panel = Button | 'setToken';

/** Of the dialog that is open. */
let opened: LocalRows | undefined;

export function addLocalDevices(node: EditorNode): void {
  const place = document.getElementById('lumiot-local');
  if (!(place instanceof HTMLDetailsElement)) return;
  addLocalStyles();
  const words = node._;
  const title = element('summary');
  const why = element('div', { class: 'lumiot-account-hint lumiot-warn lumiot-local-why', role: 'status' });
  const note = element('div', { class: 'lumiot-account-hint lumiot-good lumiot-local-note', role: 'status' });
  const panel = element('div', { class: 'lumiot-local-panel', role: 'region', hidden: true });
  let shown: Panel | undefined;
  /** What opened it, and is gone back to. */
  let opener: HTMLElement | undefined;

  const rows = makeLocalRows({
    node,
    onToken: (device) => show('setToken', makeTyped({ node, device, onImported: arrivedByHand })),
    onChange: () => count(),
  });
  opened = rows;
  const count = (): void => {
    title.textContent = words('local.title', { number: rows.size });
  };
  const buttons = new Map(
    panels.map((name) => {
      const made = element(
        'button',
        { type: 'button', class: 'red-ui-button', id: `lumiot-local-${name}`, disabled: true, 'aria-expanded': 'false' },
        icon(icons[name]),
        ` ${words(`local.${name}`)}`,
      );
      made.addEventListener('click', () => (shown === name && name !== 'find' ? close() : show(name, makePanel(name))));
      return [name, made] as const;
    }),
  );

  const makePanel = (name: Button): HTMLElement => {
    if (name === 'import') return makeImport({ node, onImported: arrived });
    if (name === 'byHand') return makeTyped({ node, device: undefined, onImported: arrivedByHand });
    return makeFind({ node, listed: (did) => rows.device(did), onAdd: (device) => add([device]), onImported: arrived });
  };
  const show = (name: Panel, content: HTMLElement): void => {
    shown = name;
    opener = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
    const closeButton = element(
      'button',
      { type: 'button', class: 'red-ui-button red-ui-button-small lumiot-local-close' },
      words('local.close'),
    );
    closeButton.addEventListener('click', () => close());
    panel.setAttribute('aria-label', words(`local.${name}`));
    panel.replaceChildren(element('div', { class: 'lumiot-local-head' }, element('h4', {}, words(`local.${name}`)), closeButton), content);
    panel.hidden = false;
    note.textContent = '';
    for (const [one, button] of buttons) button.setAttribute('aria-expanded', String(one === name));
    content.querySelector<HTMLElement>('input:not([type="file"]):not([readonly]), button')?.focus();
    panel.scrollIntoView({ block: 'nearest' });
  };
  const close = (): void => {
    shown = undefined;
    panel.hidden = true;
    panel.replaceChildren();
    for (const one of buttons.values()) one.setAttribute('aria-expanded', 'false');
    opener?.focus();
  };

  const add = (devices: readonly LocalDevice[]): void => {
    const before = rows.size;
    for (const device of devices) rows.add(device);
    if (rows.size > before) note.textContent = words('local.added', { number: rows.size - before });
    void standings();
  };
  const arrived = ({ devices }: Imported): void => add(devices);
  const arrivedByHand = (imported: Imported): void => {
    arrived(imported);
    const [device] = imported.devices;
    if (device === undefined) return;
    close();
    // Whoever typed a token wants to know whether it is right; the answer also tells the model.
    void rows.test(device.did);
  };

  const standings = async (): Promise<void> => {
    if (rows.size > 0) rows.show(await getStandings(node.id, rows.dids()).catch(() => []));
  };
  const load = async (): Promise<void> => {
    try {
      const { hasStoreKey } = await getAccount(node.id);
      enable(hasStoreKey && isStoreKeyDeployed() ? '' : words('local.deployFirst'));
      await standings();
    } catch (error) {
      enable(error instanceof ApiError && error.status === 404 ? words('local.deployFirst') : localTrouble(words, error).text);
    }
  };
  const enable = (reason: string): void => {
    why.textContent = reason;
    for (const button of buttons.values()) button.disabled = reason !== '';
    rows.enable(reason === '');
  };

  place.open = rows.size > 0;
  place.append(
    title,
    element('p', { class: 'lumiot-account-hint' }, words('local.about')),
    rows.element,
    element('div', { class: 'lumiot-account-buttons' }, ...buttons.values()),
    why,
    note,
    panel,
  );
  count();
  void load();
}

/** What the list holds, as the node's setting. */
export function readLocalDevices(): unknown {
  return opened?.stored() ?? [];
}

const icons: Readonly<Record<Button, string>> = { import: 'download', find: 'search', byHand: 'plus' };
