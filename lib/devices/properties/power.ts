/** What a device says of its supply: cells that run empty, and the mains that flows through a plug. */

import { batteryPercent, isBatteryLow } from '../battery';
import type { Property, Reader } from '../definition';
import { refuse, toNumber } from '../wire';
import { describeProperty, under } from './describe';
import { type From, measure, readNumber } from './measure';

const VOLTAGE_FIELDS = ['voltage', 'battery_voltage'];
/** A decimal text below this is taken for kWh. */
const KWH_LIMIT = 100;

/** A lithium cell: voltage, percent and warning by lumi-lan.md §5.2. `battery` was only ever described, in 2016. */
export function coinCell(): readonly Property[] {
  const readVoltage = readNumber('voltage');
  const reader: Reader = (value, draft, field, source, fields) => {
    readVoltage(value, draft, field, source, fields);
    const voltage = draft.values.voltage;
    if (typeof voltage !== 'number') return;
    draft.values.battery = batteryPercent(voltage);
    draft.values.batteryLow = isBatteryLow(voltage);
  };
  return [
    { description: describeProperty('voltage'), reads: under(VOLTAGE_FIELDS, reader) },
    { description: describeProperty('battery'), reads: under('battery', readNumber('battery')) },
    { description: describeProperty('batteryLow'), reads: {} },
  ];
}

/** Cells whose curve is not a coin cell's: only the voltage (lumi-lan.md §5.2). */
export function cellVoltage({ uncertain = false } = {}): Property {
  return measure('voltage', { from: VOLTAGE_FIELDS, uncertain });
}

/** Watts now. An unused plug keeps saying its last power: nothing is drawn then (lumi-lan.md §3.9). */
export function power({ from, uncertain }: From): Property {
  const read = readNumber('power');
  const reader: Reader = (value, draft, field, source, fields) => {
    if (toNumber(fields.inuse) === 0) draft.values.power = 0;
    else read(value, draft, field, source, fields);
  };
  return { description: describeProperty('power', { uncertain }), reads: under(from, reader) };
}

/**
 * Cumulative energy, Wh on the wire. Firmware of 2016 may have written kWh as a small decimal such as "0.57" in v1; no capture
 * shows it, hence uncertain (lumi-lan.md §3.9).
 */
export function energy({ from, uncertain = true }: From): Property {
  const readWattHours = readNumber('energy', { divideBy: 1000 });
  const readKiloWattHours = readNumber('energy');
  const reader: Reader = (value, draft, field, source, fields) => {
    const read = isOldKiloWattHours(value) ? readKiloWattHours : readWattHours;
    read(value, draft, field, source, fields);
  };
  return { description: describeProperty('energy', { uncertain }), reads: under(from, reader) };
}

/** Whether something is plugged in. */
export function inUse({ from, uncertain }: From): Property {
  const reader: Reader = (value, draft, field) => {
    const number = toNumber(value);
    if (number === 0) {
      draft.values.inUse = false;
      draft.values.power = 0;
    } else if (number === 1) draft.values.inUse = true;
    else refuse(value, draft, field, 'inUse');
  };
  return { description: describeProperty('inUse', { uncertain }), reads: under(from, reader) };
}

/** Millivolts of the mains (lumi-lan.md §3.9). */
export const mainsVoltage = (from: From): Property => measure('mainsVoltage', from, { divideBy: 1000 });

function isOldKiloWattHours(value: unknown): boolean {
  if (typeof value !== 'string' || !value.includes('.')) return false;
  const number = toNumber(value);
  return number !== undefined && number < KWH_LIMIT;
}
