// Whatever a device answers, or somebody who says to be one: no part of reading it throws.
import assert from 'node:assert/strict';
import { readAction, readInfo, readResults, withoutSecrets } from '../../../lib/miio/answers';
import { parseDeviceJson } from '../../../lib/miio/json';
import { decodePacket, encodeRequest, keysOf, readHeader, readHelloReply } from '../../../lib/miio/packet';
import { seeded } from '../../support/random';
import { DID, refs, TOKEN } from './rig';

const CASES = 4_000;

describe('nonsense', () => {
  const random = seeded(7);
  const below = (most: number): number => Math.floor(random() * most);
  const leaves: readonly unknown[] = [null, true, 0, 1, -4003, 1e300, '', 'x', DID, '__proto__', { toString: 1, valueOf: 1 }, [], {}];
  const names = ['did', 'siid', 'piid', 'code', 'value', 'out', 'id', 'error', 'result', 'token', 'ap', '__proto__', 'constructor'];

  function any(depth: number): unknown {
    const kind = depth === 0 ? 0 : below(3);
    if (kind === 0) return leaves[below(leaves.length)];
    if (kind === 1) return Array.from({ length: below(4) }, () => any(depth - 1));
    return Object.fromEntries(Array.from({ length: below(6) }, () => [names[below(names.length)] ?? '', any(depth - 1)]));
  }

  it('in an answer is read without an exception', () => {
    const device = { did: DID, label: '' };
    for (let round = 0; round < CASES; round++) {
      const value = any(4);
      const results = readResults(refs(1, 0), value, device, round % 2 === 0);
      assert.ok(results === undefined || results.length === 2);
      readAction(value);
      for (const text of Object.values(readInfo(value))) assert.equal(typeof text, 'string');
      assert.ok(!JSON.stringify(withoutSecrets(value) ?? null).includes('"token"'));
    }
  });

  it('in JSON is read without an exception', () => {
    const letters = '{}[],:"\\0123456789-.eE truefalsn\0\u0001\n';
    for (let round = 0; round < CASES; round++) {
      parseDeviceJson(Array.from({ length: below(40) }, () => letters[below(letters.length)]).join(''));
    }
  });

  it('in a packet is refused without an exception, and never taken for one of its token', () => {
    const keys = keysOf(TOKEN);
    const good = encodeRequest(keys, DID, 1, '{"id":1,"result":["ok"]}');
    for (let round = 0; round < CASES; round++) {
      const bytes = Buffer.concat([good, Buffer.alloc(below(3) * 8)]).subarray(0, 32 + below(good.length));
      bytes[below(bytes.length)] = below(256);
      if (below(2) === 0) bytes.writeUInt16BE(bytes.length, 2);
      readHeader(bytes);
      readHelloReply(bytes);
      const reading = decodePacket(keys, bytes);
      assert.equal(reading.ok, bytes.equals(good));
    }
  });
});
