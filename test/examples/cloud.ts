/** The account of an example: a pretend cloud with devices, the settings that lead there, and a user who signs in. */

import { type CloudDeviceConfig, type PretendCloud, startPretendCloud } from '../../lib/simulator/cloud';
import type { AccountHost } from '../../nodes/shared/runtime/account-host';
import { until } from '../support/wait';

export const STORE_KEY = 'a key made up for the tests of the examples';
export const REDIRECT_URL = 'http://127.0.0.1:1880/lumiot/miot/callback';

export function openCloud(devices: readonly CloudDeviceConfig[]): Promise<PretendCloud> {
  return startPretendCloud({ redirectUrl: REDIRECT_URL, devices });
}

/** What a user types into the dialog of the account, and the addresses of the pretend cloud. */
export function accountSettings({ addresses }: PretendCloud): Readonly<Record<string, unknown>> {
  const { http, mqtt, clientId, redirectUrl } = addresses;
  return { clientId, redirectUrl, apiHost: http, oauthHost: http, mqttHost: mqtt, specHost: http };
}

/** Signs in as a user does, and waits until the devices are there and those in use are listened to. */
export async function signIn({ account }: AccountHost, cloud: PretendCloud): Promise<void> {
  await until(() => account.state.session.state.phase === 'signed-out', 'the account is ready for a sign-in');
  const { url } = await account.signIn();
  await account.complete(await cloud.approve(url));
  await until(() => account.devices.size === cloud.devices().length, 'every device is listed');
}
