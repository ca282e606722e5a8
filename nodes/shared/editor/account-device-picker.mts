/** The field for a device of an account: search by name, room, home, model or id; the value that matters most stands beside each. */

import type { CloudDeviceView, KnownSpec } from './account-api.mts';
import {
  accountOf,
  accountProblem,
  cloudDeviceOf,
  cloudDevicesOf,
  loadAccount,
  loadSpec,
  specOf,
  specProblem,
  watchAccounts,
} from './account-home.mts';
import { mainValue, wayOf } from './cloud-words.mts';
import { type Combo, makeCombo, type Option } from './combo.mts';
import { element, fieldOf, freshId } from './elements.mts';
import { comboTexts, problemText } from './words.mts';

export interface AccountPickerOptions {
  /** What '' means: every device of the account, the one the message names, or nothing. */
  readonly empty: 'several' | 'message' | 'none';
  /** The device changed, or more became known of it: its values, or what it can do. */
  readonly onDevice?: ((device: ChosenDevice) => void) | undefined;
}

export interface ChosenDevice {
  readonly id: string;
  /** Undefined: none chosen, or one that the account does not have. */
  readonly device: CloudDeviceView | undefined;
  readonly spec: KnownSpec | undefined;
  /** Why there is no description, in words; '' where there is one or nobody has asked. */
  readonly problem: string;
}

const collator = new Intl.Collator(undefined, { numeric: true });

export function addAccountDevicePicker(node: EditorNode, options: AccountPickerOptions): void {
  const field = fieldOf('device');
  const accountField = fieldOf('account');
  if (!field || !accountField) return;
  const words = node._;
  const account = (): string => (accountField.value === '_ADD_' ? '' : accountField.value);

  const list = (): Option[] => {
    const first: Option[] = options.empty === 'none' ? [] : [{ value: '', label: words(`device.${options.empty}`) }];
    const devices = [...cloudDevicesOf(account())].sort((one, other) => collator.compare(one.name || one.id, other.name || other.id));
    return [...first, ...devices.map((device) => optionOf(words, account(), device))];
  };

  const hint = element('div', { class: 'lumiot-hint', id: freshId(), 'aria-live': 'polite' });
  const showHint = (): void => {
    const { text, isWarning } = hintOf(words, account(), field.value, options.empty);
    hint.textContent = text;
    hint.title = text;
    hint.classList.toggle('lumiot-warn', isWarning);
  };

  const status = (): string => {
    if (account() === '') return words('account.choose');
    const problem = accountProblem(account());
    if (problem) return problem.status === 404 ? words('account.deployFirst') : problemText(words, problem.code);
    const home = accountOf(account());
    if (!home) return words('device.loading');
    const { phase } = home.account;
    if (home.devices.length > 0) return '';
    if (phase === 'loading') return words('device.loading');
    if (phase === 'signed-out' || phase === 'sign-in-needed' || phase === 'unconfigured') return words(`account.phase.${phase}`);
    return words('account.noDevices');
  };

  const tell = (): void => {
    showHint();
    const id = field.value;
    const problem = specProblem(account(), id);
    options.onDevice?.({
      id,
      device: cloudDeviceOf(account(), id),
      spec: specOf(account(), id),
      problem: problem ? problemText(words, problem.code) : '',
    });
  };

  /** The account's devices, then what the chosen one can do. */
  const update = async (): Promise<void> => {
    if (account() !== '') await loadAccount(account());
    if (!field.isConnected) return;
    combo.refresh();
    tell();
    await describe();
  };
  const describe = async (): Promise<void> => {
    const did = field.value;
    if (cloudDeviceOf(account(), did) === undefined) return;
    await loadSpec(account(), did);
    if (field.isConnected && field.value === did) tell();
  };

  const combo: Combo = makeCombo({
    field,
    texts: { ...comboTexts(words, 'label.device'), placeholder: words(`device.${options.empty}`) },
    options: list,
    status,
    onOpen: () => void update(),
    onChange: () => {
      tell();
      void update();
    },
  });
  combo.input.setAttribute('aria-describedby', hint.id);
  field.closest('.form-row')?.append(hint);
  // jQuery: Node-RED triggers this change itself when an account was added.
  $(accountField).on('change', () => void update());
  watchAccounts({
    isAlive: () => field.isConnected,
    hear: (id) => {
      if (id !== account()) return;
      combo.refresh();
      tell();
      // The account may just have come to know the device.
      if (specOf(account(), field.value) === undefined && specProblem(account(), field.value) === undefined) void describe();
    },
  });
  tell();
  void update();
}

/** "Bedroom · yeelink.light.lamp1 · 68332340", with the value right of it. */
function optionOf(words: Words, account: string, device: CloudDeviceView): Option {
  const { id, name, room, home, model, battery, online } = device;
  // Made when a row is drawn or searched: of hundreds of devices only a few are seen.
  return {
    value: id,
    label: name || id,
    get detail() {
      return [...new Set([room || home, model, id])].filter((part) => part !== '').join(' · ');
    },
    get aside() {
      return mainValue(words, account, device);
    },
    get note() {
      const about = [
        online === false && words('device.offline'),
        battery !== null && `${words('property.battery')} ${Math.round(battery)} %`,
        device.isShared && words('account.shared'),
        wayOf(words, device),
      ];
      return about.filter((part) => part !== false).join(' · ');
    },
    get keywords() {
      return [room, home, model, id].join(' ');
    },
  };
}

function hintOf(
  words: Words,
  account: string,
  id: string,
  empty: AccountPickerOptions['empty'],
): { readonly text: string; readonly isWarning: boolean } {
  if (id === '') return { text: empty === 'several' ? words('account.several') : words(`device.about.${empty}`), isWarning: false };
  if (id.includes('${')) return { text: '', isWarning: false };
  const device = cloudDeviceOf(account, id);
  if (device) {
    const offline = device.online === false ? words('device.offline') : '';
    const parts = [offline, mainValue(words, account, device), device.room || device.home, device.model, device.id, wayOf(words, device)];
    return { text: parts.filter((part) => part !== '').join(' · '), isWarning: device.online === false };
  }
  const home = accountOf(account);
  if (home === undefined || home.devices.length === 0) return { text: '', isWarning: false };
  return { text: words('account.unknownDevice'), isWarning: true };
}
