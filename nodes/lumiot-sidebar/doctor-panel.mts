/** What the doctor found: what is fine in a word, what is not with what to do about it. */

import type { Finding } from '../shared/editor/api.mts';
import { element, freshId, icon } from '../shared/editor/elements.mts';

export function doctorPanel(words: Words, findings: readonly Finding[], onClose: () => void): HTMLElement {
  const id = freshId();
  const wrong = findings.filter(({ ok }) => ok === false).length;
  const close = element(
    'button',
    { type: 'button', class: 'lumiot-icon-button', title: words('close'), 'aria-label': words('close') },
    icon('times'),
  );
  close.addEventListener('click', onClose);
  return element(
    'section',
    { class: 'lumiot-panel lumiot-doctor', 'aria-labelledby': id },
    element('header', {}, element('h4', { id }, wrong === 0 ? words('doctor.fine') : words('doctor.wrong', { number: wrong })), close),
    element('ul', {}, ...findings.map((finding) => item(words, finding))),
  );
}

function item(words: Words, { check, ok, detail, remedy }: Finding): HTMLElement {
  const outcome = ok === null ? 'unknown' : ok ? 'fine' : 'wrong';
  const icons = { fine: 'check', wrong: 'times', unknown: 'question' };
  const mark = icon(icons[outcome]);
  const advice = ok === false ? words(`doctor.remedy.${check}`, { defaultValue: remedy }) : remedy;
  return element(
    'li',
    { class: `lumiot-${outcome}`, 'data-check': check },
    mark,
    element(
      'div',
      {},
      element(
        'div',
        {},
        words(`doctor.check.${check}`, { defaultValue: check }),
        element('span', { class: 'lumiot-sr' }, ` ${words(`doctor.outcome.${outcome}`)}`),
      ),
      element('div', { class: 'lumiot-detail' }, detail),
      advice !== '' && element('div', { class: 'lumiot-remedy' }, advice),
    ),
  );
}
