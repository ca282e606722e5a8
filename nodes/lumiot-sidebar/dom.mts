/** Writes to the page only what is new there: a write costs a layout, and would end a selection. */

export function setText(target: Element, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
