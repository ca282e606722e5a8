import assert from 'node:assert/strict';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';

describe('an error', () => {
  it('carries code, device, gateway and cause', () => {
    const cause = new Error('x');
    const error = new LumiotError('TIMEOUT', 'It took too long.', { device: 'd', gateway: 'g', cause });
    assert.deepEqual([error.name, error.code, error.device, error.gateway, error.cause], ['LumiotError', 'TIMEOUT', 'd', 'g', cause]);
  });

  it('says nothing of what is not known', () => {
    const error = new LumiotError('TIMEOUT', 'It took too long.');
    assert.deepEqual([error.device, error.gateway, error.cause], [undefined, undefined, undefined]);
  });

  it('of ours stays what it is', () => {
    const error = new LumiotError('NO_DEVICE', 'None.');
    assert.equal(toLumiotError(error, 'TIMEOUT'), error);
  });

  it('of another kind takes the code given and keeps its text', () => {
    assert.deepEqual(
      [toLumiotError(new Error('boom'), 'SOCKET').code, toLumiotError(new Error('boom'), 'SOCKET').message],
      ['SOCKET', 'boom'],
    );
    assert.equal(toLumiotError('text', 'SOCKET').message, 'text');
  });
});
