/** Tells when a button is pressed: round ones, wall remotes, those that can be shaken. */

import type { NodeAPI } from 'node-red';
import { actionMessage } from '../../lib/home/message';
import { registerInput } from '../shared/runtime/input';
import { text } from '../shared/runtime/settings';

interface ButtonSettings {
  /** '' = every. */
  readonly action: string;
  /** '' = every. */
  readonly button: string;
}

export default function register(RED: NodeAPI): void {
  registerInput<ButtonSettings>(RED, {
    type: 'lumi-button',
    families: ['button'],
    own: ['action', 'button'],
    parse: (stored) => ({ action: text(stored.action), button: text(stored.button) }),
    messages: (event, { action, button }) =>
      event.actions
        .filter((one) => (action === '' || one.name === action) && (button === '' || one.button === button))
        .map((one) => actionMessage(event.context, one)),
    statusProperty: () => '',
  });
}
