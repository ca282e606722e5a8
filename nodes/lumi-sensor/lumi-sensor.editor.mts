/** Dialog of `lumi-sensor`: any value of any device. */

import { labelOf, prepareInput } from '../shared/editor/dialogs.mts';
import { addPropertyField } from '../shared/editor/property-field.mts';

RED.nodes.registerType('lumi-sensor', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-sensor.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    room: { value: '' },
    family: { value: '' },
    property: { value: '' },
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
    const property = addPropertyField(this);
    prepareInput(this, { families: 'every', onDevice: (device) => property.setDevice(device) });
  },
});
