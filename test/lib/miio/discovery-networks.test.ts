import assert from 'node:assert/strict';
import { networksOf } from '../../../lib/miio/discovery-networks';

const loopback = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', isInternal: true };
const wire = { name: 'eth0', address: '192.168.5.77', netmask: '255.255.252.0', isInternal: false };
const tunnel = { name: 'tun0', address: '10.8.0.2', netmask: '255.255.255.255', isInternal: false };
const all = [loopback, wire, tunnel];

describe('the networks that a search goes out to', () => {
  it('are every one that is not internal, each with its own broadcast address beside that of everybody', () => {
    assert.deepEqual(
      networksOf('', all).map(({ address, broadcasts }) => [address, broadcasts]),
      [
        ['192.168.5.77', ['255.255.255.255', '192.168.7.255']],
        ['10.8.0.2', ['255.255.255.255']],
      ],
    );
  });

  it('are loopback only where it is asked for, also by another of its addresses, and never more than loopback', () => {
    for (const address of ['127.0.0.1', '127.0.62.1']) {
      const [only, ...others] = networksOf(address, all);
      assert.deepEqual([only?.address, only?.broadcasts, others], [address, ['127.255.255.255'], []]);
      assert.equal(only?.has('127.9.9.9'), true);
      assert.equal(only?.has('192.168.5.1'), false);
    }
  });

  it('know their own addresses', () => {
    const [first] = networksOf('192.168.5.77', all);
    for (const [address, isInside] of [
      ['192.168.4.1', true],
      ['192.168.7.254', true],
      ['192.168.8.1', false],
      ['name', false],
      ['', false],
    ] as const)
      assert.equal(first?.has(address), isInside, address);
  });

  it('take an address on trust that no interface has', () => {
    const [only] = networksOf('10.1.1.1', all);
    assert.deepEqual([only?.address, only?.broadcasts, only?.has('1.2.3.4')], ['10.1.1.1', ['255.255.255.255'], true]);
    assert.deepEqual(networksOf('', [loopback]), []);
  });
});
