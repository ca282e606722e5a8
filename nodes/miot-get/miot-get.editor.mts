/** Dialog of `miot-get`: reads properties of a device. */

import { accountLabelOf, prepareAccountControl } from '../shared/editor/account-dialogs.mts';
import { addPropertiesList, readPropertiesList } from '../shared/editor/properties-list.mts';

RED.nodes.registerType('miot-get', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'miot-get.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    account: { value: '', type: 'miot-cloud', required: true },
    device: { value: '' },
    properties: { value: [] },
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
    const properties = addPropertiesList(this);
    prepareAccountControl(this, (chosen) => properties.show(chosen));
  },
  oneditsave() {
    Object.assign(this, { properties: readPropertiesList() });
  },
});
