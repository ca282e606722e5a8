/** Dialog of `lumi-climate`: air conditioners and thermostats. */

import { labelOf, prepareControl } from '../shared/editor/dialogs.mts';

RED.nodes.registerType('lumi-climate', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-climate.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
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
    prepareControl(this, { device: 'none', families: ['thermostat', 'gateway'], needs: ['mode', 'targetTemperature'] });
  },
});
