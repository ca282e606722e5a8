/** Dialog of `miot-cloud`: which account, what it takes to sign in, the sign-in itself, how it stands, and its devices on the LAN. */

import { addLocalDevices, readLocalDevices } from '../shared/editor/account-local.mts';
import { addAccountPanel } from '../shared/editor/account-panel.mts';
import { addAccountSettings } from '../shared/editor/account-settings.mts';
import { addStyles } from '../shared/editor/styles.mts';

RED.nodes.registerType('miot-cloud', {
  category: 'config',
  defaults: {
    name: { value: '' },
    region: { value: 'cn' },
    clientId: { value: '', validate: (value) => /^\d{0,20}$|\$\{/.test(String(value ?? '').trim()) },
    redirectUrl: { value: '', validate: (value) => /^$|^https?:\/\/\S+$|\$\{/.test(String(value ?? '').trim()) },
    transport: { value: 'auto' },
    localDevices: { value: [] },
    apiHost: { value: '' },
    oauthHost: { value: '' },
    mqttHost: { value: '' },
    specHost: { value: '' },
    caFile: { value: '' },
    deviceIdPrefix: { value: 'ha.' },
    bizId: { value: 'haapi' },
    version: { value: 1 },
  },
  credentials: {
    storeKey: { type: 'password' },
  },
  paletteLabel() {
    return this._('palette.name');
  },
  label() {
    return this.name || `${this._('palette.name')} ${String(this.region ?? '')}`.trim();
  },
  oneditprepare() {
    addStyles();
    addAccountSettings(this);
    addAccountPanel(this);
    addLocalDevices(this);
  },
  oneditsave() {
    Object.assign(this, { localDevices: readLocalDevices() });
  },
});
