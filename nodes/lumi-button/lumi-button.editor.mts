/** Dialog of `lumi-button`: clicks, double clicks, holds. */

import { addChoiceField } from '../shared/editor/choice-field.mts';
import { labelOf, prepareInput } from '../shared/editor/dialogs.mts';
import { actionsOf } from '../shared/editor/words.mts';

RED.nodes.registerType('lumi-button', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-button.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    room: { value: '' },
    family: { value: '' },
    action: { value: '' },
    button: { value: '' },
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
    return labelOf(this);
  },
  labelStyle() {
    return this.name ? 'red-ui-flow-node-label-italic' : '';
  },
  outputLabels() {
    return this._('port.output');
  },
  oneditprepare() {
    const action = addChoiceField(this, 'action', ['single', 'double', 'hold', 'release', 'shake']);
    addChoiceField(this, 'button', ['left', 'right', 'both']);
    prepareInput(this, { families: ['button'], options: ['includeRaw'], onDevice: (device) => action.offer(actionsOf(device)) });
  },
});
