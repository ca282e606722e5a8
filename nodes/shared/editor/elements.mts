/** Makes page elements. Text always goes in as text: names come from the network and must never be read as HTML. */

export type Child = Node | string | false | undefined;

/** An element with attributes; those that are undefined are left out, `true` is an empty attribute. */
export function element<Name extends keyof HTMLElementTagNameMap>(
  name: Name,
  attributes: Readonly<Record<string, string | true | undefined>> = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[Name] {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== undefined) made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.filter((child): child is Node | string => child !== undefined && child !== false));
  return made;
}

export function icon(name: string): HTMLElement {
  return element('i', { class: `fa fa-${name}`, 'aria-hidden': 'true' });
}

/** The field of the open dialog that Node-RED stores under a setting's name. Undefined where the dialog has none. */
export function fieldOf(setting: string, prefix = 'node-input'): HTMLInputElement | undefined {
  const found = document.getElementById(`${prefix}-${setting}`);
  return found instanceof HTMLInputElement || found instanceof HTMLSelectElement ? (found as HTMLInputElement) : undefined;
}

let lastId = 0;

/** An id for aria references. */
export function freshId(): string {
  lastId += 1;
  return `lumiot-${lastId}-${Math.random().toString(36).slice(2, 8)}`;
}
