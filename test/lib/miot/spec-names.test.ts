/** What people write to name a property, an action or an event, and what is found. */

import assert from 'node:assert/strict';
import { findAction, findEvent, findProperty, lookUpProperty } from '../../../lib/miot/spec-names';
import { parseSpec } from '../../../lib/miot/spec-parse';
import { action, event, instance, property, service } from './specs';

const spec = parseSpec(
  instance('switch', [
    service(2, 'switch', { properties: [property(1, 'on'), property(2, 'mode')], actions: [action(1, 'toggle')] }),
    service(3, 'switch', { properties: [property(1, 'on')], events: [event(4, 'long-press')] }),
    service(12, 'environment', { properties: [property(3, 'pm2.5-density')] }),
  ]),
);

const found = (typed: string): string | undefined => findProperty(spec, typed)?.name;

describe('the name of a property', () => {
  it('is service and property, in any case', () => {
    for (const typed of ['switch.2:on', ' Switch.2:ON ']) assert.equal(found(typed), 'switch.2:on');
    assert.equal(found('environment:pm2.5-density'), 'environment:pm2.5-density');
    assert.equal(found('Environment:PM2.5 density'), 'environment:pm2.5-density');
  });

  it('may be its two numbers', () => {
    assert.equal(found('3.1'), 'switch.2:on');
    assert.equal(found(' 12.3 '), 'environment:pm2.5-density');
    for (const typed of ['3.2', '31', '3.1.1', '2.', '.1']) assert.equal(found(typed), undefined, typed);
  });

  it('may count the first of several too', () => {
    assert.equal(found('switch.1:on'), 'switch:on');
    assert.equal(found('switch.1:mode.1'), 'switch:mode');
  });

  it('needs no service', () => {
    assert.equal(found('mode'), 'switch:mode');
    assert.equal(found('pm2.5-density'), 'environment:pm2.5-density');
  });

  it('is ambiguous where several services have it: the lowest is taken and the others are told', () => {
    const result = lookUpProperty(spec, 'on');
    assert.deepEqual([result?.found.name, result?.others.map(({ name }) => name)], ['switch:on', ['switch.2:on']]);
    assert.deepEqual(lookUpProperty(spec, 'mode')?.others, []);
    assert.deepEqual(lookUpProperty(spec, 'switch:on')?.others, []);
  });

  it('leads nowhere where there is none', () => {
    for (const typed of ['', ':', 'on:', 'switch:', 'switch.3:on', 'light:on', 'constructor', '__proto__'])
      assert.equal(found(typed), undefined, typed);
  });
});

describe('the name of an action or event', () => {
  it('is found alike', () => {
    for (const typed of ['switch:toggle', 'TOGGLE', '2.1']) assert.equal(findAction(spec, typed)?.aiid, 1, typed);
    for (const typed of ['switch.2:long-press', 'long press', '3.4']) assert.equal(findEvent(spec, typed)?.eiid, 4, typed);
    assert.equal(findAction(spec, 'on'), undefined);
  });
});
