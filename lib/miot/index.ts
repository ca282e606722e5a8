/** The cloud account: what the rest of the package uses of this folder. */

export { Account, type AccountEnvironment } from './account';
export * from './account-types';
export type { CloudDevice, CloudValue } from './cloud-device';
export { createHttp, type Http } from './http';
export { type Region, regions } from './regions';
export { type AccountSettings, checkAccountSettings } from './settings';
export type { DeviceSpec, SpecAction, SpecEvent, SpecProperty, SpecValue } from './spec-types';
export type { SessionState, SessionView, SignIn } from './tokens';
