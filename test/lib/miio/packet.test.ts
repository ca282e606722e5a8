// The vectors of miio-lan.md §3.1, and what is refused.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { LumiotError } from '../../../lib/home/errors';
import {
  decodePacket,
  encodedLength,
  encodeRequest,
  HELLO,
  isNumericDid,
  isOf,
  keysOf,
  readHeader,
  readHelloReply,
} from '../../../lib/miio/packet';

const TOKEN = '00112233445566778899aabbccddeeff';
const keys = keysOf(TOKEN);

const INFO = '{"id":1,"method":"miIO.info","params":[]}';
const requestA =
  '21310050000000000412ab340001e241b7fa35e19f6a64a6903df21f48ad87f5a5516ec6151955dc2bb2d43e7c84c18352a39a7f22fd2903d282a5783c6d56ac8c9c7629130a25fac17d38175c1a7799';
const requestAWithNul =
  '21310050000000000412ab340001e24198c4b98882a417d53a2289516fdd835aa5516ec6151955dc2bb2d43e7c84c18352a39a7f22fd2903d282a5783c6d56acd8b5de0116c0ebf35983dd023f849c97';
const requestB =
  '21310080000000000412ab340001e24294b5c174366748cea2caa9875a57e49a0efba9576571a58d5364c7399a86a71542834f9f53ed4fdd2365ef4f941398e5c10e192ca601d21857a08577bc19b336dc3576c0a24c1a91c00b1dad20723ba03773f85896e7ce92ef22daaa36f388a99eb21e2c7172e036e0fe01d865d79a5c';
const replyB =
  '21310080000000000412ab340001e24230772cdcc4f06ae167c9b21821d9c17a94728d16660ed6ad0cf3c3994d544ab3761889b109d821b927c12318b1ee987b13a536205848c7d0321188141100ce50c212b76429876580fae8c0e465e96a48b845e7c342e9378060f62570402f6eff0588b403b4afa0f7b045e5ede74edb8e';
const wideRequest =
  '21310050000000fc2439080000000010192934424f0caf6140e3f2b335bb9d5932f4c16366aab75dd54330d804aeb9b0378dbf6147b5b1bf60c2fb92e4b054a6bf3c82c229dc277084f93efe673d830e';
const helloReply = '21310020000000000412ab340001e240ffffffffffffffffffffffffffffffff';

const bytes = (hex: string): Buffer => Buffer.from(hex, 'hex');

describe('a packet', () => {
  it('is made with keys derived from the token', () => {
    assert.equal(keys.key.toString('hex'), '6e8311168ee16d6aa1aa48c64145003c');
    assert.equal(keys.iv.toString('hex'), '6f434fa9acd75da73e5fb999f641cda2');
  });

  it('carries a request, byte for byte', () => {
    assert.equal(encodeRequest(keys, '68332340', 0x1e241, INFO).toString('hex'), requestA);
    assert.equal(encodeRequest(keys, '68332340', 0x1e241, `${INFO}\0`).toString('hex'), requestAWithNul);
    const text = '{"id":2,"method":"get_properties","params":[{"did":"68332340","siid":2,"piid":1}]}';
    assert.equal(encodeRequest(keys, '68332340', 0x1e242, text).toString('hex'), requestB);
  });

  it('carries a did of 64 bits', () => {
    const text = '{"id":3,"method":"miIO.info","params":[]}';
    assert.equal(encodeRequest(keys, '1082939475968', 0x10, text).toString('hex'), wideRequest);
    const reading = readHeader(bytes(wideRequest));
    assert.deepEqual(reading, { ok: true, header: { did64: '1082939475968', did32: '607717376', stamp: 16 } });
    assert.ok(reading.ok && isOf(reading.header, '1082939475968') && !isOf(reading.header, '68332340'));
  });

  it('is of a 32-bit did whatever stands in the upper half', () => {
    const odd = bytes(replyB);
    odd.writeUInt32BE(16, 4);
    const reading = readHeader(odd);
    assert.ok(reading.ok && isOf(reading.header, '68332340'));
  });

  it('is opened, with and without the NUL', () => {
    const reading = decodePacket(keys, bytes(replyB));
    assert.ok(reading.ok);
    assert.equal(reading.text, '{"id":2,"result":[{"did":"68332340","siid":2,"piid":1,"code":0,"value":true}],"exe_time":30}');
    assert.deepEqual(reading.header, { did64: '68332340', did32: '68332340', stamp: 0x1e242 });
    for (const request of [requestA, requestAWithNul]) {
      const again = decodePacket(keys, bytes(request));
      assert.equal(again.ok && again.text, INFO);
    }
  });

  it('of another token is told from one that is broken', () => {
    const other = decodePacket(keysOf(`${'f'.repeat(31)}0`), bytes(replyB));
    assert.ok(!other.ok && other.fault === 'wrong-token');
    for (const at of [3, 12, 16, 40, 127]) {
      const changed = bytes(replyB);
      changed[at] = (changed[at] ?? 0) ^ 1;
      const reading = decodePacket(keys, changed);
      assert.ok(!reading.ok && reading.fault === (at === 3 ? 'malformed' : 'wrong-token'), String(at));
    }
  });

  it('is refused for its magic, its length, half a block, nothing inside', () => {
    const wrongMagic = bytes(replyB);
    wrongMagic[0] = 0x22;
    const halfBlock = Buffer.concat([bytes(replyB), Buffer.alloc(8)]);
    halfBlock.writeUInt16BE(halfBlock.length, 2);
    const tooLong = Buffer.concat([bytes(replyB), Buffer.alloc(16)]);
    for (const wrong of [
      wrongMagic,
      halfBlock,
      tooLong,
      bytes(replyB).subarray(0, 112),
      Buffer.alloc(0),
      bytes(helloReply),
      bytes(replyB).subarray(0, 31),
    ]) {
      const reading = decodePacket(keys, wrong);
      assert.ok(!reading.ok && reading.fault === 'malformed', wrong.toString('hex'));
    }
  });

  it('whose padding is wrong is malformed, not of another token', () => {
    const cut = bytes(replyB).subarray(0, 112);
    cut.writeUInt16BE(cut.length, 2);
    const sealed = Buffer.from(cut);
    // A whole block less, with a checksum that holds: what is left does not end in padding.
    createHash('md5').update(sealed.subarray(0, 16)).update(keys.token).update(sealed.subarray(32)).digest().copy(sealed, 16);
    const reading = decodePacket(keys, sealed);
    assert.ok(!reading.ok && reading.fault === 'malformed');
  });

  it('says its length before it is made', () => {
    for (const text of ['', 'a', 'a'.repeat(15), 'a'.repeat(16), INFO, 'ä'.repeat(20)]) {
      assert.equal(encodeRequest(keys, '1', 1, text).length, encodedLength(text));
    }
  });

  it('is not made for what no packet can hold', () => {
    const isBadInput = (error: unknown): boolean => error instanceof LumiotError && error.code === 'BAD_INPUT';
    assert.throws(() => encodeRequest(keys, 'lumi.158d0001a2b3c4', 1, '{}'), isBadInput);
    assert.throws(() => encodeRequest(keys, '18446744073709551616', 1, '{}'), isBadInput);
    assert.throws(() => encodeRequest(keys, '1', 1, 'a'.repeat(70_000)), isBadInput);
    assert.throws(
      () => keysOf('0011'),
      (error) => isBadInput(error) && !String(error).includes('0011'),
    );
    assert.ok(isNumericDid('18446744073709551615') && !isNumericDid('') && !isNumericDid('blt.3.abc'));
  });
});

describe('hello', () => {
  it('is 32 bytes that need no token', () => {
    assert.equal(HELLO.toString('hex'), '21310020ffffffffffffffffffffffffffffffffffffffffffffffffffffffff');
  });

  it('is answered with did and clock', () => {
    assert.deepEqual(readHelloReply(bytes(helloReply)), {
      ok: true,
      header: { did64: '68332340', did32: '68332340', stamp: 123456 },
      token: '',
    });
  });

  it('is answered with the token by a device that is not set up', () => {
    const told = Buffer.concat([bytes(helloReply).subarray(0, 16), bytes(TOKEN)]);
    const reading = readHelloReply(told);
    assert.equal(reading.ok && reading.token, TOKEN);
    const zeros = readHelloReply(Buffer.concat([told.subarray(0, 16), Buffer.alloc(16)]));
    assert.equal(zeros.ok && zeros.token, '');
  });

  it('is no answer to itself, nor is what has content', () => {
    assert.equal(readHelloReply(HELLO).ok, false);
    assert.equal(readHelloReply(bytes(replyB)).ok, false);
  });
});
