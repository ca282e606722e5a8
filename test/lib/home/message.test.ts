import assert from 'node:assert/strict';
import { type DeviceInfo, emptyValues } from '../../../lib/home/device';
import { actionMessage, type Context, copyState, readings, topicOf, valueMessage, valuesMessage } from '../../../lib/home/message';

const device: DeviceInfo = {
  id: '158d0001a2b3c4',
  name: 'Hall',
  model: 'sensor_ht',
  family: 'environment',
  room: '',
  gateway: '34ce00fb61a9',
  transport: 'lumi',
  online: true,
  battery: null,
  lastSeen: null,
};
const state = Object.assign(emptyValues(), { temperature: 22.5, user: { method: 'finger', id: '1' } });
const context: Context = { device, state, origin: 'report', topic: '' };

describe('a message', () => {
  it('of a value has unit, topic and what was before', () => {
    const message = valueMessage(context, 'temperature', 22.5, 21);
    assert.deepEqual(
      [message.payload, message.topic, message.event, message.property, message.unit, message.previous, message.origin],
      [22.5, 'Hall/temperature', 'state', 'temperature', '°C', 21, 'report'],
    );
    assert.equal('previous' in valueMessage(context, 'on', true, undefined), false);
    assert.equal('unit' in valueMessage(context, 'on', true, undefined), false);
  });

  it('of several values has an object and the name of the device as topic', () => {
    const message = valuesMessage(context, { temperature: 22.5 }, { temperature: 21 });
    assert.deepEqual([message.payload, message.previous, message.topic], [{ temperature: 22.5 }, { temperature: 21 }, 'Hall']);
    assert.equal('property' in message, false);
  });

  it('of an action carries its details beside it', () => {
    const message = actionMessage(context, { name: 'rotate', angle: -90, durationMs: 500 });
    assert.deepEqual(
      [message.payload, message.event, message.property, message.angle, message.durationMs],
      ['rotate', 'action', 'action', -90, 500],
    );
  });

  it('has the topic the user set', () => assert.equal(topicOf('mine', device, 'temperature'), 'mine'));

  it('shares nothing with what we keep', () => {
    const raw = { cmd: 'report', nested: { a: 1 } };
    const user = { method: 'finger', id: '1' };
    const message = valueMessage({ ...context, raw }, 'user', user, undefined);
    Object.assign(message.device, { name: 'changed' });
    Object.assign(message.state.user as object, { id: '2' });
    Object.assign(message.payload as object, { id: '3' });
    (message.raw as typeof raw).nested.a = 2;
    assert.deepEqual([device.name, state.user, user.id, raw.nested.a], ['Hall', { method: 'finger', id: '1' }, '1', 1]);
  });

  it('has a state like any other object', () => assert.equal(Object.getPrototypeOf(copyState(state)), Object.prototype));

  it('leaves out what is no reading', () => {
    const values = { temperature: null, humidity: 40, pressure: 1000 };
    assert.deepEqual({ ...readings(values, (property) => property !== 'pressure') }, { humidity: 40 });
  });
});
