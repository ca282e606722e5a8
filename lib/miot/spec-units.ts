/** Units of MIoT-Spec-V2 and how people write them (miot-cloud.md §4.2). */

const shown: ReadonlyMap<string, string> = new Map([
  ['none', ''],
  ['null', ''],
  ['percentage', '%'],
  ['percent', '%'],
  ['celsius', '°C'],
  ['fahrenheit', '°F'],
  ['kelvin', 'K'],
  ['milliseconds', 'ms'],
  ['seconds', 's'],
  ['second', 's'],
  ['minutes', 'min'],
  ['minute', 'min'],
  ['hours', 'h'],
  ['hour', 'h'],
  ['days', 'd'],
  ['day', 'd'],
  ['arcdegrees', '°'],
  ['rgb', 'rgb'],
  ['lux', 'lx'],
  ['watt', 'W'],
  ['kilowatt', 'kW'],
  ['kwh', 'kWh'],
  ['kw·h', 'kWh'],
  ['volt', 'V'],
  ['mv', 'mV'],
  ['ampere', 'A'],
  ['ma', 'mA'],
  ['pascal', 'Pa'],
  ['kilopascal', 'kPa'],
  ['ug/m3', 'µg/m³'],
  ['mg/m3', 'mg/m³'],
  ['m3/h', 'm³/h'],
  ['meter', 'm'],
  ['metre', 'm'],
  ['centimeter', 'cm'],
  ['millimeter', 'mm'],
  ['gram', 'g'],
  ['kilogram', 'kg'],
  ['litre', 'L'],
  ['liter', 'L'],
]);

/** As a message and a dialog show it; undefined where there is none. A unit that is not in the table stays as the vendor wrote it. */
export function unitShown(unit: string): string | undefined {
  // Micro has two code points, and both occur.
  const key = unit
    .toLowerCase()
    .replace(/[\u00b5\u03bc]/g, 'u')
    .replaceAll('³', '3');
  return (shown.get(key) ?? unit) || undefined;
}
