/** What a file holds, to pick from: a row for each device with the ends of its token, and below it what was left out, and why. */

import type { PreviewRow, TokenPreview } from './account-local-api.mts';
import { element, icon } from './elements.mts';

export interface PreviewOptions {
  readonly words: Words;
  readonly preview: TokenPreview;
  /** Resolves with whether it worked. */
  readonly onImport: (rows: readonly number[]) => Promise<boolean>;
}

const columns = ['name', 'host', 'token'] as const;

export function makePreview({ words, preview, onImport }: PreviewOptions): HTMLElement {
  const boxes = preview.devices.map((row) => ({ row, box: checkbox(words('import.pick', { name: row.name || row.did || row.host })) }));
  const all = checkbox(words('import.all'));
  const label = element('span');
  const button = element('button', { type: 'button', class: 'red-ui-button lumiot-import-selected' }, icon('download'), ' ', label);

  const draw = (): void => {
    const picked = boxes.filter(({ box }) => box.checked).length;
    const possible = boxes.filter(({ box }) => !box.disabled).length;
    all.checked = picked > 0 && picked === possible;
    all.indeterminate = picked > 0 && picked < possible;
    all.disabled = possible === 0;
    button.disabled = picked === 0;
    label.textContent = words('import.selected', { number: picked });
  };
  for (const { row, box } of boxes) {
    // Whom nobody can name nor ask cannot be stored.
    box.disabled = row.did === '' && row.host === '';
    box.checked = !box.disabled;
    box.addEventListener('change', draw);
  }
  all.addEventListener('change', () => {
    for (const { box } of boxes) if (!box.disabled) box.checked = all.checked;
    draw();
  });
  button.addEventListener('click', async () => {
    button.disabled = true;
    const isDone = await onImport(boxes.filter(({ box }) => box.checked).map(({ row }) => row.index));
    if (!isDone) draw();
  });
  draw();
  const table = element(
    'table',
    { class: 'lumiot-preview' },
    element(
      'thead',
      {},
      element('tr', {}, element('th', {}, all), ...columns.map((name) => element('th', { scope: 'col' }, words(`local.${name}`)))),
    ),
    element('tbody', {}, ...boxes.map(({ row, box }) => rowOf(words, row, box))),
  );
  return element(
    'div',
    {},
    boxes.length === 0
      ? element('p', { class: 'lumiot-warn' }, words('import.nothing'))
      : element('div', { class: 'lumiot-preview-frame' }, table),
    skippedPart(words, preview),
    boxes.length > 0 && element('div', { class: 'lumiot-account-buttons' }, button),
  );
}

function rowOf(words: Words, row: PreviewRow, box: HTMLInputElement): HTMLElement {
  const note = row.did === '' && row.host === '' ? words('import.noAddress') : row.isKnown ? words('import.isKnown') : '';
  const small = (text: string): HTMLElement | false => text !== '' && element('div', { class: 'lumiot-preview-small' }, text);
  return element(
    'tr',
    { 'data-index': String(row.index) },
    element('td', {}, box),
    element('td', {}, row.name || '–', small(row.did), small(row.model), small(note)),
    element('td', { class: 'lumiot-preview-place' }, row.host || '–', small(row.mac)),
    element('td', { class: 'lumiot-preview-token' }, row.masked),
  );
}

function skippedPart(words: Words, { skipped }: TokenPreview): HTMLElement | false {
  if (skipped.length === 0) return false;
  return element(
    'details',
    { class: 'lumiot-more lumiot-import-skipped' },
    element('summary', {}, words('import.skipped', { number: skipped.length })),
    element(
      'ul',
      { class: 'lumiot-import-failed' },
      ...skipped.map(({ name, reason }) => element('li', {}, name === '' ? reason : `${name}: ${reason}`)),
    ),
  );
}

function checkbox(label: string): HTMLInputElement {
  return element('input', { type: 'checkbox', 'aria-label': label, title: label });
}
