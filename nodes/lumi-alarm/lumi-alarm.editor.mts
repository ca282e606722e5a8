/** Dialog of `lumi-alarm`: smoke, gas and water. */

import { labelOf, prepareInput } from '../shared/editor/dialogs.mts';

RED.nodes.registerType('lumi-alarm', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-alarm.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    room: { value: '' },
    family: { value: '' },
    alarms: { value: ['smoke', 'gas', 'leak'] },
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
    const { alarms } = this;
    for (const box of boxes()) box.checked = !Array.isArray(alarms) || alarms.includes(box.value);
    prepareInput(this, { families: ['smoke', 'gas', 'leak'] });
  },
  oneditsave() {
    Object.assign(this, {
      alarms: boxes()
        .filter(({ checked }) => checked)
        .map(({ value }) => value),
    });
  },
});

function boxes(): HTMLInputElement[] {
  return [...document.querySelectorAll<HTMLInputElement>('#lumiot-alarms input')];
}
