/** What air-conditioning speaks: an AC partner by infrared, a thermostat by wire (lumi-lan.md §3.14, §4.5). */

import type { Property, Writer } from '../definition';
import { asNumber, wireNumber } from '../wire';
import { describeProperty, under } from './describe';
import { type From, readNumber } from './measure';
import { choice, toggle } from './word';

/** Commands for the next value, and the words of a device that has not learned its remote control. */
const NEXT = ['toggle', 'circle'];

const same = (field: string): { readonly v1: string; readonly v2: string } => ({ v1: field, v2: field });

interface Climate {
  readonly uncertain?: boolean;
}

/** On or off. `on_off_status` is what is, `on_off_cfg` what was set; the state stands where both do. */
export function climatePower({ uncertain = false }: Climate = {}): Property {
  const set = toggle('on', { from: 'on_off_cfg', to: same('on_off_cfg'), passing: NEXT, uncertain });
  const status = toggle('on', { from: 'on_off_status', to: same('on_off_cfg'), passing: NEXT, uncertain });
  const readSet = set.reads.on_off_cfg;
  return {
    ...set,
    reads: {
      ...status.reads,
      ...under('on_off_cfg', (value: unknown, draft, field, source, fields) => {
        if (!('on_off_status' in fields)) readSet?.(value, draft, field, source, fields);
      }),
    },
  };
}

export const mode = ({ uncertain = false }: Climate = {}): Property =>
  choice('mode', {
    from: 'mode_cfg',
    to: same('mode_cfg'),
    words: ['heat', 'cool', 'auto', 'dry', 'wind'],
    passing: NEXT,
    uncertain,
  });

export const fan = ({ uncertain = false }: Climate = {}): Property =>
  choice('fan', { from: 'ws_cfg', to: same('ws_cfg'), words: ['low', 'middle', 'high', 'auto'], passing: NEXT, uncertain });

export const swing = (): Property =>
  toggle('swing', { from: 'swing_cfg', to: same('swing_cfg'), yes: 'swing', no: 'unswing', passing: NEXT });

/** The socket relay of an AC partner. */
export const relay = (): Property => toggle('relay', { from: 'relay_status', to: same('relay_status'), passing: NEXT });

interface Range extends Climate {
  readonly min: number;
  readonly max: number;
}

/** Whole °C to be reached, within what the model takes. */
export function targetTemperature({ min, max, uncertain }: Range): Property {
  const write: Writer = (value, fields, { dialect }) => {
    fields.temp_cfg = wireNumber(Math.round(asNumber(value) ?? min), dialect);
  };
  return {
    description: describeProperty('targetTemperature', { writable: true, min, max, uncertain }),
    reads: under('temp_cfg', readNumber('targetTemperature')),
    write,
  };
}

/** Room temperature of a thermostat, taken for whole °C because the document gives no scale. */
export const roomTemperature = ({ from }: From): Property => ({
  description: describeProperty('temperature', { uncertain: true }),
  reads: under(from, readNumber('temperature')),
});
