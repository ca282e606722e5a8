/** Dialog of `lumi-gateway`: find a gateway, prove the key or read it, name what has no name. */

import { saveNumbers } from '../shared/editor/dialogs.mts';
import { addDevicesTable, readDevicesTable } from '../shared/editor/gateway-devices.mts';
import { addDiscovery } from '../shared/editor/gateway-discovery.mts';
import { addInterfaceField } from '../shared/editor/gateway-interface.mts';
import { addKeyTest } from '../shared/editor/gateway-key.mts';
import { addKeyRead, cancelReadKey, saveReadKey } from '../shared/editor/gateway-token.mts';
import { addStyles } from '../shared/editor/styles.mts';

RED.nodes.registerType('lumi-gateway', {
  category: 'config',
  defaults: {
    name: { value: '' },
    sid: { value: '' },
    host: { value: '' },
    interface: { value: '' },
    discoveryRetries: { value: 3 },
    pollInterval: { value: 0 },
    devices: { value: [] },
    version: { value: 1 },
  },
  credentials: {
    key: { type: 'password' },
    token: { type: 'password' },
  },
  paletteLabel() {
    return this._('palette.name');
  },
  label() {
    return this.name || String(this.sid || this.host || '') || this._('palette.name');
  },
  oneditprepare() {
    addStyles();
    addInterfaceField(this);
    addDiscovery(this);
    addKeyTest(this);
    addKeyRead(this);
    addDevicesTable(this);
  },
  oneditsave() {
    saveNumbers(this, ['discoveryRetries', 'pollInterval'], 'node-config-input');
    Object.assign(this, { devices: readDevicesTable() });
    return saveReadKey(this);
  },
  oneditcancel() {
    cancelReadKey(this);
  },
});
