// The socket that devices share.
import assert from 'node:assert/strict';
import { LumiotError } from '../../../lib/home/errors';
import { MiioNetwork } from '../../../lib/miio';
import type { Listener } from '../../../lib/miio/network';
import { boundSocket, closed } from '../../support/sockets';
import { Rig } from './rig';

const header = (did: bigint): Buffer => {
  const bytes = Buffer.alloc(32);
  bytes.writeUInt32BE(0x21310020, 0);
  bytes.writeBigUInt64BE(did, 4);
  return bytes;
};

describe('the network of Wi-Fi devices', () => {
  let rig: Rig;

  beforeEach(() => {
    rig = new Rig();
  });

  afterEach(() => rig.close());

  function listener(did: string, heard: string[], name = did): Listener {
    return { did, packet: () => heard.push(name), stranger: (other) => heard.push(`${name}: stranger ${other}`) };
  }

  it('opens nothing before the first packet', async () => {
    rig.network.listen({ address: '127.0.54.1', port: 1 }, listener('1', []));
    assert.equal(rig.sockets.created, 0);
    assert.equal(rig.clock.openTimers, 0);
  });

  it('gives a packet to its device by address and did, the wide did first', async () => {
    const peer = await boundSocket('127.0.54.7', 0);
    const { port } = peer.address();
    const heard: string[] = [];
    const wide = (16n << 32n) | 5n;
    rig.network.listen({ address: '127.0.54.7', port }, listener('5', heard));
    const forget = rig.network.listen({ address: '127.0.54.7', port }, listener(String(wide), heard, 'wide'));
    rig.network.listen({ address: '127.0.54.8', port }, listener('5', heard, 'elsewhere'));
    peer.on('message', (_bytes, from) => {
      for (const did of [5n, wide, 6n]) peer.send(header(did), from.port, from.address);
    });
    await rig.network.sendTo('127.0.54.7', port, Buffer.from('x'));
    await rig.clock.settle();
    assert.deepEqual(heard, ['5', 'wide', '5: stranger 6', 'wide: stranger 6']);
    assert.equal(rig.network.ignored, 1);
    forget();
    heard.length = 0;
    await rig.network.sendTo('127.0.54.7', port, Buffer.from('x'));
    await rig.clock.settle();
    assert.deepEqual(heard, ['5', '5', '5: stranger 6']);
    await closed(peer);
  });

  it('survives a listener that fails', async () => {
    const peer = await boundSocket('127.0.54.7', 0);
    peer.on('message', (_bytes, from) => peer.send(header(5n), from.port, from.address));
    const fail = (): void => {
      throw new Error('a mistake');
    };
    rig.network.listen({ address: '127.0.54.7', port: 1 }, { did: '5', packet: fail, stranger: fail });
    await rig.network.sendTo('127.0.54.7', peer.address().port, Buffer.from('x'));
    await rig.clock.settle();
    assert.ok(rig.lines.some((line) => line.includes('a mistake')));
    await closed(peer);
  });

  it('closes its socket when idle, and opens another', async () => {
    await rig.network.sendTo('127.0.54.7', 9, Buffer.from('x'));
    await rig.clock.advance(60_000);
    await rig.network.sendTo('127.0.54.7', 9, Buffer.from('x'));
    await rig.clock.advance(89_000);
    assert.equal(rig.sockets.open.size, 1);
    await rig.clock.advance(2_000);
    assert.equal(rig.sockets.open.size, 0);
    assert.equal(rig.clock.openTimers, 0);
    await rig.network.sendTo('127.0.54.7', 9, Buffer.from('x'));
    assert.equal(rig.network.generation, 1);
    assert.equal(rig.sockets.created, 2);
  });

  it('opens a socket that was lost again, later each time it is lost', async () => {
    const lose = async (): Promise<void> => {
      for (const socket of rig.sockets.open) socket.emit('error', new Error('EIO'));
      await rig.clock.settle();
    };
    const isSent = (): Promise<boolean> =>
      rig.network.sendTo('127.0.54.7', 9, Buffer.from('x')).then(
        () => true,
        () => false,
      );
    assert.equal(await isSent(), true);
    await lose();
    assert.equal(rig.sockets.open.size, 0);
    assert.equal(await isSent(), false);
    await rig.clock.advance(1_000);
    assert.equal(await isSent(), true);
    await lose();
    await rig.clock.advance(1_000);
    assert.equal(await isSent(), true);
    assert.equal(rig.sockets.created, 3);
  });

  it('says what to do when it cannot send', async () => {
    const network = new MiioNetwork({ clock: rig.clock, log: rig.log, interface: '203.0.113.1' });
    const isHelpful = (error: unknown): boolean =>
      error instanceof LumiotError &&
      error.code === 'SOCKET' &&
      /through 203\.0\.113\.1: .*Check the network .* and the interface/.test(error.message);
    await assert.rejects(network.sendTo('127.0.54.7', 9, Buffer.from('x')), isHelpful);
    // Not at once again.
    await assert.rejects(network.sendTo('127.0.54.7', 9, Buffer.from('x')), isHelpful);
    assert.equal(rig.lines.length, 1);
    const device = rig.device({ host: '127.0.54.7:9' }, { network });
    assert.equal((await rig.error(device.call('a', [], 'read'))).code, 'SOCKET');
    assert.equal((await rig.error(device.call('a', [], 'action'))).code, 'SOCKET');
    network.close();
    await assert.rejects(
      network.sendTo('127.0.54.7', 9, Buffer.from('x')),
      (error) => error instanceof LumiotError && error.code === 'SOCKET',
    );
  });

  it('sends from the interface it is told', async () => {
    const peer = await boundSocket('127.0.54.7', 0);
    const network = new MiioNetwork({ clock: rig.clock, log: rig.log, interface: '127.0.54.10' });
    const from: string[] = [];
    peer.on('message', (_bytes, { address }) => from.push(address));
    await network.sendTo('127.0.54.7', peer.address().port, Buffer.from('x'));
    await rig.clock.settle();
    assert.deepEqual(from, ['127.0.54.10']);
    network.close();
    await closed(peer);
  });

  it('never keeps the process alive', async () => {
    let unrefs = 0;
    const createSocket = () => {
      const socket = rig.sockets.create(false);
      socket.unref = () => {
        unrefs++;
        return socket;
      };
      return socket;
    };
    const network = new MiioNetwork({ clock: rig.clock, log: rig.log, createSocket });
    await network.sendTo('127.0.54.7', 9, Buffer.from('x'));
    assert.equal(unrefs, 1);
    network.close();
  });

  it('ends what waits for a socket that is closed', async () => {
    const sent = rig.network.sendTo('127.0.54.7', 9, Buffer.from('x'));
    rig.network.close();
    await assert.rejects(sent, (error) => error instanceof LumiotError && error.code === 'SOCKET');
    assert.equal(rig.clock.openTimers, 0);
  });
});
