/** Things that happen: clicks of buttons, turns of a cube. Only a report says so; heartbeats and reads repeat the past. */

import type { Action } from '../../home/device';
import type { Actions, Fields, Reader } from '../definition';
import { isNoReading, toNumber } from '../wire';
import { under } from './describe';

type Button = 'left' | 'right' | 'both';

/** lumi-lan.md §3.7; one wire word may differ from model to model, its meaning does not. */
const CLICKS = {
  click: 'single',
  double_click: 'double',
  long_click: 'hold',
  long_click_press: 'hold',
  long_click_release: 'release',
  shake: 'shake',
  both_click: 'single',
  double_both_click: 'double',
  long_both_click: 'hold',
};

const CUBE = {
  flip90: 'flip90',
  flip180: 'flip180',
  move: 'move',
  tap_twice: 'tap',
  shake_air: 'shake',
  swing: 'swing',
  alert: 'alert',
  free_fall: 'fall',
};

/** Reads a word as an action; one that no table knows passes under its own name, what is no word is counted. */
export function readActions(words: Readonly<Record<string, string>>, button?: Button): Reader {
  const table = new Map(Object.entries(words));
  return (value, draft, field, source) => {
    if (source !== 'report' || isNoReading(value)) return;
    if (typeof value !== 'string' || value === '') {
      draft.rejected.push(field);
      return;
    }
    const name = table.get(value) ?? value;
    draft.actions.push(button === undefined ? { name } : { name, button });
  };
}

type Click = 'single' | 'double' | 'hold' | 'release' | 'shake';

/** One key: `status` or `channel_0` in v1, `button_0` in v2. */
export function button(...names: readonly Click[]): Actions {
  return { names, buttons: [], reads: under(['status', 'channel_0', 'button_0'], readActions(CLICKS)) };
}

/** Two keys and both together: `channel_n` in v1, `button_n` in v2, `dual_channel` in either. */
export function twoButtons(...names: readonly Click[]): Actions {
  return {
    names,
    buttons: ['left', 'right', 'both'],
    reads: {
      ...under(['channel_0', 'button_0'], readActions(CLICKS, 'left')),
      ...under(['channel_1', 'button_1'], readActions(CLICKS, 'right')),
      ...under('dual_channel', readActions(CLICKS, 'both')),
    },
  };
}

/** Percent of a turn to degrees (lumi-lan.md §6). */
const DEGREES_PER_PERCENT = 3.6;
const STATUS_FIELDS = ['status', 'cube_status'];

/** The faces and turns of a cube. v1 turns: `rotate` "percent of a turn,milliseconds"; v2: degrees and time in fields of their own. */
export function cube(): Actions {
  const readStatus = readActions(CUBE);
  const statusReader: Reader = (value, draft, field, source, fields) => {
    if (value !== 'rotate') return readStatus(value, draft, field, source, fields);
    if (source !== 'report' || 'rotate' in fields) return;
    draft.actions.push(turn(toNumber(fields.rotate_degree), toNumber(fields.detect_time)));
  };
  const rotateReader: Reader = (value, draft, field, source) => {
    if (source !== 'report') return;
    const comma = typeof value === 'string' ? value.indexOf(',') : -1;
    const percent = toNumber(typeof value === 'string' && comma >= 0 ? value.slice(0, comma).trim() : value);
    const durationMs = typeof value === 'string' && comma >= 0 ? toNumber(value.slice(comma + 1).trim()) : undefined;
    if (percent === undefined) draft.rejected.push(field);
    else draft.actions.push(turn(tenths(percent * DEGREES_PER_PERCENT), durationMs));
  };
  const degreeReader: Reader = (value, draft, field, source, fields) => {
    const degrees = toNumber(value);
    if (degrees === undefined) draft.rejected.push(field);
    else if (source === 'report' && !isTold(fields)) draft.actions.push(turn(degrees, toNumber(fields.detect_time)));
  };
  return {
    names: [...Object.values(CUBE), 'rotate'],
    buttons: [],
    reads: { ...under(STATUS_FIELDS, statusReader), ...under('rotate', rotateReader), ...under('rotate_degree', degreeReader) },
  };
}

/** Whether another field of the datagram tells the same turn. */
function isTold(fields: Fields): boolean {
  return fields.cube_status === 'rotate' || fields.status === 'rotate' || 'rotate' in fields;
}

function turn(angle: number | undefined, durationMs: number | undefined): Action {
  return {
    name: 'rotate',
    ...(angle === undefined ? {} : { angle }),
    ...(durationMs === undefined ? {} : { durationMs }),
  };
}

function tenths(number: number): number {
  return Math.round(number * 10) / 10;
}
