/** The fields for what a cloud device can do: a property, an event or an action of its description. Any other name may be typed. */

import type { SpecAction, SpecEvent, SpecProperty } from '../../../lib/miot/spec-types';
import type { ChosenDevice } from './account-device-picker.mts';
import { accepted, access, argumentsText, cloudValue, inputsText } from './cloud-words.mts';
import { type Combo, makeCombo, type Option } from './combo.mts';
import { element, fieldOf, freshId } from './elements.mts';
import { comboTexts } from './words.mts';

/** A field that follows the chosen device. */
export interface SpecField {
  show(chosen: ChosenDevice): void;
}

/** What a property is wanted for. */
export type Wanted = 'read' | 'write' | 'notify';

const nobody: ChosenDevice = { id: '', device: undefined, spec: undefined, problem: '' };

/** '' = all, or from the message, as the node's catalogue says. */
export function addPropertyChoice(node: EditorNode, wanted: Wanted): SpecField {
  return addSpecField(node, 'property', {
    options: (chosen, stored) => propertyOptions(node._, chosen, wanted, stored),
    hint: (chosen, name) => {
      const property = chosen.spec?.properties.find((one) => one.name === name);
      if (property === undefined) return '';
      const value = cloudValue(node._, currentOf(chosen, name), property);
      const now = value === '' ? '' : node._('cloud.now', { value });
      const what = wanted === 'write' ? node._('cloud.accepts', { what: accepted(node._, property) }) : accepted(node._, property);
      return [now, what].filter((part) => part !== '').join(' · ');
    },
  });
}

export function addEventChoice(node: EditorNode): SpecField {
  const find = ({ spec }: ChosenDevice, name: string): SpecEvent | undefined => spec?.events.find((one) => one.name === name);
  return addSpecField(node, 'event', {
    options: ({ spec }) =>
      (spec?.events ?? []).map((one) => ({
        value: one.name,
        label: one.label,
        detail: [one.name, argumentsText(one)].filter((part) => part !== '').join(' · '),
      })),
    hint: (chosen, name) => {
      const event = find(chosen, name);
      if (event === undefined) return '';
      return event.arguments.length === 0 ? node._('cloud.noArguments') : node._('cloud.arguments', { list: argumentsText(event) });
    },
  });
}

export function addActionChoice(node: EditorNode): SpecField {
  const find = ({ spec }: ChosenDevice, name: string): SpecAction | undefined => spec?.actions.find((one) => one.name === name);
  return addSpecField(node, 'action', {
    options: ({ spec }) =>
      (spec?.actions ?? []).map((one) => ({ value: one.name, label: one.label, detail: `${one.name} · ${inputsText(node._, one)}` })),
    hint: (chosen, name) => {
      const action = find(chosen, name);
      if (action === undefined) return '';
      return action.inputs.length === 0 ? node._('cloud.noInputs') : node._('cloud.inputs', { list: inputsText(node._, action) });
    },
  });
}

/** Properties of the device that fit; the stored one keeps its label also where it does not. */
export function propertyOptions(words: Words, chosen: ChosenDevice, wanted: Wanted, stored: string): Option[] {
  const fitting = (chosen.spec?.properties ?? []).filter((property) => property.name === stored || fits(property, wanted));
  return fitting.map((property) => ({
    value: property.name,
    label: property.label,
    // Made when a row is drawn: a device can have a hundred properties.
    get aside() {
      return cloudValue(words, currentOf(chosen, property.name), property);
    },
    get detail() {
      return `${property.name} · ${accepted(words, property)}`;
    },
    get note() {
      return access(words, property);
    },
    keywords: property.name,
  }));
}

function fits({ canRead, canWrite, canNotify }: SpecProperty, wanted: Wanted): boolean {
  if (wanted === 'write') return canWrite;
  return wanted === 'read' ? canRead : canRead || canNotify;
}

function currentOf({ device, spec }: ChosenDevice, property: string): unknown {
  return device?.state[property] ?? spec?.state[property];
}

/** Why the list of a device is empty. */
export function specStatus(words: Words, { id, device, spec, problem }: ChosenDevice): string {
  if (spec !== undefined) return '';
  if (id === '') return words('cloud.chooseDevice');
  if (problem !== '') return problem;
  return device === undefined ? words('cloud.typeName') : words('device.loading');
}

interface SpecFieldOptions {
  readonly options: (chosen: ChosenDevice, stored: string) => readonly Option[];
  /** Under the field, about the value chosen. */
  readonly hint: (chosen: ChosenDevice, name: string) => string;
}

function addSpecField(node: EditorNode, setting: 'property' | 'event' | 'action', { options, hint: hintOf }: SpecFieldOptions): SpecField {
  const field = fieldOf(setting);
  if (!field) return { show() {} };
  const words = node._;
  const empty = words(`placeholder.${setting}`);
  const isRequired = setting === 'action';
  let chosen = nobody;
  const hint = element('div', { class: 'lumiot-hint lumiot-wrap', id: freshId(), 'aria-live': 'polite' });
  const showHint = (): void => {
    const text = hintOf(chosen, field.value);
    if (hint.textContent !== text) hint.textContent = text;
  };
  const combo: Combo = makeCombo({
    field,
    texts: { ...comboTexts(words, `label.${setting}`), placeholder: empty },
    status: () => specStatus(words, chosen),
    options: () => [...(isRequired ? [] : [{ value: '', label: empty }]), ...options(chosen, field.value)],
    onChange: showHint,
  });
  combo.input.setAttribute('aria-describedby', hint.id);
  field.closest('.form-row')?.append(hint);
  return {
    show(now) {
      chosen = now;
      combo.refresh();
      showHint();
    },
  };
}
