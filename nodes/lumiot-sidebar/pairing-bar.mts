/** The pairing window while it is open: what to do, how long it still is, and what it brought. */

import { element, icon } from '../shared/editor/elements.mts';
import { setText } from './dom.mts';

/** A device's first words may come after the window has closed. */
const AFTERWARDS_MS = 10_000;

export class PairingBar {
  readonly element: HTMLElement;
  readonly #words: Words;
  readonly #say: (text: string) => void;
  readonly #seconds = element('b', { role: 'timer' });
  readonly #found = element('div', { class: 'lumiot-good' });
  #openUntil = Number.NEGATIVE_INFINITY;

  constructor(words: Words, say: (text: string) => void, onStop: () => void) {
    this.#words = words;
    this.#say = say;
    const stop = element('button', { type: 'button', class: 'red-ui-button red-ui-button-small' }, words('pair.stop'));
    stop.addEventListener('click', onStop);
    this.element = element(
      'div',
      { class: 'lumiot-panel lumiot-pairing', hidden: true },
      element('p', {}, words('pair.how')),
      element('div', { class: 'lumiot-buttons' }, icon('link'), this.#seconds, stop),
      this.#found,
    );
  }

  /** Whether a device that appears now was most likely just paired. */
  get isRecent(): boolean {
    return Date.now() < this.#openUntil;
  }

  show(secondsLeft: number): void {
    const isOpen = secondsLeft > 0;
    if (isOpen) this.#openUntil = Date.now() + secondsLeft * 1_000 + AFTERWARDS_MS;
    if (isOpen && this.element.hidden) {
      setText(this.#found, '');
      this.#say(this.#words('pair.how'));
    }
    this.element.hidden = !isOpen;
    setText(this.#seconds, this.#words('pair.seconds', { number: secondsLeft }));
  }

  found(name: string): void {
    const text = this.#words('pair.found', { name });
    setText(this.#found, text);
    this.#say(text);
  }
}
