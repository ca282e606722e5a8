import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import type { CloudRecord } from '../../../lib/miot/account-types';
import { nameOf, naming } from '../../../lib/miot/named-errors';

describe('the name of a device in an error', () => {
  const device = (name: string, did = '1') => ({ did, listed: { name } }) as CloudRecord;
  const named = async (record: CloudRecord, thrown: unknown): Promise<unknown> => {
    try {
      return await naming(record, () => Promise.reject(thrown));
    } catch (error) {
      return error;
    }
  };
  const failed = (message: string) => new LumiotError('TIMEOUT', message, { device: '1', gateway: 'g', cause: 'why' });

  it('is the user’s, and its number', () => {
    assert.deepEqual([nameOf(device('Lamp')), nameOf(device(''))], ['Lamp (1)', '1']);
  });

  it('is put in where its number stands', async () => {
    const error = (await named(device('Lamp'), failed('Device 1 (property 2.1) was late.'))) as LumiotError;
    assert.equal(error.message, 'Device "Lamp" 1 (property 2.1) was late.');
    assert.deepEqual([error.code, error.device, error.gateway, error.cause], ['TIMEOUT', '1', 'g', 'why']);
    const inside = (await named(device('L$&', 'a.1'), failed('The device a.1 was late.'))) as LumiotError;
    assert.equal(inside.message, 'The device "L$&" a.1 was late.');
  });

  it('is left out where it would be wrong or said twice', async () => {
    for (const message of ['Device 12 was late.', 'Device 1.s2 was late.', 'Lamp: device 1 was late.', 'Something was late.']) {
      const error = failed(message);
      assert.equal(await named(device('Lamp'), error), error, message);
    }
    const dotted = failed('Device ax1 was late.');
    assert.equal(await named(device('Lamp', 'a.1'), dotted), dotted);
    const nameless = failed('Device 1 was late.');
    assert.equal(await named(device(''), nameless), nameless);
    const foreign = new Error('device 1');
    assert.equal(await named(device('Lamp'), foreign), foreign);
    assert.equal(await naming(device('Lamp'), async () => 5), 5);
  });
});
