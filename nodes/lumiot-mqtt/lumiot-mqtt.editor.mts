/** Dialog of `lumiot-mqtt`: which home goes to MQTT, under which topics, and what has to be set in the nodes around it. */

import { labelOf, saveNumbers } from '../shared/editor/dialogs.mts';
import { addSelectField } from '../shared/editor/select-field.mts';
import { addStyles } from '../shared/editor/styles.mts';
import { addHomeChoice, type HomeChoice, isHomeChosen } from './home-choice.mts';
import { showTopics } from './topic-preview.mts';
import { isPrefixUsable, problemOfBase, typedTopics } from './typed-topics.mts';

/** Of the dialog that is open. */
let home: HomeChoice | undefined;

RED.nodes.registerType('lumiot-mqtt', {
  category: 'lumiot',
  color: '#7DB3B0',
  icon: 'lumiot-mqtt.svg',
  inputs: 1,
  outputs: 1,
  defaults: {
    name: { value: '' },
    gateway: {
      value: '',
      type: 'lumi-gateway',
      validate(value) {
        return isHomeChosen(value, this.account);
      },
    },
    account: {
      value: '',
      type: 'miot-cloud',
      validate(value) {
        return isHomeChosen(value, this.gateway);
      },
    },
    baseTopic: {
      value: 'lumiot',
      validate(value) {
        return problemOfBase({ ...typedTopics(this), baseTopic: value }) === undefined;
      },
    },
    homeAssistant: { value: true },
    discoveryPrefix: {
      value: 'homeassistant',
      validate(value) {
        return isPrefixUsable({ ...typedTopics(this), discoveryPrefix: value });
      },
    },
    qos: { value: 1 },
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
    addStyles();
    addSelectField(this, 'qos', ['0', '1', '2']);
    home = addHomeChoice(this);
    showTopics(this, home);
  },
  oneditsave() {
    home?.settle();
    saveNumbers(this, ['qos']);
  },
});
