/** Which proxy a URL goes through, by the variables of the host. */

import assert from 'node:assert/strict';
import { proxyFor } from '../../../lib/miot/proxy';

const PROXY = 'http://proxy.example:3128';
const URL_ = 'https://de.ha.api.io.mi.com/app/v2/x';

describe('the proxy for a URL', () => {
  it('is none without variables', () => {
    assert.equal(proxyFor(URL_, {}), undefined);
    assert.equal(proxyFor(URL_, { https_proxy: '', all_proxy: ' ' }), undefined);
  });

  it('goes by the scheme, then by all_proxy, in either case', () => {
    assert.equal(proxyFor(URL_, { https_proxy: PROXY }), PROXY);
    assert.equal(proxyFor(URL_, { HTTPS_PROXY: PROXY }), PROXY);
    assert.equal(proxyFor(URL_, { http_proxy: PROXY }), undefined);
    assert.equal(proxyFor('http://a.example/', { http_proxy: PROXY, https_proxy: 'http://other:1' }), PROXY);
    assert.equal(proxyFor(URL_, { ALL_PROXY: PROXY }), PROXY);
    assert.equal(proxyFor(URL_, { https_proxy: 'http://first:1', HTTPS_PROXY: PROXY }), 'http://first:1');
  });

  it('may be written without its scheme', () => {
    assert.equal(proxyFor(URL_, { https_proxy: 'proxy.example:3128' }), PROXY);
  });

  it('is none where it cannot be read or speaks no HTTP', () => {
    for (const proxy of ['http://', 'http://a b', 'socks5://127.0.0.1:9050', 'ftp://proxy:1'])
      assert.equal(proxyFor(URL_, { https_proxy: proxy }), undefined, proxy);
  });

  const hosts: readonly (readonly [url: string, noProxy: string, isDirect: boolean])[] = [
    ['https://a.example/', '*', true],
    ['https://a.example/', 'a.example', true],
    ['https://A.Example/', 'b.example, a.EXAMPLE', true],
    ['https://a.example/', 'b.example a.example', true],
    ['https://x.a.example/', 'a.example', true],
    ['https://x.a.example/', '.a.example', true],
    ['https://x.a.example/', '*.a.example', true],
    ['https://xa.example/', 'a.example', false],
    ['https://a.example.evil/', 'a.example', false],
    ['https://a.example/', 'a.example:443', true],
    ['https://a.example/', 'a.example:8443', false],
    ['https://a.example:8443/', 'a.example:8443', true],
    ['http://a.example/', 'a.example:80', true],
    ['https://a.example/', ' , ,', false],
    ['https://a.example/', '.', false],
    ['https://127.0.0.1/', '127.0.0.1', true],
    ['https://10.1.2.3/', '10.0.0.0/8', true],
    ['https://11.1.2.3/', '10.0.0.0/8', false],
    ['https://a.example/', '10.0.0.0/8', false],
    ['https://10.1.2.3/', '10.0.0.0/99', false],
    ['https://10.1.2.3/', '0.0.0.0/0', true],
    ['https://10.1.2.3/', '10.1.2.3/32', true],
    ['https://10.1.2.2/', '10.1.2.3/32', false],
    ['https://10.1.2.3/', '10.1.2.3/33', false],
    ['https://[fd00::7]/', 'fd00::7/128', true],
    ['https://[fd00::6]/', 'fd00::7/128', false],
    ['https://[fd00::7]/', '[fd00::7]/64', true],
    ['https://[fd00::7]/', 'fd00::7/129', false],
    ['https://10.1.2.3/', '10.0.0.0/', false],
    ['https://a.example/', '/8', false],
    ['https://a.example/', 'a.example:8443 a.example', true],
    ['https://a.example/', '10.0.0.0/8,a.example', true],
    ['https://[::1]/', '::1', true],
    ['https://[::1]/', '[::1]', true],
    ['https://[::1]:8443/', '[::1]:8443', true],
    ['https://[::1]:8443/', '[::1]:443', false],
    ['https://[fd00::7]/', 'fd00::/8', true],
    ['https://[fe80::7]/', 'fd00::/8', false],
    ['https://[::1]/', '10.0.0.0/8', false],
  ];
  for (const [url, noProxy, isDirect] of hosts) {
    it(`${isDirect ? 'passes by' : 'takes'} it for ${url} with no_proxy "${noProxy}"`, () => {
      const env = { http_proxy: PROXY, https_proxy: PROXY };
      assert.equal(proxyFor(url, { ...env, no_proxy: noProxy }), isDirect ? undefined : PROXY);
      assert.equal(proxyFor(url, { ...env, NO_PROXY: noProxy }), isDirect ? undefined : PROXY);
    });
  }
});
