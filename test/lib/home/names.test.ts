import assert from 'node:assert/strict';
import { Names } from '../../../lib/home/names';

describe('the directory of names', () => {
  it('gives what a source published, until it is withdrawn', () => {
    const names = new Names();
    names.publish('cloud', new Map([['1', { name: 'Lamp', room: 'Hall' }]]));
    assert.deepEqual(names.find('1'), { name: 'Lamp', room: 'Hall' });
    names.withdraw('cloud');
    assert.equal(names.find('1'), undefined);
  });

  it('prefers the source that published first', () => {
    const names = new Names();
    names.publish('a', new Map([['1', { name: 'A', room: '' }]]));
    names.publish(
      'b',
      new Map([
        ['1', { name: 'B', room: '' }],
        ['2', { name: 'Two', room: '' }],
      ]),
    );
    assert.equal(names.find('1')?.name, 'A');
    assert.equal(names.find('2')?.name, 'Two');
  });
});
