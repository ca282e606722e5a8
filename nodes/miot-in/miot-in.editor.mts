/** Dialog of `miot-in`: what the devices of an account tell, and the account itself. */

import { accountLabelOf, prepareAccountInput } from '../shared/editor/account-dialogs.mts';
import { fieldOf } from '../shared/editor/elements.mts';
import { addSelectField } from '../shared/editor/select-field.mts';
import { addEventChoice, addPropertyChoice } from '../shared/editor/spec-fields.mts';

const whats = ['property', 'event', 'online', 'account', 'all'] as const;

RED.nodes.registerType('miot-in', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'miot-in.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'miot-cloud', required: true },
    device: { value: '' },
    what: { value: 'property' },
    property: { value: '' },
    event: { value: '' },
    onlyChanges: { value: false },
    sendOnStart: { value: false },
    includeRaw: { value: false },
    topic: { value: '' },
    version: { value: 1 },
  },
  paletteLabel() {
    return this._('palette.name');
  },
  label() {
    return accountLabelOf(this);
  },
  labelStyle() {
    return this.name ? 'red-ui-flow-node-label-italic' : '';
  },
  outputLabels() {
    return this._('port.output');
  },
  oneditprepare() {
    const property = addPropertyChoice(this, 'notify');
    const event = addEventChoice(this);
    prepareAccountInput(this, (chosen) => {
      property.show(chosen);
      event.show(chosen);
    });
    addSelectField(this, 'what', whats);
    const what = fieldOf('what');
    what?.addEventListener('change', () => showFields(this, what.value));
    showFields(this, what?.value ?? '');
  },
});

/** Which fields a word of `what` needs; an unknown one shows them all. */
const needs: Readonly<Record<string, readonly string[]>> = {
  property: ['device', 'property', 'onlyChanges', 'sendOnStart', 'includeRaw'],
  event: ['device', 'event', 'includeRaw'],
  online: ['device', 'includeRaw'],
  account: [],
  all: ['device', 'onlyChanges', 'sendOnStart', 'includeRaw'],
};

/** What is hidden keeps its value: who tries another word and comes back finds it. */
function showFields(node: EditorNode, what: string): void {
  const wanted = needs[what];
  for (const setting of ['device', 'property', 'event']) {
    fieldOf(setting)
      ?.closest('.form-row')
      ?.toggleAttribute('hidden', wanted?.includes(setting) === false);
  }
  for (const setting of ['onlyChanges', 'sendOnStart', 'includeRaw']) {
    fieldOf(setting)
      ?.closest('label')
      ?.toggleAttribute('hidden', wanted?.includes(setting) === false);
  }
  const hint = document.getElementById('lumiot-what');
  if (hint) hint.textContent = wanted ? node._(`about.what.${what}`) : '';
}
