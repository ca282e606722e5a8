/** What a vibration sensor feels (lumi-lan.md §3.8). v2 has no documented names; those of one peer are accepted. */

import type { Actions, Property, Reader } from '../definition';
import { isNoReading, toNumber } from '../wire';
import { readActions } from './actions';
import { describeProperty, under } from './describe';
import { measure } from './measure';

const STATUS_FIELDS = ['status', 'motion_status'];
const AXES = 3;

/** Degrees after a tilt; one vendor text misspells the field. */
export const tiltAngle = (): Property => measure('tiltAngle', { from: ['final_tilt_angle', 'final_tilt_angel'] });

export const vibrationStrength = (): Property => measure('vibrationStrength', { from: 'bed_activity' });

/** "x,y,z", raw. */
export function acceleration(): Property {
  const reader: Reader = (value, draft, field) => {
    const axes = typeof value === 'string' ? value.split(',') : [];
    const [x, y, z] = axes.map((axis) => toNumber(axis.trim()));
    if (isNoReading(value)) draft.values.acceleration = null;
    else if (axes.length !== AXES || x === undefined || y === undefined || z === undefined) draft.rejected.push(field);
    else draft.values.acceleration = { x, y, z };
  };
  return { description: describeProperty('acceleration'), reads: under('coordination', reader) };
}

/** Whether it feels movement that goes on; one peer lists the word, nobody has seen when it ends. */
export function active(): Property {
  const reader: Reader = (value, draft, _field, source) => {
    if (value === 'actively' && source === 'report') draft.values.active = true;
  };
  return { description: describeProperty('active', { uncertain: true }), reads: under(STATUS_FIELDS, reader) };
}

export function vibrations(): Actions {
  const words = { vibrate: 'vibrate', tilt: 'tilt', free_fall: 'fall' };
  return { names: Object.values(words), buttons: [], reads: under(STATUS_FIELDS, readActions(words)) };
}
