/** Dialog of `miot-action`: starts an action of a device. */

import { accountLabelOf, prepareAccountControl } from '../shared/editor/account-dialogs.mts';
import { addActionChoice } from '../shared/editor/spec-fields.mts';

RED.nodes.registerType('miot-action', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'miot-action.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'miot-cloud', required: true },
    device: { value: '' },
    action: { value: '' },
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
    const action = addActionChoice(this);
    prepareAccountControl(this, (chosen) => action.show(chosen));
  },
});
