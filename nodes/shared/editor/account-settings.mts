/** Fields of an account that need more than a text box: region, transport, where the browser comes back, and the key of the token store. */

import { callbackAddress } from './account-api.mts';
import { makeCombo } from './combo.mts';
import { fieldOf } from './elements.mts';
import { addSelectField } from './select-field.mts';
import { comboTexts } from './words.mts';

const prefix = 'node-config-input';
const regions = ['cn', 'de', 'i2', 'ru', 'sg', 'us'] as const;
/** What Node-RED puts in the field of a stored password. */
const STORED = '__PWRD__';
const STORE_KEY_BYTES = 32;

export function addAccountSettings(node: EditorNode): void {
  addRegionField(node);
  addTransportField(node);
  const terms = document.getElementById('lumiot-terms');
  if (terms instanceof HTMLDetailsElement) terms.open = fieldOf('clientId', prefix)?.value === '';
  const hint = document.getElementById('lumiot-callback');
  if (hint) hint.textContent = node._('about.redirectUrl', { address: callbackAddress() });
  makeStoreKey();
}

/** Whether the key under which tokens are stored has been deployed. */
export function isStoreKeyDeployed(): boolean {
  return fieldOf('storeKey', prefix)?.value === STORED;
}

/** Which way devices are reached, and in a sentence what that means. */
function addTransportField(node: EditorNode): void {
  addSelectField(node, 'transport', ['auto', 'cloud', 'local'], prefix);
  const field = fieldOf('transport', prefix);
  const hint = document.getElementById('lumiot-transport');
  const cloud = document.getElementById('lumiot-cloud');
  if (!field || !hint) return;
  const describe = (): void => {
    hint.textContent = node._(`about.transport.${field.value}`, { defaultValue: '' });
    // Who uses the LAN only has nothing to sign in to.
    if (cloud) cloud.hidden = field.value === 'local';
  };
  field.addEventListener('change', describe);
  describe();
}

function addRegionField(node: EditorNode): void {
  const field = fieldOf('region', prefix);
  if (!field) return;
  const words = node._;
  makeCombo({
    field,
    texts: comboTexts(words, 'label.region'),
    options: () => regions.map((region) => ({ value: region, label: words(`region.${region}`), aside: region, keywords: region })),
  });
}

/** Tokens are stored under a key of their own: made once, kept as a credential, never seen again. */
function makeStoreKey(): void {
  const field = fieldOf('storeKey', prefix);
  if (field?.value !== '') return;
  const bytes = crypto.getRandomValues(new Uint8Array(STORE_KEY_BYTES));
  field.value = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
