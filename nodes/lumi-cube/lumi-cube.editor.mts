/** Dialog of `lumi-cube`: what is done with a cube, and the level its turns add up to. */

import { addChoiceField } from '../shared/editor/choice-field.mts';
import { labelOf, prepareInput, saveNumbers } from '../shared/editor/dialogs.mts';
import { actionsOf } from '../shared/editor/words.mts';

RED.nodes.registerType('lumi-cube', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumi-cube.svg',
  inputs: 0,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: { value: '', type: 'lumi-gateway', required: true },
    device: { value: '' },
    room: { value: '' },
    family: { value: '' },
    action: { value: '' },
    levelMin: { value: 0 },
    levelMax: { value: 100 },
    levelPerTurn: { value: 100 },
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
    const action = addChoiceField(this, 'action', ['flip90', 'flip180', 'move', 'tap', 'shake', 'swing', 'alert', 'fall', 'rotate']);
    prepareInput(this, { families: ['cube'], options: ['includeRaw'], onDevice: (device) => action.offer(actionsOf(device)) });
  },
  oneditsave() {
    saveNumbers(this, ['levelMin', 'levelMax', 'levelPerTurn']);
  },
});
