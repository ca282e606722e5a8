/** Things that are switched: a plug, the gangs of a wall switch, a curtain motor. */

import type { Dialect, Property, Reader, WireFields, Writer } from '../definition';
import { asNumber, wireNumber } from '../wire';
import { describeProperty, under } from './describe';
import { readNumber } from './measure';
import { toggle } from './word';

/** Words that occur in a channel and are no state: a virtual click in OFF1, the toggle command (lumi-lan.md §3.10). */
const PASSING = ['click', 'double_click', 'both_click', 'toggle'];

interface Switching {
  readonly uncertain?: boolean;
}

/** The relay of a plug: `status` in v1, `channel_0` in v2. */
export function onOff(): Property {
  return toggle('on', { from: ['status', 'channel_0'], to: { v1: 'status', v2: 'channel_0' }, passing: PASSING });
}

/** The gangs of a wall switch or relay: `on` for one, `channel1` to `channel3` for several. */
export function gangs(count: 1 | 2 | 3, { uncertain = false }: Switching = {}): readonly Property[] {
  const names = count === 1 ? (['on'] as const) : (['channel1', 'channel2', 'channel3'] as const).slice(0, count);
  return names.map((name, index) => {
    const field = `channel_${index}`;
    return toggle(name, { from: field, to: { v1: field, v2: field }, passing: PASSING, uncertain });
  });
}

/** Markers of a motor that does not know where it is (lumi-lan.md §3.11). */
const UNKNOWN_POSITIONS = [-1, 255];

/** Percent open; text in v1, number in v2. The motor arrives later, hence confirmed by travel. */
export function position(): Property {
  const reader: Reader = readNumber('position', { isMark: (number) => UNKNOWN_POSITIONS.includes(number) });
  const write: Writer = (value, fields, { dialect }) => {
    fields.curtain_level = wireNumber(Math.round(asNumber(value) ?? 0), dialect);
  };
  return {
    description: describeProperty('position', { writable: true, confirmation: 'travel' }),
    reads: under('curtain_level', reader),
    write,
  };
}

export type CurtainCommand = 'open' | 'close' | 'stop';

/** Wire fields that start or stop a motor: `status` in v1, `curtain_status` in v2 (lumi-lan.md §3.11). */
export function curtainCommand(dialect: Dialect, command: CurtainCommand): WireFields {
  return dialect === 1 ? { status: command } : { curtain_status: command };
}
