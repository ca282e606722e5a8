/**
 * Datagrams gathered from real homes and vendor documents, read by the parser and the catalogue and compared with what was
 * expected of them. Runs only where the environment variable LUMIOT_CORPUS names the folder of `lan.jsonl`.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { channelsOf, type Definition, decode, resolveDefinition, type Source } from '../../../lib/devices';
import type { Action, Values } from '../../../lib/home/device';
import { unitOf } from '../../../lib/home/vocabulary';
import { type Frame, type FrameKind, parseFrame } from '../../../lib/lumi/frame';

interface Row {
  readonly id: string;
  readonly raw: string;
  readonly expect?: Readonly<Record<string, unknown>>;
}

/** What the package says of one row. */
interface Said {
  readonly frame: Frame;
  readonly definition: Definition;
  readonly values: Values;
  readonly actions: readonly Action[];
  readonly isReport: boolean;
}

/** How one expected key is compared: what it demands in our vocabulary, and what we say. */
type Rule = (expected: unknown, said: Said) => readonly [wanted: unknown, got: unknown];

/** Rows we read otherwise than expected, and why. A listed row that agrees fails. */
const disagreements: ReadonlyMap<string, string> = new Map([
  ['lan-0239', 'lumi-lan.md §3.8: the angle follows a tilt that `status` has told already; a second action would be one tilt too many'],
  ['lant-0306', 'lumi-lan.md §3.9: a plug has no temperature; a known model never says what its kind cannot measure'],
]);
const MOST_DISAGREEMENTS = 5;

const sources: Partial<Record<FrameKind, Source>> = {
  report: 'report',
  heartbeat: 'heartbeat',
  'read-answer': 'read',
  'write-answer': 'read',
};

const events: Readonly<Record<string, string>> = {
  click: 'single',
  double_click: 'double',
  long_click: 'hold',
  long_click_press: 'hold',
  long_click_release: 'release',
  both_click: 'single',
  double_both_click: 'double',
  long_both_click: 'hold',
  tap_twice: 'tap',
  shake_air: 'shake',
  free_fall: 'fall',
};
const kinds: Readonly<Record<string, FrameKind>> = { id_list: 'list', gateway_found: 'iam' };
const methods: Readonly<Record<string, string>> = { fingerprint: 'finger', password: 'password', card: 'card' };
const buttons: Readonly<Record<string, string>> = { 0: 'left', 1: 'right', both: 'both' };
const codes: Readonly<Record<string, string>> = { 0: 'clear', alarm: 'alarm' };

const value =
  (property: string): Rule =>
  (expected, { values }) => [expected, values[property]];
const unit =
  (property: string): Rule =>
  (expected) => [expected, unitOf(property)];
const word =
  (property: string, words: Readonly<Record<string, unknown>>): Rule =>
  (expected, { values }) => [expected === null ? null : words[String(expected)], values[property]];
const header =
  (key: string): Rule =>
  (expected, { frame }) => [expected, (frame as unknown as Record<string, unknown>)[key]];

/** The relay of one gang is `on`, those of several are channels; a relay that was not told is absent. */
const relay =
  (index: number): Rule =>
  (expected, { definition, values }) => {
    const property = channelsOf(definition) === 1 ? 'on' : `channel${index + 1}`;
    return [expected, values[property] ?? null];
  };

/** Actions come from a report only: a read or heartbeat repeats the past (lumi-lan.md §2.4). */
const action =
  (wanted: (expected: unknown, said: Said) => unknown, got: (action: Action | undefined) => unknown): Rule =>
  (expected, said) => [said.isReport ? wanted(expected, said) : undefined, got(said.actions[0])];

const rules: Readonly<Record<string, Rule>> = {
  // Envelope
  kind: (expected, { frame }) => [kinds[String(expected)], frame.kind],
  gateway: header('sid'),
  token: (expected, { frame }) => [expected, frame.token ?? null],
  error: header('error'),
  ip: header('ip'),
  port: header('port'),
  gateway_ip: (expected, { frame }) => [expected, frame.fields.ip],
  devices: (expected, { frame }) => [expected, frame.kind === 'list' ? frame.devices.length : undefined],
  models: (expected, { frame }) => [expected, frame.kind === 'list' ? frame.devices.map(({ model }) => model) : undefined],
  model: (expected, { frame }) => [expected, frame.model === '' ? null : frame.model],
  proto_version: (expected, { frame, values }) => [expected, frame.kind === 'iam' ? frame.protoVersion : values.protocol],
  state: (_expected, { values }) => [{}, { ...values }],

  // Supply
  battery_mv: value('voltage'),
  // An unknown model keeps its raw constant, but nobody makes a battery of it.
  mains_powered: (_expected, { definition, values }) => {
    const isUnknown = definition.family === 'unknown';
    const hasBattery = 'battery' in values || (!isUnknown && 'voltage' in values);
    return [
      { hasBattery: false, isMains: true },
      { hasBattery, isMains: isUnknown || definition.power === 'mains' },
    ];
  },

  // Sensors
  temperature: value('temperature'),
  temperature_unit: unit('temperature'),
  humidity: value('humidity'),
  humidity_unit: unit('humidity'),
  pressure: value('pressure'),
  pressure_unit: unit('pressure'),
  illuminance_raw: value('illuminanceRaw'),
  illuminance_lux: value('illuminance'),
  contact: word('open', { open: true, closed: false }),
  open_for_s: value('openFor'),
  motion: value('motion'),
  no_motion_s: value('noMotionFor'),
  // The last status a gateway kept: silence is a state, motion would be an event.
  motion_last_known: (expected, { values }) => [expected === 'no_motion' ? false : undefined, values.motion],
  leak: value('leak'),
  alarm: (expected, { definition, values }) => [expected, values[definition.family]],
  alarm_code: word('alarm', codes),
  density: value('density'),
  vibration_strength: value('vibrationStrength'),
  tilt_deg: value('tiltAngle'),
  accelerometer: (expected, { values }) => {
    const axes = values.acceleration;
    return [expected, typeof axes === 'object' && axes !== null ? [axes.x, axes.y, axes.z] : axes];
  },

  // Actions
  event: (expected, said) =>
    expected === 'wrong_attempts'
      ? ['number', typeof said.values.failedAttempts]
      : action(
          (event) => events[String(event)] ?? event,
          (first) => first?.name,
        )(expected, said),
  button: action(
    (expected, { definition }) => (definition.actions?.buttons.length ? buttons[String(expected)] : undefined),
    (first) => first?.button,
  ),
  duration_ms: action(
    (expected) => expected,
    (first) => first?.durationMs,
  ),
  degrees_approx: action(
    (expected) => expected,
    (first) => first?.angle,
  ),
  // Percent of a turn in v1, degrees in v2 (lumi-lan.md §6).
  rotate_raw: action(
    (expected, { frame }) => (frame.dialect === 1 ? Math.round(Number(expected) * 36) / 10 : expected),
    (first) => first?.angle,
  ),
  count: value('failedAttempts'),
  method: (expected, { values }) => [methods[String(expected)], userPart(values, 'method')],
  // The lower half is the user, the upper one the method (lumi-lan.md §3.12).
  user_id: (expected, { values }) => [Number(expected) % 65_536, userPart(values, 'id')],

  // Mains devices
  relay_0: relay(0),
  relay_1: relay(1),
  power_w: value('power'),
  energy_wh: (expected, { values }) => [expected, typeof values.energy === 'number' ? Math.round(values.energy * 1000) : values.energy],
  in_use: value('inUse'),
  position_pct: value('position'),
  light: (expected, { values }) => {
    const { on, brightness_pct, rgb } = expected as Readonly<Record<string, unknown>>;
    const { on: isOn, brightness, color } = values;
    // Off says nothing of the colour, so that the remembered one stays (lumi-lan.md §4.2).
    return [on === true ? [on, brightness_pct, rgb] : [on, undefined, undefined], [isOn, brightness, color]];
  },

  // Air-conditioning
  on_off_cfg: word('on', { on: true, off: false }),
  on_off_status: word('on', { on: true, off: false }),
  mode_cfg: value('mode'),
  ws_cfg: value('fan'),
  swing_cfg: word('swing', { swing: true, unswing: false }),
  temp_cfg: value('targetTemperature'),
  relay_status: word('relay', { on: true, off: false }),
  ac_power: value('acPowerRaw'),
  fw_ver: value('firmware'),
};

function userPart(values: Values, part: string): unknown {
  const { user } = values;
  return typeof user === 'object' && user !== null ? user[part] : undefined;
}

/** Remarks for people, of which there is nothing to compare. */
function isRemark(key: string): boolean {
  return key.endsWith('_note');
}

function say(row: Row): Said {
  const parsed = parseFrame(Buffer.from(row.raw, 'utf8'));
  assert.ok(parsed.ok, `${row.id} is not understood`);
  const { frame } = parsed;
  const definition = resolveDefinition(frame.model, frame.fields);
  const source = sources[frame.kind];
  const isState = source !== undefined && frame.error === undefined;
  const { values, actions } = decode(definition, isState ? frame.fields : {}, source ?? 'read');
  return { frame, definition, values, actions, isReport: source === 'report' };
}

/** The keys of a row on which we disagree, each with both sides. */
function differences(row: Row): readonly string[] {
  const said = say(row);
  return Object.entries(row.expect ?? {}).flatMap(([key, expected]) => {
    if (isRemark(key)) return [];
    const rule = rules[key];
    if (rule === undefined) return [`${key}: no rule`];
    const [wanted, got] = rule(expected, said);
    return isSame(wanted, got) ? [] : [`${key}: wanted ${JSON.stringify(wanted)}, got ${JSON.stringify(got)}`];
  });
}

function isSame(wanted: unknown, got: unknown): boolean {
  try {
    assert.deepEqual(got, wanted);
    return true;
  } catch {
    return false;
  }
}

const folder = process.env.LUMIOT_CORPUS;

(folder ? describe : describe.skip)('corpus of datagrams', () => {
  const lines = folder ? readFileSync(path.join(folder, 'lan.jsonl'), 'utf8').split('\n') : [];
  const rows = lines.filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Row);
  const expected = rows.filter(({ expect }) => expect !== undefined && expect !== null);

  it('is there', () => {
    assert.ok(expected.length > 200, `${expected.length} rows`);
  });

  it('is read as expected, apart from the rows listed here', () => {
    const wrong = expected.filter(({ id }) => !disagreements.has(id)).flatMap((row) => differences(row).map((text) => `${row.id} ${text}`));
    assert.deepEqual(wrong, []);
  });

  it('disagrees with every row listed here, and with few', () => {
    assert.ok(disagreements.size <= MOST_DISAGREEMENTS);
    for (const [id, reason] of disagreements) {
      const row = expected.find((candidate) => candidate.id === id);
      assert.ok(row, `${id} is not in the corpus`);
      assert.notDeepEqual(differences(row), [], `${id} agrees: take it off the list`);
      assert.match(reason, /lumi-lan\.md §\d/);
    }
  });

  it('says nothing where nothing is expected, or only what its fields hold', () => {
    for (const row of rows.filter(({ expect }) => expect === undefined || expect === null)) {
      const parsed = parseFrame(Buffer.from(row.raw, 'utf8'));
      if (!parsed.ok) continue;
      const { frame } = parsed;
      const { values, actions } = decode(resolveDefinition(frame.model, frame.fields), frame.fields, 'report');
      const spoken = Object.keys(values).length + actions.length;
      assert.ok(spoken <= 3 * Object.keys(frame.fields).length, row.id);
    }
  });
});
