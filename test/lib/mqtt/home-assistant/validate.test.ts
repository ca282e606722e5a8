/** The validator says what is wrong: a valid message, broken in one place after the other. */

import assert from 'node:assert/strict';
import { discoveryOf } from '../../../../lib/mqtt/home-assistant';
import { accountContext, expectedOf, gatewayContext, lumiOf, miot, specs } from './devices';
import { complaints } from './validate';

type Json = Record<string, unknown>;

interface Message extends Json {
  device: Json;
  origin: Json;
  components: Record<string, Json>;
}

const device = lumiOf('plug');
const expected = expectedOf(device, gatewayContext);

function broken(change: (message: Message) => void, from = device): string[] {
  const message = JSON.parse(JSON.stringify(discoveryOf(from, gatewayContext))) as Message;
  change(message);
  return complaints(message, expectedOf(from, gatewayContext));
}

const part = (message: Message, key: string): Json => message.components[key] ?? assert.fail(`no ${key}`);

/** What is done to the discovery of a plug, and what must be said of it. */
const mistakes: readonly (readonly [what: string, change: (message: Message) => void, complaint: RegExp])[] = [
  ['an unknown key', (m) => Object.assign(part(m, 'power'), { colour: 'red' }), /power: unknown key colour/],
  ['an abbreviated key', (m) => Object.assign(part(m, 'power'), { stat_t: 'x' }), /unknown key stat_t/],
  ['an unknown key at the root', (m) => Object.assign(m, { state: 1 }), /the message: unknown key state/],
  ['an unknown key of the device', (m) => Object.assign(m.device, { maker: 'x' }), /device: unknown key maker/],
  ['an empty name', (m) => Object.assign(m.device, { name: '' }), /device: name is empty/],
  ['no origin', (m) => Object.assign(m, { origin: undefined }), /origin is missing/],
  ['no identifiers', (m) => delete m.device.identifiers, /identifiers is missing/],
  ['no platform', (m) => delete part(m, 'power').platform, /unknown platform/],
  ['another platform', (m) => Object.assign(part(m, 'power'), { platform: 'thermometer' }), /unknown platform thermometer/],
  ['no unique id', (m) => delete part(m, 'power').unique_id, /power: unique_id is missing/],
  ['no state topic', (m) => delete part(m, 'power').state_topic, /power: state_topic is missing/],
  ['no command topic', (m) => delete part(m, 'on').command_topic, /on: command_topic is missing/],
  ['a class that there is not', (m) => Object.assign(part(m, 'power'), { device_class: 'watts' }), /device_class watts/],
  ['the unit of another class', (m) => Object.assign(part(m, 'power'), { unit_of_measurement: 'V' }), /power in V/],
  ['no unit', (m) => delete part(m, 'power').unit_of_measurement, /power in null/],
  ['a class of another platform', (m) => Object.assign(part(m, 'inUse'), { device_class: 'power_factor' }), /device_class power_factor/],
  ['a state class that there is not', (m) => Object.assign(part(m, 'power'), { state_class: 'mean' }), /state_class mean/],
  ['energy as a measurement', (m) => Object.assign(part(m, 'energy'), { state_class: 'measurement' }), /energy as measurement/],
  ['a category that there is not', (m) => Object.assign(part(m, 'power'), { entity_category: 'main' }), /entity_category main/],
  ['a sensor as a setting', (m) => Object.assign(part(m, 'power'), { entity_category: 'config' }), /is no setting/],
  ['one unique id twice', (m) => Object.assign(part(m, 'power'), { unique_id: part(m, 'energy').unique_id }), /twice/],
  ['a unique id with a colon', (m) => Object.assign(part(m, 'power'), { unique_id: 'a:b' }), /unique_id a:b/],
  ['an object id with a blank', (m) => Object.assign(m.components, { 'the power': part(m, 'power') }), /the power: no id/],
  ['one name twice', (m) => Object.assign(part(m, 'power'), { name: part(m, 'energy').name }), /sensor Energy twice/],
  ['two main entities', (m) => Object.assign(part(m, 'power'), { name: null }), /two entities take the name/],
  ['a command on the state topic', (m) => Object.assign(part(m, 'on'), { command_topic: expected.state }), /on: command_topic/],
  ['a state of another device', (m) => Object.assign(part(m, 'power'), { state_topic: 'lumiot/x/y' }), /power: state_topic/],
  ['a state from the set topic', (m) => Object.assign(part(m, 'power'), { state_topic: `${expected.state}/set` }), /power: state_topic/],
  ['a template with an open bracket', (m) => Object.assign(part(m, 'power'), { value_template: '{{ value_json.x' }), /not balanced/],
  ['a template with an open if', (m) => Object.assign(part(m, 'power'), { value_template: '{% if value %}1' }), /not balanced/],
  ['a template that is none', (m) => Object.assign(part(m, 'power'), { value_template: '{{ value + }}' }), /value_template: /],
  ['a state without a template', (m) => delete part(m, 'power').value_template, /state_topic without its template/],
  ['no availability', (m) => delete m.availability, /availability is no list/],
  ['less availability', (m) => (m.availability as unknown[]).pop(), /availability of/],
  ['another mode of availability', (m) => Object.assign(m, { availability_mode: 'some' }), /availability_mode some/],
  ['another quality of service', (m) => Object.assign(part(m, 'power'), { qos: 2 }), /power: qos 2/],
  ['no quality of service', (m) => delete part(m, 'power').qos, /power: qos undefined/],
  ['a quality of service where it was taken for nothing', (m) => Object.assign(m, { qos: 1 }), /the message: unknown key qos/],
  ['power as a total', (m) => Object.assign(part(m, 'power'), { state_class: 'total' }), /power as total/],
  ['no components', (m) => Object.assign(m, { components: {} }), /no components/],
];

describe("the check of Home Assistant's discovery", () => {
  it('finds nothing wrong with a valid message', () => {
    assert.deepEqual(
      broken(() => {}),
      [],
    );
  });

  for (const [what, change, complaint] of mistakes) {
    it(`notices ${what}`, () => {
      assert.match(broken(change).join('\n'), complaint);
    });
  }

  it('notices a state class of a text, and options that say one twice', () => {
    const alarm = lumiOf('smoke');
    assert.match(broken((m) => Object.assign(part(m, 'alarm'), { state_class: 'measurement' }), alarm).join(), /state_class of a text/);
    assert.match(broken((m) => (part(m, 'alarm').options as string[]).push('clear'), alarm).join(), /says one twice/);
    assert.match(broken((m) => delete part(m, 'alarm').options, alarm).join(), /options belong to enum/);
  });

  it('notices two triggers that are one, and a trigger of another kind', () => {
    const button = lumiOf('86sw2');
    const change = (m: Message): void => void Object.assign(part(m, 'trigger_event_left_single'), { subtype: 'right' });
    assert.match(broken(change, button).join(), /trigger button_short_press right twice/);
    assert.match(
      broken((m) => Object.assign(part(m, 'trigger_event_left_single'), { automation_type: 'action' }), button).join(),
      /automation_type action/,
    );
  });

  it('notices a mode that no climate has, and a light of another schema', () => {
    assert.match(broken((m) => (part(m, 'climate').modes as string[]).push('wind'), lumiOf('acpartner.v3')).join(), /modes wind/);
    assert.match(broken((m) => Object.assign(part(m, 'light'), { schema: 'json' }), lumiOf('gateway')).join(), /schema json/);
  });

  it('notices a number without a range', () => {
    const purifier = specs().find(({ type }) => type === 'air-purifier');
    assert.ok(purifier !== undefined);
    const message = JSON.parse(JSON.stringify(discoveryOf(miot(purifier), accountContext))) as Message;
    Object.assign(part(message, 'air-purifier_fan-level'), { max: 1 });
    assert.match(complaints(message, expectedOf(miot(purifier), accountContext)).join(), /1 to 1 by 1/);
  });
});
