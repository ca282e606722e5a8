/** Which node fits a device: a row per family, the most fitting first. */

import type { Family } from '../../lib/home/device';
import type { KnownDevice } from '../shared/editor/api.mts';

const byFamily: Readonly<Record<Family, readonly string[]>> = {
  environment: ['lumi-sensor'],
  motion: ['lumi-motion', 'lumi-sensor'],
  contact: ['lumi-contact', 'lumi-sensor'],
  button: ['lumi-button'],
  cube: ['lumi-cube'],
  smoke: ['lumi-alarm', 'lumi-sensor'],
  gas: ['lumi-alarm', 'lumi-sensor'],
  leak: ['lumi-alarm', 'lumi-sensor'],
  vibration: ['lumi-sensor'],
  plug: ['lumi-switch', 'lumi-sensor'],
  switch: ['lumi-switch', 'lumi-sensor'],
  curtain: ['lumi-curtain', 'lumi-sensor'],
  lock: ['lumi-sensor'],
  light: ['lumi-light', 'lumi-device'],
  thermostat: ['lumi-climate', 'lumi-sensor'],
  gateway: ['lumi-light', 'lumi-sensor'],
  unknown: ['lumi-device', 'lumi-sensor'],
};

/** Node types for a device; the first is what a drag makes. */
export function nodeTypesFor({ family, properties }: Pick<KnownDevice, 'family' | 'properties'>): readonly string[] {
  // The gateway inside an air conditioner has no light.
  if (family === 'gateway' && !properties.some(({ property }) => property === 'brightness')) {
    const isClimate = properties.some(({ property }) => property === 'mode' || property === 'targetTemperature');
    return isClimate ? ['lumi-climate', 'lumi-sensor'] : ['lumi-sensor'];
  }
  return byFamily[family] ?? byFamily.unknown;
}
