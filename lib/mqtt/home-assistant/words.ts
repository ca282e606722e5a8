/** How each property of the vocabulary looks in Home Assistant, where no composite entity takes it: one row each. */

import type { Family } from '../../home/device';
import type { PropertyName } from '../../home/vocabulary';

export interface Look {
  readonly name: string;
  /** Of a sensor, a binary sensor or a switch; as the property is. */
  readonly deviceClass?: string;
  readonly stateClass?: 'measurement' | 'total_increasing';
  /** Of no interest for who only wants to use the device. */
  readonly isDiagnostic?: true;
  /** There, but switched off until somebody wants it. */
  readonly isHidden?: true;
}

const measurement = { stateClass: 'measurement' } as const;

export const looks: Readonly<Partial<Record<PropertyName, Look>>> = {
  temperature: { name: 'Temperature', deviceClass: 'temperature', ...measurement },
  humidity: { name: 'Humidity', deviceClass: 'humidity', ...measurement },
  pressure: { name: 'Pressure', deviceClass: 'atmospheric_pressure', ...measurement },
  illuminance: { name: 'Illuminance', deviceClass: 'illuminance', ...measurement },
  illuminanceRaw: { name: 'Illuminance, raw', ...measurement, isDiagnostic: true, isHidden: true },
  motion: { name: 'Motion', deviceClass: 'motion' },
  noMotionFor: { name: 'No motion for', deviceClass: 'duration', isDiagnostic: true, isHidden: true },
  open: { name: 'Opening', deviceClass: 'opening' },
  openFor: { name: 'Open for', deviceClass: 'duration', isDiagnostic: true },
  leak: { name: 'Leak', deviceClass: 'moisture' },
  smoke: { name: 'Smoke', deviceClass: 'smoke' },
  gas: { name: 'Gas', deviceClass: 'gas' },
  alarm: { name: 'Alarm', isDiagnostic: true },
  density: { name: 'Density', ...measurement },
  tiltAngle: { name: 'Tilt angle', ...measurement },
  vibrationStrength: { name: 'Vibration strength', ...measurement },
  active: { name: 'Active', deviceClass: 'vibration' },
  firmware: { name: 'Firmware', isDiagnostic: true },
  protocol: { name: 'Protocol', isDiagnostic: true, isHidden: true },
  acPowerRaw: { name: 'Power, raw', ...measurement, isDiagnostic: true, isHidden: true },
  on: { name: 'Power' },
  channel1: { name: 'Channel 1' },
  channel2: { name: 'Channel 2' },
  channel3: { name: 'Channel 3' },
  power: { name: 'Power', deviceClass: 'power', ...measurement },
  energy: { name: 'Energy', deviceClass: 'energy', stateClass: 'total_increasing' },
  inUse: { name: 'Plugged in', deviceClass: 'plug' },
  mainsVoltage: { name: 'Mains voltage', deviceClass: 'voltage', ...measurement, isDiagnostic: true },
  position: { name: 'Position', ...measurement },
  brightness: { name: 'Brightness', ...measurement },
  color: { name: 'Color' },
  colorTemperature: { name: 'Color temperature', ...measurement },
  mode: { name: 'Mode' },
  fan: { name: 'Fan' },
  swing: { name: 'Swing' },
  targetTemperature: { name: 'Target temperature', deviceClass: 'temperature' },
  relay: { name: 'Relay' },
  battery: { name: 'Battery', deviceClass: 'battery', ...measurement, isDiagnostic: true },
  batteryLow: { name: 'Battery low', deviceClass: 'battery', isDiagnostic: true },
  voltage: { name: 'Battery voltage', deviceClass: 'voltage', ...measurement, isDiagnostic: true, isHidden: true },
  failedAttempts: { name: 'Failed attempts', ...measurement },
};

/** What a family is about: the entity that takes the device's name. Lights, covers and climates are about themselves. */
export const mains: Readonly<Partial<Record<Family, PropertyName>>> = {
  motion: 'motion',
  contact: 'open',
  leak: 'leak',
  smoke: 'smoke',
  gas: 'gas',
  plug: 'on',
  switch: 'on',
};

/** Families whose actions are what they are about. */
export const speakers: ReadonlySet<Family> = new Set(['button', 'cube', 'vibration', 'lock']);
