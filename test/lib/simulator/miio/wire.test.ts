import assert from 'node:assert/strict';
import { hello, helloReply, isHello, open, seal } from '../../../../lib/simulator/miio/wire';

const token = '00112233445566778899aabbccddeeff';
const did = 68332340n;
const hex = (...lines: string[]): Buffer => Buffer.from(lines.join(''), 'hex');

/** miio-lan.md §3.1 */
const infoA = hex(
  '21310050000000000412ab340001e241b7fa35e19f6a64a6903df21f48ad87f5',
  'a5516ec6151955dc2bb2d43e7c84c18352a39a7f22fd2903d282a5783c6d56ac',
  '8c9c7629130a25fac17d38175c1a7799',
);
const infoWithNul = hex(
  '21310050000000000412ab340001e24198c4b98882a417d53a2289516fdd835a',
  'a5516ec6151955dc2bb2d43e7c84c18352a39a7f22fd2903d282a5783c6d56ac',
  'd8b5de0116c0ebf35983dd023f849c97',
);
const requestB = hex(
  '21310080000000000412ab340001e24294b5c174366748cea2caa9875a57e49a',
  '0efba9576571a58d5364c7399a86a71542834f9f53ed4fdd2365ef4f941398e5',
  'c10e192ca601d21857a08577bc19b336dc3576c0a24c1a91c00b1dad20723ba0',
  '3773f85896e7ce92ef22daaa36f388a99eb21e2c7172e036e0fe01d865d79a5c',
);
const replyB = hex(
  '21310080000000000412ab340001e24230772cdcc4f06ae167c9b21821d9c17a',
  '94728d16660ed6ad0cf3c3994d544ab3761889b109d821b927c12318b1ee987b',
  '13a536205848c7d0321188141100ce50c212b76429876580fae8c0e465e96a48',
  'b845e7c342e9378060f62570402f6eff0588b403b4afa0f7b045e5ede74edb8e',
);
const wide = hex(
  '21310050000000fc2439080000000010192934424f0caf6140e3f2b335bb9d59',
  '32f4c16366aab75dd54330d804aeb9b0378dbf6147b5b1bf60c2fb92e4b054a6',
  'bf3c82c229dc277084f93efe673d830e',
);
const info = '{"id":1,"method":"miIO.info","params":[]}';

describe('packets of a simulated Wi-Fi device', () => {
  it('knows a hello and answers it with did and clock', () => {
    assert.equal(hello.toString('hex'), `21310020${'ff'.repeat(28)}`);
    assert.equal(isHello(Buffer.from(hello)), true);
    assert.equal(isHello(Buffer.from('21310020', 'hex')), false);
    const reply = helloReply({ did, stamp: 123456, token: undefined });
    assert.equal(reply.toString('hex'), `21310020000000000412ab340001e240${'ff'.repeat(16)}`);
    assert.equal(helloReply({ did, stamp: 123456, token }).toString('hex'), `21310020000000000412ab340001e240${token}`);
  });

  it('seals what the vectors seal', () => {
    assert.deepEqual(seal(token, { did, stamp: 0x1e241, text: info }), infoA);
    assert.deepEqual(seal(token, { did, stamp: 0x1e241, text: `${info}\0` }), infoWithNul);
    const asked = '{"id":2,"method":"get_properties","params":[{"did":"68332340","siid":2,"piid":1}]}';
    assert.deepEqual(seal(token, { did, stamp: 0x1e242, text: asked }), requestB);
    const said = '{"id":2,"result":[{"did":"68332340","siid":2,"piid":1,"code":0,"value":true}],"exe_time":30}\0';
    assert.deepEqual(seal(token, { did, stamp: 0x1e242, text: said }), replyB);
    assert.deepEqual(seal(token, { did: 1082939475968n, stamp: 0x10, text: info.replace('1', '3') }), wide);
  });

  it('opens them again, with and without a NUL at the end', () => {
    assert.deepEqual(open(token, infoA), { did, stamp: 0x1e241, text: info });
    assert.deepEqual(open(token, infoWithNul), { did, stamp: 0x1e241, text: info });
    assert.deepEqual(open(token, wide), { did: 1082939475968n, stamp: 0x10, text: info.replace('1', '3') });
  });

  it('opens nothing with another token, or with any bit turned', () => {
    assert.equal(open('ff112233445566778899aabbccddeeff', infoA), undefined);
    for (let bit = 0; bit < infoA.length * 8; bit += 5) {
      const turned = Buffer.from(infoA);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.equal(open(token, turned), undefined, `bit ${bit}`);
    }
  });

  it('opens nothing of another length', () => {
    for (const bytes of [Buffer.alloc(0), hello, infoA.subarray(0, 79), infoA.subarray(0, 64), Buffer.concat([infoA, Buffer.alloc(16)])])
      assert.equal(open(token, bytes), undefined);
  });
});
