/** `decode` against its oracle: every model, random fields, all three sources. */

import { decode, findDefinition, type Source } from '../../lib/devices';
import type { Fields } from '../../lib/devices/definition';
import { expectedUpdate, FIELDS, fieldsOf } from './decode-oracle';
import { type Value, word } from './decode-words';
import { kindOf } from './models';
import { NAMES, type Random } from './random';
import { difference, shown } from './same';
import type { Target } from './target';

interface Case {
  readonly model: string;
  readonly source: Source;
  readonly fields: readonly (readonly [string, unknown])[];
}

const MODELS = [...kindOf.keys()];
const WORDS = [
  ...[
    'on',
    'off',
    'open',
    'close',
    'no_close',
    'motion',
    'no_motion',
    'leak',
    'no_leak',
    'normal',
    'iam',
    'alarm',
    'click',
    'double_click',
  ],
  ...[
    'long_click',
    'long_click_press',
    'long_click_release',
    'shake',
    'both_click',
    'rotate',
    'flip90',
    'free_fall',
    'tap_twice',
    'actively',
  ],
  ...[
    'vibrate',
    'tilt',
    'toggle',
    'circle',
    'heat',
    'cool',
    'auto',
    'low',
    'middle',
    'swing',
    'unswing',
    'unknown',
    'invalid',
    '90.5,100',
    '1,2,3',
  ],
  ...['-25,500', '7,', '1,2,x', '10000', '0.57', '99.99', '100.5', '1.1.2', '3', '255', '-1', '65537', '131073', '196609', '327683'],
];

export const decodes: Target<Case> = {
  name: 'decode',
  make: (random) => {
    const model = random.pick(MODELS);
    const kind = kindOf.get(model);
    const own = kind === undefined ? FIELDS : fieldsOf(kind);
    const field = (): string =>
      random.isLucky(0.8) ? random.pick(own) : random.pick([...FIELDS, ...NAMES, 'detect_time', 'no such field']);
    const fields = new Map(Array.from({ length: 1 + random.below(4) }, () => [field(), value(random)] as const));
    if (random.isLucky(0.1)) fields.set('detect_time', value(random));
    return { model, source: random.pick(['report', 'heartbeat', 'read']), fields: [...fields] };
  },
  isTaken: ({ model, source, fields }) => {
    const { values, actions } = decode(definitionOf(model), asFields(fields), source);
    return Object.keys(values).length + actions.length > 0;
  },
  judge: ({ model, source, fields }) => {
    const kind = kindOf.get(model);
    if (kind === undefined) return `the oracle knows no ${model}`;
    const wire = asFields(fields);
    const update = decode(definitionOf(model), wire, source);
    const where = `${model} ${source} ${shown(fields)}`;
    const unlike = difference({ ...update, values: { ...update.values } }, expectedUpdate(kind, wire, source === 'report'));
    if (unlike !== undefined) return `${unlike} for ${where}`;
    const wrong = Object.entries(update.values)
      .map(([name, one]) => word(name, one as Value))
      .find((one) => one !== undefined);
    if (wrong !== undefined) return `${wrong} for ${where}`;
    if (source !== 'report' && update.actions.length > 0) return `an action out of a ${source}: ${where}`;
    return source !== 'report' && update.values.motion === true ? `motion out of a ${source}: ${where}` : undefined;
  },
};

function value(random: Random): unknown {
  return random.isLucky(0.3) ? random.number() : random.json(WORDS);
}

function asFields(entries: readonly (readonly [string, unknown])[]): Fields {
  const fields = Object.create(null) as Record<string, unknown>;
  for (const [name, one] of entries) fields[name] = one;
  return fields;
}

function definitionOf(model: string): NonNullable<ReturnType<typeof findDefinition>> {
  const definition = findDefinition(model);
  if (definition === undefined) throw new Error(`the catalogue knows no ${model}`);
  return definition;
}
