/** Dialog of `lumi-motion`: somebody moves, and for how long. */

import { labelOf, prepareInput, saveNumbers } from '../shared/editor/dialogs.mts';

RED.nodes.registerType('lumi-motion', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-motion.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    room: { value: '' },
    family: { value: '' },
    clearAfter: { value: 0 },
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
    prepareInput(this, { families: ['motion'] });
  },
  oneditsave() {
    saveNumbers(this, ['clearAfter']);
  },
});
