/** Tells what devices of an account say: values, events, whether they can be reached; and whether the account itself is signed in. */

import type { NodeAPI } from 'node-red';
import { registerAccountInput } from '../shared/runtime/account-input';

export default function register(RED: NodeAPI): void {
  registerAccountInput(RED, 'miot-in');
}
