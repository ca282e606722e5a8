/** Dialog of `lumi-ringtone`: what the gateway plays. */

import { makeCombo } from '../shared/editor/combo.mts';
import { labelOf, prepareControl, saveNumbers } from '../shared/editor/dialogs.mts';
import { fieldOf } from '../shared/editor/elements.mts';
import { toneOptions } from '../shared/editor/tones.mts';
import { comboTexts } from '../shared/editor/words.mts';

RED.nodes.registerType('lumi-ringtone', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-ringtone.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    tone: { value: '' },
    volume: { value: '' },
    duration: { value: 0 },
    onlyReplies: { value: false },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('palette.name');
  },
  label() {
    return labelOf(this);
  },
  labelStyle() {
    return this.name ? 'red-ui-flow-node-label-italic' : '';
  },
  inputLabels() {
    return this._('port.input');
  },
  outputLabels() {
    return this._('port.output');
  },
  oneditprepare() {
    prepareControl(this, {});
    const tone = fieldOf('tone');
    if (tone)
      makeCombo({
        field: tone,
        texts: { ...comboTexts(this._, 'label.tone'), placeholder: this._('tone.fromMessage') },
        options: () => toneOptions(this._),
      });
    joinVolume(this._);
  },
  oneditsave() {
    saveNumbers(this, ['volume', 'duration']);
  },
});

/** The slider and the number say the same; an empty number is the volume set in the app, and a `${NAME}` has no place on a slider. */
function joinVolume(words: Words): void {
  const field = fieldOf('volume');
  const slider = document.getElementById('lumiot-volume');
  const hint = document.getElementById('lumiot-volume-hint');
  if (!field || !(slider instanceof HTMLInputElement) || !hint) return;
  const show = (): void => {
    const text = field.value.trim();
    const isNumber = text !== '' && Number.isFinite(Number(text));
    slider.value = isNumber ? text : '0';
    slider.style.opacity = isNumber ? '' : '0.4';
    hint.textContent = text === '' ? words('about.volume') : '';
  };
  slider.addEventListener('input', () => {
    field.value = slider.value;
    show();
  });
  field.addEventListener('input', show);
  document.getElementById('lumiot-volume-clear')?.addEventListener('click', () => {
    field.value = '';
    show();
    field.focus();
  });
  show();
}
