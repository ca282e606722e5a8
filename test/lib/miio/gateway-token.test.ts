import assert from 'node:assert/strict';
import { readToken } from '../../../lib/miio/gateway-token';

const TOKEN = '00112233445566778899aabbccddeeff';
const OF_IOS = '33990d1a77737e5f93337b7f60880f7711a8e945937ce8136da08d4c9a0793fe0143db63ee66b0cdff9f69917680151e';

describe('a device token', () => {
  it('is 32 hexadecimal digits in any case', () => {
    for (const typed of [TOKEN, TOKEN.toUpperCase(), ` ${TOKEN}\n`]) assert.equal(readToken(typed), TOKEN);
  });

  it('is 96 where the iOS app kept it (miio-lan.md §8.3)', () => {
    for (const typed of [OF_IOS, OF_IOS.toUpperCase()]) assert.equal(readToken(typed), TOKEN);
  });

  it('is nothing else', () => {
    for (const typed of [
      '',
      'token',
      '0987654321qwerty',
      TOKEN.slice(1),
      `${TOKEN}0`,
      '0'.repeat(32),
      'f'.repeat(32),
      'F'.repeat(32),
      OF_IOS.slice(2),
      '0'.repeat(96),
      `${OF_IOS.slice(0, 64)}${'0'.repeat(32)}`,
      `${TOKEN.slice(0, 31)}g`,
    ])
      assert.equal(readToken(typed), undefined, typed);
  });
});
