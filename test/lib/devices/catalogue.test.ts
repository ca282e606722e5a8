/** What holds for every entry of the catalogue. */

import assert from 'node:assert/strict';
import {
  buttonsOf,
  channelsOf,
  confirmationOf,
  type Definition,
  type Dialect,
  decode,
  definitions,
  describe as describeDefinition,
  encode,
  findDefinition,
  isWritable,
  type PropertyDescription,
  unknownDefinition,
} from '../../../lib/devices';
import type { Value } from '../../../lib/home/device';
import { vocabulary, type Word, word } from '../../../lib/home/vocabulary';

const dialects: readonly Dialect[] = [1, 2];

function label({ models, name }: Definition): string {
  return `${models[0]} (${name})`;
}

function typeOf(description: PropertyDescription): Word['type'] {
  const { type }: Word = vocabulary[description.property];
  return type;
}

/** Values that a writable property must be able to carry there and back. */
function samples(description: PropertyDescription): readonly Value[] {
  const { min = 0, max = 0 } = description;
  switch (typeOf(description)) {
    case 'boolean':
      return [true, false];
    case 'number': {
      // Brightness 0 is off, and off has no brightness.
      const lowest = description.property === 'brightness' ? 1 : min;
      return Array.from({ length: max - lowest + 1 }, (_, index) => lowest + index);
    }
    case 'text':
      return description.values ?? [];
    case 'color':
      return ['#ff8800', '#0016ff', '#000001', '#ffffff', '#010203'];
    case 'object':
      return [];
  }
}

describe('catalogue', () => {
  it('names every model once, without prefix or blanks', () => {
    const models = definitions.flatMap((definition) => definition.models);
    assert.deepEqual(
      models.filter((model, index) => models.indexOf(model) !== index),
      [],
    );
    assert.deepEqual(
      models.filter((model) => model !== model.trim() || model === '' || model.startsWith('lumi.')),
      [],
    );
  });

  it('has at least one model per entry', () => {
    assert.deepEqual(definitions.filter(({ models }) => models.length === 0).map(label), []);
  });

  it('finds every model by its name, with prefix and with blanks', () => {
    for (const definition of definitions) {
      for (const model of definition.models) {
        assert.equal(findDefinition(model), definition);
        assert.equal(findDefinition(` lumi.${model} `), definition);
      }
    }
  });

  it('cites the section every entry follows', () => {
    for (const definition of definitions) assert.match(definition.source, /^lumi-lan\.md §\d/, label(definition));
  });

  it('marks every entry that is known by name only as uncertain', () => {
    const listed = definitions.filter(({ evidence }) => evidence === 'listed');
    for (const definition of listed) assert.equal(definition.uncertain, true, label(definition));
  });

  it('knows no property beyond the vocabulary and none twice', () => {
    for (const definition of [...definitions, unknownDefinition]) {
      const names = describeDefinition(definition).map(({ property }) => property);
      assert.deepEqual(
        names.filter((name) => word(name) === undefined),
        [],
        label(definition),
      );
      assert.equal(new Set(names).size, names.length, label(definition));
    }
  });

  it('gives every value that a model can say or take', () => {
    for (const definition of definitions) assert.ok(describeDefinition(definition).length > 0, label(definition));
  });

  it('describes each entry once', () => {
    for (const definition of definitions) assert.equal(describeDefinition(definition), describeDefinition(definition));
  });

  it('gives every writable number a range and every writable text a list', () => {
    for (const definition of definitions) {
      for (const description of describeDefinition(definition).filter(({ writable }) => writable)) {
        const name = `${label(definition)} ${description.property}`;
        if (typeOf(description) === 'number') assert.ok(Number(description.min) < Number(description.max), name);
        if (typeOf(description) === 'text') assert.ok((description.values ?? []).length > 1, name);
        assert.notEqual(typeOf(description), 'object', name);
      }
    }
  });

  it('calls writable exactly what can be written', () => {
    for (const definition of definitions) {
      for (const { property, writable } of describeDefinition(definition)) {
        assert.equal(isWritable(definition, property), writable, `${label(definition)} ${property}`);
      }
    }
  });

  it('has batteries in battery devices only', () => {
    for (const definition of definitions) {
      const hasBattery = describeDefinition(definition).some(({ property }) => property === 'battery' || property === 'voltage');
      assert.equal(hasBattery, definition.power === 'battery', label(definition));
    }
  });

  it('confirms a motor by its travel, a state by report, and what is no property by the acknowledgement', () => {
    const curtain = findDefinition('curtain') ?? unknownDefinition;
    const plug = findDefinition('plug') ?? unknownDefinition;
    assert.equal(confirmationOf(curtain, 'position'), 'travel');
    assert.equal(confirmationOf(plug, 'on'), 'report');
    assert.equal(confirmationOf(plug, 'mid'), 'ack');
  });

  it('describes actions like a text that can be read, and the keys they come from', () => {
    const remote = findDefinition('remote.b286acn01') ?? unknownDefinition;
    const action = describeDefinition(remote).find(({ property }) => property === 'action');
    assert.deepEqual(action, {
      property: 'action',
      readable: true,
      writable: false,
      confirmation: 'report',
      values: ['single', 'double', 'hold'],
    });
    assert.deepEqual(buttonsOf(remote), ['left', 'right', 'both']);
    assert.deepEqual(buttonsOf(findDefinition('switch') ?? unknownDefinition), []);
    assert.deepEqual(buttonsOf(unknownDefinition), []);
  });

  it('counts the relays of plugs and switches, not those of lamps and air conditioners', () => {
    const counted = (model: string): number => channelsOf(findDefinition(model) ?? unknownDefinition);
    assert.deepEqual(['plug', 'ctrl_neutral1', 'ctrl_ln2', 'switch.n3acn3'].map(counted), [1, 1, 2, 3]);
    assert.deepEqual(['gateway', 'acpartner.v3', 'dimmer.rgbegl01', 'motion', 'no.such.model'].map(counted), [0, 0, 0, 0, 0]);
  });
});

describe('every writable property', () => {
  for (const definition of definitions) {
    const writable = describeDefinition(definition).filter((description) => description.writable && description.readable);
    for (const description of writable) {
      it(`${label(definition)} ${description.property} comes back as it was written, in both dialects`, () => {
        for (const dialect of dialects) {
          for (const value of samples(description)) {
            const fields = encode(definition, dialect, { [description.property]: value });
            const { values, rejected } = decode(definition, fields, 'report');
            assert.equal(values[description.property], value, `dialect ${dialect}: ${JSON.stringify(fields)}`);
            assert.deepEqual(rejected, []);
          }
        }
      });
    }
  }
});
