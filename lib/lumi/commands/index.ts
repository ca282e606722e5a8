/** Commands for the devices of a gateway, from what a person sends to what took effect. */

export { climateOf, commandClimate } from './climate';
export { commandCurtain, curtainState } from './curtain';
export { commandDevice, readDevice } from './device';
export { commandHub, type GatewayOverMiio } from './hub';
export { commandLight, lightOf, lightProperties } from './light';
export type { Order, Reply } from './reply';
export { commandRingtone } from './ringtone';
export { commandSwitch, switchedBy } from './switch';
