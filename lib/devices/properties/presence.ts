/** What contact, motion and leak sensors notice. */

import type { Property, Reader } from '../definition';
import { describeProperty, under } from './describe';
import { readNumber } from './measure';
import { readWord, told } from './word';

/**
 * Motion and silence. Only a report makes motion true, because heartbeats and reads repeat the last status; silence may come
 * from anywhere: `no_motion` seconds in v1, nothing in v2 (lumi-lan.md §3.3).
 */
export function motion(): readonly Property[] {
  const readSilence = readWord('motion', { no_motion: false, motion: undefined });
  const readStatus: Reader = (value, draft, field, source, fields) => {
    if (value === 'motion' && source === 'report') draft.values.motion = true;
    else readSilence(value, draft, field, source, fields);
  };
  const readSeconds = readNumber('noMotionFor');
  const readNoMotion: Reader = (value, draft, field, source, fields) => {
    readSeconds(value, draft, field, source, fields);
    if (typeof draft.values.noMotionFor === 'number') draft.values.motion = false;
  };
  return [
    { description: describeProperty('motion'), reads: under(['status', 'motion_status'], readStatus) },
    { description: describeProperty('noMotionFor'), reads: under('no_motion', readNoMotion) },
  ];
}

/** Open or closed, and for how long it was left open; `no_close` implies open (lumi-lan.md §3.4). */
export function contact(): readonly Property[] {
  const readState = readWord('open', { open: true, no_close: true, close: false });
  const readStatus: Reader = (value, draft, field, source, fields) => {
    readState(value, draft, field, source, fields);
    if (draft.values.open === false) draft.values.openFor = 0;
  };
  const readSeconds = readNumber('openFor');
  const readNoClose: Reader = (value, draft, field, source, fields) => {
    readSeconds(value, draft, field, source, fields);
    if (typeof draft.values.openFor === 'number') draft.values.open = true;
  };
  return [
    { description: describeProperty('open'), reads: under(['status', 'window_status'], readStatus) },
    { description: describeProperty('openFor'), reads: under('no_close', readNoClose) },
  ];
}

/** Wet or dry. `iam` is the test button, not a state (lumi-lan.md §3.5). */
export function leak(): Property {
  const words = { leak: true, no_leak: false, normal: false, iam: undefined };
  return told('leak', { from: ['status', 'wleak_status'] }, words);
}
