/** Inputs of an action, as flows give them. */

import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { ActionInputs } from '../../../lib/miot/account-types';
import { inputsOf } from '../../../lib/miot/action-inputs';
import type { SpecAction, SpecProperty } from '../../../lib/miot/spec-types';

function input(piid: number, name: string, members: Partial<SpecProperty> = {}): SpecProperty {
  return { name, siid: 2, piid, label: name, format: 'integer', canRead: false, canWrite: false, canNotify: false, ...members };
}

function actionOf(...inputs: SpecProperty[]): SpecAction {
  return { name: 'feeder:serve', siid: 2, aiid: 1, label: 'Serve', inputs, outputs: [] };
}

const serve = actionOf(input(3, 'feeder:count'), input(1, 'feeder:Wet-Food', { format: 'boolean' }));
const stop = actionOf();

function given(inputs: ActionInputs | undefined, action = serve): readonly unknown[] {
  return inputsOf(action, inputs, 'device Feeder (1)');
}

function refused(inputs: ActionInputs | undefined, sentence: string, action = serve): void {
  assert.throws(
    () => given(inputs, action),
    (error) => {
      assert.ok(error instanceof LumiotError);
      assert.deepEqual([error.code, error.message], ['BAD_INPUT', sentence]);
      return true;
    },
  );
}

describe('inputs of an action', () => {
  it('are taken in the order of the description, each in the words of its own format', () => {
    assert.deepEqual(given(['2', 'on']), [2, true]);
    assert.deepEqual(given([0, false]), [0, false]);
  });

  it('are taken by name, by the end of the name or by number, in any case and order', () => {
    for (const inputs of [
      { count: 2, 'wet-food': true },
      { 'WET-FOOD': true, ' Feeder:Count ': 2 },
      { 'feeder:wet-food': true, 'feeder:count': 2 },
      { 1: true, 3: 2 },
    ])
      assert.deepEqual(given(inputs), [2, true], JSON.stringify(inputs));
  });

  it('are none where the action takes none', () => {
    for (const inputs of [undefined, [], {}]) assert.deepEqual(given(inputs, stop), []);
    refused([1], 'The action feeder:serve of device Feeder (1) takes no inputs, but the list has 1 values.', stop);
    refused({ count: 1 }, 'The action feeder:serve of device Feeder (1) has no input "count". It takes no inputs.', stop);
  });

  it('are all needed', () => {
    const needs = 'The action feeder:serve of device Feeder (1) needs count, Wet-Food;';
    refused(undefined, `${needs} feeder:count is missing.`);
    refused({}, `${needs} feeder:count is missing.`);
    refused({ count: 2 }, `${needs} feeder:Wet-Food is missing.`);
    refused({ count: undefined, 'wet-food': true }, `${needs} feeder:count is missing.`);
    for (const list of [[], [2], [2, true, 1]])
      refused(list, `The action feeder:serve of device Feeder (1) takes count, Wet-Food, but the list has ${list.length} values.`);
  });

  it('are refused where the action does not know them, or knows them twice', () => {
    const has = 'The action feeder:serve of device Feeder (1) has no input';
    refused({ count: 2, 'wet-food': true, Speed: 1 }, `${has} "speed". It takes count, Wet-Food.`);
    refused({ 'feeder:count': 2, count: 3, 'wet-food': true }, `${has} "count". It takes count, Wet-Food.`);
    refused({ constructor: 2, 'wet-food': true }, `${has} "constructor". It takes count, Wet-Food.`);
  });

  it('are refused where a value does not fit', () => {
    refused(['many', true], 'feeder:count cannot be "many": it takes a number.');
    refused({ count: 2, 'wet-food': null }, 'feeder:Wet-Food cannot be null: it takes true or false, "on" or "off".');
  });
});
