/** The devices of a gateway or an account under their rooms, both in the order of the alphabet; those without a room come last. */

import { element } from '../shared/editor/elements.mts';
import { setText } from './dom.mts';

interface Room {
  readonly name: string;
  readonly part: HTMLDetailsElement;
  readonly title: HTMLElement;
  readonly count: HTMLElement;
  readonly list: HTMLElement;
}

const { compare } = new Intl.Collator(undefined, { numeric: true });

/** A device in the list. */
export interface RoomRow {
  readonly element: HTMLElement;
  readonly name: string;
  readonly room: string;
  matches(terms: readonly string[]): boolean;
}

export class Rooms<Row extends RoomRow> {
  readonly element = element('div', { class: 'lumiot-rooms' });
  readonly #words: Words;
  readonly #rooms = new Map<string, Room>();

  constructor(words: Words) {
    this.#words = words;
  }

  get names(): readonly string[] {
    return [...this.#rooms.keys()].filter((name) => name !== '').sort(compare);
  }

  /** Puts every row where it belongs; rows that are there already are not touched, so that focus and selection stay. */
  arrange(rows: Iterable<Row>): void {
    const focused = document.activeElement;
    const byRoom = new Map<string, Row[]>();
    for (const row of rows) {
      const those = byRoom.get(row.room);
      if (those) those.push(row);
      else byRoom.set(row.room, [row]);
    }
    for (const [name, { part }] of this.#rooms) {
      if (byRoom.has(name)) continue;
      part.remove();
      this.#rooms.delete(name);
    }
    const names = [...byRoom.keys()].sort((one, other) => Number(one === '') - Number(other === '') || compare(one, other));
    const rooms = names.map((name) => this.#rooms.get(name) ?? this.#add(name));
    inOrder(
      this.element,
      rooms.map(({ part }) => part),
    );
    for (const { name, title, list } of rooms) {
      setText(title, name || this.#words(rooms.length > 1 ? 'room.none' : 'room.all'));
      const sorted = (byRoom.get(name) ?? []).sort((one, other) => compare(one.name, other.name));
      inOrder(
        list,
        sorted.map((row) => row.element),
      );
    }
    // What moves in the page loses the focus.
    const isLost = focused !== document.activeElement && this.element.contains(focused);
    if (isLost && focused instanceof HTMLElement) focused.focus({ preventScroll: true });
  }

  /** Hides rows that lack a term, and rooms that are empty then. */
  filter(rows: Iterable<Row>, terms: readonly string[]): number {
    const shown = new Map<string, number>();
    let sum = 0;
    for (const row of rows) {
      const isShown = row.matches(terms);
      if (row.element.hidden === isShown) row.element.hidden = !isShown;
      if (!isShown) continue;
      shown.set(row.room, (shown.get(row.room) ?? 0) + 1);
      sum += 1;
    }
    for (const { name, part, count } of this.#rooms.values()) {
      const number = shown.get(name) ?? 0;
      setText(count, String(number));
      if (part.hidden !== (number === 0)) part.hidden = number === 0;
    }
    return sum;
  }

  #add(name: string): Room {
    const title = element('span');
    const count = element('span', { class: 'lumiot-count' });
    const list = element('ul');
    const part = element('details', { class: 'lumiot-room', open: true, 'data-room': name }, element('summary', {}, title, count), list);
    const room = { name, part, title, count, list };
    this.#rooms.set(name, room);
    return room;
  }
}

/** Makes the children of a parent these, in this order, and moves only those that stand wrong. */
function inOrder(parent: HTMLElement, children: readonly HTMLElement[]): void {
  let at: Element | null = parent.firstElementChild;
  for (const child of children) {
    if (child === at) at = at.nextElementSibling;
    else parent.insertBefore(child, at);
  }
}
