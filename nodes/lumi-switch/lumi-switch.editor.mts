/** Dialog of `lumi-switch`: plugs, wall switches and relays. */

import { labelOf, prepareControl, saveNumbers } from '../shared/editor/dialogs.mts';

RED.nodes.registerType('lumi-switch', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-switch.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    channel: { value: 0 },
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
    prepareControl(this, { device: 'none', families: ['plug', 'switch'], onDevice: (device) => offerChannels(device?.channels ?? 0) });
  },
  oneditsave() {
    saveNumbers(this, ['channel']);
  },
});

/** Only the channels the device has; all while that is not known. A channel that is stored stays. */
function offerChannels(count: number): void {
  for (const option of document.querySelectorAll<HTMLOptionElement>('#node-input-channel option')) {
    option.hidden = count > 0 && Number(option.value) > count && !option.selected;
    option.disabled = option.hidden;
  }
}
