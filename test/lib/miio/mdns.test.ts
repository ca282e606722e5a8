import assert from 'node:assert/strict';
import { type Answer, decode, encode } from 'dns-packet';
import { loadMdns, type Mdns } from '../../../lib/miio/mdns';
import { seeded } from '../../support/random';

const SERVICE = '_miio._udp.local';
const instance = `yeelink-light-color1_miio68332340.${SERVICE}`;
const host = 'yeelink-light-color1_miio68332340.local';
const ptr: Answer = { type: 'PTR', name: SERVICE, data: instance };
const srv: Answer = { type: 'SRV', name: instance, data: { port: 54_321, target: host } };
const a: Answer = { type: 'A', name: host, data: '192.168.1.50' };
const lamp = { did: '68332340', model: 'yeelink.light.color1' };

describe('announcements of Wi-Fi devices by mDNS', () => {
  let mdns: Mdns;
  before(async () => {
    mdns = await loadMdns();
  });
  const read = (answers: Answer[], additionals: Answer[] = []) => mdns.read(encode({ type: 'response', answers, additionals }));

  it('are asked for by the name of their service', () => {
    const { questions, type } = decode(mdns.question);
    assert.equal(type, 'query');
    assert.deepEqual(
      questions?.map(({ name, type: kind }) => [name, kind]),
      [[SERVICE, 'PTR']],
    );
  });

  it('tell model, did, address and port', () => {
    assert.deepEqual(read([ptr], [srv, a]), [{ ...lamp, address: '192.168.1.50', port: 54_321 }]);
    assert.deepEqual(read([ptr, srv, a]), [{ ...lamp, address: '192.168.1.50', port: 54_321 }]);
    assert.deepEqual(read([ptr]), [{ ...lamp, address: '', port: 0 }]);
    assert.deepEqual(read([srv, a]), [{ ...lamp, address: '192.168.1.50', port: 54_321 }]);
  });

  it('are read whatever case their names have', () => {
    const shouting: Answer = { type: 'PTR', name: SERVICE.toUpperCase(), data: instance.replace('_miio._udp', '_MIIO._UDP') };
    assert.deepEqual(read([shouting]), [{ ...lamp, address: '', port: 0 }]);
  });

  it('tell several devices at once, wide dids too', () => {
    const other: Answer = { type: 'PTR', name: SERVICE, data: `zhimi-airpurifier-ma2_miio1082939475968.${SERVICE}` };
    assert.deepEqual(
      read([ptr, other])?.map(({ did, model }) => [did, model]),
      [
        [lamp.did, lamp.model],
        ['1082939475968', 'zhimi.airpurifier.ma2'],
      ],
    );
  });

  for (const [what, data] of [
    ['without a did', `yeelink-light-color1_miio.${SERVICE}`],
    ['with a did of letters', `yeelink-light-color1_mibtAB12.${SERVICE}`],
    ['with a did beyond 64 bits', `yeelink-light-color1_miio99999999999999999999.${SERVICE}`],
    ['with more digits than any did', `yeelink-light-color1_miio683323406833234068332.${SERVICE}`],
    ['without a model', `_miio68332340.${SERVICE}`],
    ['with a model that is none', `<b>_miio68332340.${SERVICE}`],
    ['of another service', 'yeelink-light-color1_miio68332340._http._tcp.local'],
  ] as const)
    it(`${what} are left out`, () => {
      assert.deepEqual(read([{ type: 'PTR', name: SERVICE, data }]), []);
    });

  it('of other services and questions are none, and what is no message is told apart', () => {
    assert.deepEqual(read([{ type: 'PTR', name: '_http._tcp.local', data: `printer._http._tcp.local` }]), []);
    assert.deepEqual(mdns.read(mdns.question), []);
    for (const bytes of [Buffer.alloc(0), Buffer.from('00', 'hex'), Buffer.from(`${'ff'.repeat(12)}c0`, 'hex')])
      assert.equal(mdns.read(bytes), undefined);
  });

  it('are taken of a few devices in one packet', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({
      type: 'PTR' as const,
      name: SERVICE,
      data: `a-b_miio${index + 1}.${SERVICE}`,
    }));
    assert.equal(read(many)?.length, 64);
  });

  it('never throw, whatever the bytes', () => {
    const random = seeded(7);
    const good = encode({ type: 'response', answers: [ptr, srv, a] });
    for (let turn = 0; turn < 3_000; turn++) {
      const bytes = turn % 2 === 0 ? Buffer.from(good) : Buffer.alloc(Math.floor(random() * 300));
      const changes = turn % 2 === 0 ? 1 + Math.floor(random() * 4) : bytes.length;
      for (let change = 0; change < changes; change++) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256);
      mdns.read(bytes.subarray(0, Math.floor(random() * (bytes.length + 1)) || bytes.length));
    }
  });
});
