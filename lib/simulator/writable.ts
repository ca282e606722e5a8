/** What a write does, by model: the simulator's own table, so that a mistake in the catalogue cannot cancel itself. Source: lumi-lan.md §3, §4. */

import type { PretendDevice } from './device';
import type { Fields, Protocol } from './wire';

/** The new raw value for one that was written, or undefined when a gateway ignores it. */
type Rule = (value: unknown, current: unknown, protocol: Protocol) => unknown;
type Rules = Readonly<Record<string, Rule>>;

interface Row {
  readonly models: RegExp;
  readonly rules: Rules | ((device: PretendDevice, protocol: Protocol) => Rules);
}

/** What a write comes to. `undefined` values never occur. */
export interface Effect {
  /** Changes the state and is reported. */
  readonly reported: Fields;
  /** Takes effect without a report, ever (lumi-lan.md §4.1). */
  readonly quiet: Fields;
  /** Where a curtain is sent. */
  readonly travel: number | 'stop' | undefined;
  /** Whether any field was accepted. */
  readonly isApplied: boolean;
}

const onOff: Rule = oneOf(['on', 'off']);
const onOffToggle: Rule = (value, current, protocol) =>
  value === 'toggle' ? (current === 'on' ? 'off' : 'on') : onOff(value, current, protocol);
const click: Rule = oneOf(['click', 'double_click', 'long_click_press', 'long_click_release']);
/** A number and nothing else: text is refused (lumi-lan.md §4.2). */
const packedColor: Rule = (value) => (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 0xffffffff ? value : undefined);
const sound: Rule = (value) => wholeNumber(value, 0, 19_999);
const volume: Rule = (value) => wholeNumber(value, 0, 100);
const childSid: Rule = (value) => (typeof value === 'string' && /^[0-9a-f]{10,16}$/i.test(value) ? value : undefined);

const unreportedRules: Rules = { mid: sound, vol: volume, join_permission: oneOf(['yes', 'no']), remove_device: childSid };
const conditioner: Rules = {
  on_off_cfg: onOffToggle,
  mode_cfg: cycle(['heat', 'cool', 'auto', 'dry', 'wind']),
  ws_cfg: cycle(['low', 'middle', 'high', 'auto']),
  temp_cfg: range(17, 30),
};

const rows: readonly Row[] = [
  { models: /^gateway(\.|$)/, rules: { ...unreportedRules, rgb: packedColor } },
  {
    models: /^acpartner\./,
    rules: { ...unreportedRules, ...conditioner, swing_cfg: oneOf(['unswing', 'swing']), relay_status: onOffToggle },
  },
  { models: /^(plug|86plug|ctrl_86plug)(\.|$)/, rules: (device, protocol) => outlet(device, protocol) },
  { models: /^ctrl_dualchn/, rules: channels(2, onOffToggle) },
  { models: /^(ctrl_(neutral|ln)1|switch[_.]b1)/, rules: channels(1, onOff) },
  { models: /^(ctrl_(neutral|ln)2|switch[_.]b2|relay\.c2)/, rules: channels(2, onOff) },
  { models: /^switch\.[ln]3/, rules: channels(3, onOff) },
  { models: /^curtain(\.|$)/, rules: (_device, protocol) => curtain(protocol) },
  {
    models: /^rgbw_light$/,
    rules: { status: onOff, level: range(0, 254), color_temperature: range(50, 500), hue: range(0, 254), saturation: range(0, 254) },
  },
  {
    models: /^(light|dimmer)\./,
    rules: { power_status: onOffToggle, light_level: range(0, 100), light_rgb: packedColor, colour_temperature: range(50, 10_000) },
  },
  { models: /^(ctrl_hvac|airrtc)\./, rules: { ...conditioner, temp_cfg: range(5, 40) } },
  // Only protocol 1 documents a virtual click (lumi-lan.md §3.7).
  { models: /^switch$/, rules: (_device, protocol) => (protocol === 1 ? { status: click } : {}) },
  // A model the gateway's firmware does not know: whatever channels it has.
  {
    models: /^$/,
    rules: (device) =>
      Object.fromEntries(
        channelNames(3)
          .filter((name) => device.has(name))
          .map((name) => [name, onOff]),
      ),
  },
];

/** What writing `fields` to `device` does now; undefined where the model has nothing to write. */
export function effectOf(device: PretendDevice, protocol: Protocol, fields: Fields): Effect | undefined {
  const row = rows.find(({ models }) => models.test(device.bareModel));
  const rules = typeof row?.rules === 'function' ? row.rules(device, protocol) : row?.rules;
  if (rules === undefined || Object.keys(rules).length === 0) return undefined;
  const accepted: [string, unknown][] = [];
  for (const [name, value] of Object.entries(fields)) {
    const rule = Object.hasOwn(rules, name) ? rules[name] : undefined;
    const next = rule?.(value, device.get(name), protocol);
    if (next !== undefined) accepted.push([name, next]);
  }
  const isCurtain = /^curtain(\.|$)/.test(device.bareModel);
  return {
    reported: isCurtain ? {} : Object.fromEntries(accepted.filter(([name]) => !Object.hasOwn(unreportedRules, name))),
    quiet: Object.fromEntries(accepted.filter(([name]) => Object.hasOwn(unreportedRules, name))),
    travel: isCurtain ? accepted.map(([, value]) => destination(value)).at(-1) : undefined,
    isApplied: accepted.length > 0,
  };
}

function destination(value: unknown): number | 'stop' {
  if (value === 'open') return 100;
  if (value === 'close') return 0;
  return typeof value === 'string' && Number.isNaN(Number(value)) ? 'stop' : Number(value);
}

function channelNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `channel_${index}`);
}

function channels(count: number, rule: Rule): Rules {
  return Object.fromEntries(channelNames(count).map((name) => [name, rule]));
}

/** `status` in protocol 1, `channel_0` in protocol 2 and on outlets that have it (lumi-lan.md §3.9). */
function outlet(device: PretendDevice, protocol: Protocol): Rules {
  const usual = protocol === 1 ? 'status' : 'channel_0';
  const names = ['status', 'channel_0'].filter((name) => device.has(name));
  return Object.fromEntries((names.length > 0 ? names : [usual]).map((name) => [name, onOff]));
}

function curtain(protocol: Protocol): Rules {
  return { curtain_level: range(0, 100), [protocol === 1 ? 'status' : 'curtain_status']: oneOf(['open', 'close', 'stop', 'auto']) };
}

function oneOf(values: readonly string[]): Rule {
  return (value) => (typeof value === 'string' && values.includes(value) ? value : undefined);
}

/** One of the values, or `circle` for the next. */
function cycle(values: readonly string[]): Rule {
  return (value, current) => {
    if (value === 'circle') return values[(values.indexOf(String(current)) + 1) % values.length];
    return typeof value === 'string' && values.includes(value) ? value : undefined;
  };
}

/** A whole number, kept as the dialect keeps numbers: text in protocol 1. Clients send both forms. */
function range(min: number, max: number): Rule {
  return (value, _current, protocol) => {
    const number = wholeNumber(value, min, max);
    return number === undefined || protocol === 2 ? number : String(number);
  };
}

function wholeNumber(value: unknown, min: number, max: number): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  return typeof number === 'number' && Number.isInteger(number) && number >= min && number <= max ? number : undefined;
}
