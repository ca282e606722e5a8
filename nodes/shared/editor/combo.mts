/**
 * A text field with a searchable list (ARIA combobox). What it stores is the value of the original field, which becomes hidden;
 * what it shows is the label of that value. Free text is always accepted, and a value that no option has is kept.
 */

import { element, freshId, icon } from './elements.mts';

export interface Option {
  readonly value: string;
  readonly label: string;
  /** Second line, small. */
  readonly detail?: string;
  /** Right of the label. */
  readonly aside?: string;
  /** Right of the detail, small. */
  readonly note?: string;
  /** What is searched beside the label; found anywhere in it. */
  readonly keywords?: string;
}

export interface ComboTexts {
  /** Accessible name of the list. */
  readonly list: string;
  /** Stands in the empty field. */
  readonly placeholder?: string;
  /** "Use “abc” as it is" for a text that is no option. */
  readonly useText: (text: string) => string;
  readonly nothingFound: string;
}

export interface ComboOptions {
  readonly field: HTMLInputElement;
  readonly texts: ComboTexts;
  readonly options: () => readonly Option[];
  /** Stands last in the list, such as "Show all"; pressing it keeps the list open. */
  readonly command?: () => { readonly label: string; readonly run: () => void } | undefined;
  /** Stands above the options: loading, or why there are none. */
  readonly status?: () => string;
  /** Whether an option stands out for the moment. */
  readonly isLit?: (value: string) => boolean;
  readonly onOpen?: () => void;
  readonly onClose?: () => void;
  readonly onChange?: (value: string) => void;
}

export interface Combo {
  readonly input: HTMLInputElement;
  /** Options, status or value changed: shows them without moving what the user is at. */
  refresh(): void;
  readonly isOpen: () => boolean;
  /** Brings an option into view, unless the user is typing or went to another. */
  reveal(value: string): void;
}

type Row =
  | { readonly kind: 'option'; readonly option: Option }
  | { readonly kind: 'text' }
  | { readonly kind: 'command'; readonly label: string };

/** A list of hundreds is made as it is scrolled: at first a little more than can be seen. */
const FIRST_ROWS = 10;
const MORE_ROWS = 50;
const MOST_HEIGHT = 320;
const LEAST_WIDTH = 300;

export function makeCombo(options: ComboOptions): Combo {
  const { field, texts } = options;
  const listId = freshId();
  const input = element('input', {
    type: 'text',
    id: `${field.id}-text`,
    role: 'combobox',
    autocomplete: 'off',
    spellcheck: 'false',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': listId,
    placeholder: texts.placeholder,
    'aria-label': field.getAttribute('aria-label') ?? undefined,
  });
  const arrow = element('span', { class: 'lumiot-combo-arrow', 'aria-hidden': 'true' }, icon('caret-down'));
  const wrap = element('span', { class: 'lumiot-combo' }, input, arrow);
  field.type = 'hidden';
  field.after(wrap);
  for (const label of document.querySelectorAll(`label[for="${field.id}"]`)) label.setAttribute('for', input.id);

  const status = element('div', { class: 'lumiot-popup-status', role: 'status' });
  const list = element('div', { class: 'lumiot-popup-list', role: 'listbox', id: listId, 'aria-label': texts.list });
  const popup = element('div', { class: 'lumiot-popup' }, status, list);
  let rows: readonly Row[] = [];
  let active = -1;
  let isOpen = false;
  /** Typed since the field was entered: only then the text filters the list and counts as the user's. */
  let isTyped = false;
  /** Went through the list by keyboard since it was opened. */
  let isMoved = false;

  const labelOf = (value: string): string => (value === '' ? '' : (options.options().find((one) => one.value === value)?.label ?? value));
  const showValue = (): void => {
    input.value = labelOf(field.value);
    input.title = field.value;
  };

  const store = (value: string): void => {
    isTyped = false;
    const isNew = field.value !== value;
    field.value = value;
    showValue();
    if (!isNew) return;
    $(field).trigger('change');
    options.onChange?.(value);
  };

  /** The text as the user left it: an option if it is the name or value of one, else itself. */
  const storeText = (): void => {
    const text = input.value.trim();
    const all = options.options();
    const same = (one: string): boolean => one.toLowerCase() === text.toLowerCase();
    store((all.find(({ value }) => same(value)) ?? all.find(({ label }) => same(label)))?.value ?? text);
  };

  const open = (): void => {
    if (isOpen) return;
    isOpen = true;
    document.body.append(popup);
    input.setAttribute('aria-expanded', 'true');
    window.addEventListener('resize', close);
    document.addEventListener('scroll', onScroll, true);
    active = -1;
    isMoved = false;
    list.replaceChildren();
    render();
    active = rows.findIndex((row) => row.kind === 'option' && row.option.value === field.value);
    mark();
    options.onOpen?.();
  };

  const close = (): void => {
    if (!isOpen) return;
    isOpen = false;
    popup.remove();
    input.setAttribute('aria-expanded', 'false');
    input.removeAttribute('aria-activedescendant');
    window.removeEventListener('resize', close);
    document.removeEventListener('scroll', onScroll, true);
    options.onClose?.();
  };

  const onScroll = (event: Event): void => {
    if (event.target instanceof Node && popup.contains(event.target)) return;
    place();
  };

  /** Under the field, or above it where there is more room. */
  const place = (): void => {
    const at = input.getBoundingClientRect();
    const below = window.innerHeight - at.bottom - 8;
    const isAbove = below < Math.min(MOST_HEIGHT, popup.scrollHeight) && at.top > below;
    const height = Math.min(MOST_HEIGHT, isAbove ? at.top - 8 : below);
    const width = Math.min(Math.max(at.width, LEAST_WIDTH), window.innerWidth - 16);
    Object.assign(popup.style, {
      left: `${Math.min(at.left, window.innerWidth - width - 8)}px`,
      width: `${width}px`,
      maxHeight: `${height}px`,
      top: isAbove ? '' : `${at.bottom + 2}px`,
      bottom: isAbove ? `${window.innerHeight - at.top + 2}px` : '',
    });
  };

  const render = (): void => {
    const text = isTyped ? input.value.trim().toLowerCase() : '';
    const terms = text.split(/\s+/).filter((term) => term !== '');
    const all = options.options();
    const matching = terms.length === 0 ? all : all.filter((option) => matches(option, terms));
    const isExact = text === '' || matching.some(({ label, value }) => label.toLowerCase() === text || value.toLowerCase() === text);
    const command = options.command?.();
    rows = [
      ...matching.map((option) => ({ kind: 'option', option }) as const),
      ...(!isExact ? [{ kind: 'text' } as const] : []),
      ...(command ? [{ kind: 'command', label: command.label } as const] : []),
    ];
    const words = options.status?.() ?? '';
    status.textContent = words === '' && matching.length === 0 && text === '' ? texts.nothingFound : words;
    const scrolled = list.scrollTop;
    const count = Math.max(FIRST_ROWS, list.childElementCount);
    list.replaceChildren(...rows.slice(0, count).map(renderRow));
    list.scrollTop = scrolled;
    mark(false);
    place();
  };

  /** Makes the rows that are still missing up to this many. */
  const drawTo = (count: number): void => {
    const from = list.childElementCount;
    if (count > from) list.append(...rows.slice(from, count).map((row, index) => renderRow(row, from + index)));
  };

  const renderRow = (row: Row, index: number): HTMLElement => {
    const attributes = { role: 'option', id: `${listId}-${index}` };
    const made =
      row.kind === 'option'
        ? renderOption(row.option, { ...attributes, 'aria-selected': String(row.option.value === field.value) })
        : element(
            'div',
            { ...attributes, class: 'lumiot-option lumiot-option-command', 'aria-selected': 'false' },
            row.kind === 'text' ? texts.useText(input.value.trim()) : row.label,
          );
    made.classList.toggle('lumiot-lit', row.kind === 'option' && (options.isLit?.(row.option.value) ?? false));
    made.addEventListener('click', () => choose(index));
    return made;
  };

  const mark = (mayScroll = true): void => {
    if (active >= rows.length) active = rows.length - 1;
    drawTo(active + 1);
    [...list.children].forEach((child, index) => {
      child.classList.toggle('lumiot-active', index === active);
      if (index === active && mayScroll) child.scrollIntoView({ block: 'nearest' });
    });
    if (active < 0) input.removeAttribute('aria-activedescendant');
    else input.setAttribute('aria-activedescendant', `${listId}-${active}`);
  };

  const choose = (index: number): void => {
    const row = rows[index];
    if (row?.kind === 'command') {
      options.command?.()?.run();
      render();
      return;
    }
    if (row?.kind === 'option') store(row.option.value);
    else storeText();
    close();
  };

  const move = (by: number): void => {
    open();
    if (rows.length === 0) return;
    isMoved = true;
    active = active < 0 && by < 0 ? rows.length - 1 : (active + by + rows.length) % rows.length;
    mark();
  };

  input.addEventListener('focus', () => input.select());
  input.addEventListener('click', open);
  arrow.addEventListener('mousedown', (event) => {
    event.preventDefault();
    if (isOpen) return close();
    input.focus();
    open();
  });
  // A press on the list must not take the focus from the field.
  popup.addEventListener('mousedown', (event) => event.preventDefault());
  list.addEventListener('scroll', () => {
    if (list.scrollTop + 2 * list.clientHeight > list.scrollHeight) drawTo(list.childElementCount + MORE_ROWS);
  });
  input.addEventListener('input', () => {
    isTyped = true;
    open();
    active = -1;
    list.replaceChildren();
    render();
    active = rows[0]?.kind === 'option' && input.value.trim() !== '' ? 0 : -1;
    mark();
  });
  input.addEventListener('blur', () => {
    if (isTyped) storeText();
    close();
  });
  input.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown') move(1);
    else if (event.key === 'ArrowUp') move(-1);
    else if (event.key === 'Enter') {
      if (isOpen && active >= 0) choose(active);
      else if (isTyped) storeText();
      close();
    } else if (event.key === 'Escape' && (isOpen || isTyped)) {
      isTyped = false;
      showValue();
      close();
      event.stopPropagation();
    } else return;
    event.preventDefault();
  });

  showValue();
  return {
    input,
    refresh() {
      if (!isTyped) showValue();
      if (isOpen) render();
    },
    isOpen: () => isOpen,
    reveal(value) {
      const index = rows.findIndex((row) => row.kind === 'option' && row.option.value === value);
      if (!isOpen || isTyped || isMoved || index < 0) return;
      drawTo(index + 1);
      list.children[index]?.scrollIntoView({ block: 'nearest' });
    },
  };
}

function renderOption({ value, label, aside = '', detail, note = '' }: Option, attributes: Readonly<Record<string, string>>): HTMLElement {
  return element(
    'div',
    { ...attributes, class: 'lumiot-option', 'data-value': value },
    element('div', { class: 'lumiot-line' }, element('span', { class: 'lumiot-option-label' }, label), element('span', {}, aside)),
    detail !== undefined &&
      element('div', { class: 'lumiot-line lumiot-line-small' }, element('span', {}, detail), element('span', {}, note)),
  );
}

function matches({ label, value, keywords = '' }: Option, terms: readonly string[]): boolean {
  const text = `${label} ${value} ${keywords}`.toLowerCase();
  return terms.every((term) => text.includes(term));
}
