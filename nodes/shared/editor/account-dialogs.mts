/** The dialogs of nodes that use an account: the device, and the rows they share. */

import { type AccountPickerOptions, addAccountDevicePicker } from './account-device-picker.mts';
import { cloudDeviceName } from './account-home.mts';
import { checkRows, chooseOnly, fill, textRow } from './dialogs.mts';
import { fieldOf } from './elements.mts';
import { addStyles } from './styles.mts';

/** `oneditprepare` of a node that tells what the account's devices say. */
export function prepareAccountInput(node: EditorNode, onDevice: AccountPickerOptions['onDevice']): void {
  addStyles();
  chooseOnly(node, 'account');
  fill(node, 'device', () => [textRow(node, 'device', 'microchip')]);
  fill(node, 'options', () => [checkRows(node, ['onlyChanges', 'sendOnStart', 'includeRaw']), textRow(node, 'topic', 'tasks')]);
  addAccountDevicePicker(node, { empty: 'several', onDevice });
  const topic = fieldOf('topic');
  if (topic) topic.placeholder = node._('placeholder.topic');
}

/** `oneditprepare` of a node that reads, sets or starts something. */
export function prepareAccountControl(
  node: EditorNode,
  onDevice: AccountPickerOptions['onDevice'],
  options: readonly 'onlyReplies'[] = [],
): void {
  addStyles();
  chooseOnly(node, 'account');
  fill(node, 'device', () => [textRow(node, 'device', 'microchip')]);
  fill(node, 'options', () => [checkRows(node, options)]);
  addAccountDevicePicker(node, { empty: 'message', onDevice });
}

/** `label` of every node of an account: its name, else its device's, else what the palette calls it. */
export function accountLabelOf(node: EditorNode): string {
  return node.name || cloudDeviceName(String(node.account ?? ''), String(node.device ?? '')) || node._('palette.name');
}
