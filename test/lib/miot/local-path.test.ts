import assert from 'node:assert/strict';
import type { MiioTarget } from '../../../lib/miio/types';
import { LocalPath } from '../../../lib/miot/local-path';
import { SkipClock } from '../../nodes/skip-clock';

const target: MiioTarget = { did: '1', host: '127.0.83.1', token: '0123456789abcdef0123456789abcdef', model: '', label: '' };

describe('the path to a device on the LAN', () => {
  it('is opened again where it could not be opened', async () => {
    let opened = 0;
    const path = new LocalPath({
      target,
      open: () => Promise.reject(new Error(`no. ${++opened}`)),
      clock: new SkipClock(),
      random: () => 0.5,
      isOnly: () => false,
      onTurn: () => {},
      onRejected: () => {},
    });
    const asked = (): Promise<unknown> => path.run((device) => device.info());
    await Promise.all([assert.rejects(asked, /no\. 1/), assert.rejects(asked, /no\. 1/)]);
    await assert.rejects(asked, /no\. 2/);
    path.close();
  });
});
