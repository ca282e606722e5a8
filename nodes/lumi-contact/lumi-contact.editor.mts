/** Dialog of `lumi-contact`: doors and windows. */

import { labelOf, prepareInput, saveNumbers } from '../shared/editor/dialogs.mts';

RED.nodes.registerType('lumi-contact', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-contact.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    room: { value: '' },
    family: { value: '' },
    leftOpenAfter: { value: 0 },
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
    prepareInput(this, { families: ['contact'] });
  },
  oneditsave() {
    saveNumbers(this, ['leftOpenAfter']);
  },
});
