/** Dialog of `miot-set`: sets properties of a device. */

import { accountLabelOf, prepareAccountControl } from '../shared/editor/account-dialogs.mts';
import { addPropertyChoice } from '../shared/editor/spec-fields.mts';

RED.nodes.registerType('miot-set', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'miot-set.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'miot-cloud', required: true },
    device: { value: '' },
    property: { value: '' },
    onlyReplies: { value: false },
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
  inputLabels() {
    return this._('port.input');
  },
  outputLabels() {
    return this._('port.output');
  },
  oneditprepare() {
    const property = addPropertyChoice(this, 'write');
    prepareAccountControl(this, (chosen) => property.show(chosen), ['onlyReplies']);
  },
});
