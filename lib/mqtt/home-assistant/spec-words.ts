/** How the words and units of MIoT-Spec-V2 look in Home Assistant. Only what means one thing has a class. */

export interface SpecLook {
  readonly deviceClass: string;
  /** The units that the class knows; undefined where it has none. */
  readonly units?: readonly string[];
  readonly isDiagnostic?: true;
}

/** By the end of a property's name: 'environment:pm2.5-density'. Before the unit, which says less. */
export const numberWords: Readonly<Record<string, SpecLook>> = {
  'relative-humidity': { deviceClass: 'humidity', units: ['%'] },
  'battery-level': { deviceClass: 'battery', units: ['%'], isDiagnostic: true },
  'pm2.5-density': { deviceClass: 'pm25', units: ['µg/m³'] },
  'pm10-density': { deviceClass: 'pm10', units: ['µg/m³'] },
  'co2-density': { deviceClass: 'carbon_dioxide', units: ['ppm'] },
  'atmospheric-pressure': { deviceClass: 'atmospheric_pressure', units: ['Pa', 'kPa', 'hPa'] },
};

/** By unit, as `unitShown` writes it. */
export const unitWords: Readonly<Record<string, string>> = {
  '°C': 'temperature',
  '°F': 'temperature',
  lx: 'illuminance',
  W: 'power',
  kW: 'power',
  Wh: 'energy',
  kWh: 'energy',
  V: 'voltage',
  mV: 'voltage',
  A: 'current',
  mA: 'current',
  Pa: 'pressure',
  kPa: 'pressure',
  hPa: 'pressure',
  ms: 'duration',
  s: 'duration',
  min: 'duration',
  h: 'duration',
  d: 'duration',
};

/** By the end of the name of a property that says yes or no. */
export const truthWords: Readonly<Record<string, SpecLook>> = {
  'motion-state': { deviceClass: 'motion' },
  'submersion-state': { deviceClass: 'moisture' },
  'charging-state': { deviceClass: 'battery_charging', isDiagnostic: true },
};

/** By the type of the device, for a switch. */
export const switchWords: Readonly<Record<string, string>> = { outlet: 'outlet', switch: 'switch' };
