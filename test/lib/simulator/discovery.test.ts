import assert from 'node:assert/strict';
import { Bench, bedroom, GROUP, type Heard, hall, password, pause, ports } from './bench';

describe('a simulated home that is looked for', () => {
  let bench: Bench;

  before(async () => {
    bench = await Bench.open({
      gateways: [
        { sid: hall, key: password, address: '127.0.3.1', port: 0, protocol: 1 },
        { sid: bedroom, key: password, address: '127.0.3.1', port: 0, protocol: 2, model: 'acpartner.v3' },
        { sid: '4cf8cdf36b4', key: password, address: '127.0.3.2', port: 0, protocol: 1, announcesProtocol: false },
      ],
    });
  });
  after(() => bench.close());
  beforeEach(() => bench.asker.forget());

  const iams = (): Heard[] => bench.asker.heard.filter(({ json }) => json.cmd === 'iam');

  it('answers a multicast whois once for every gateway', async () => {
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, GROUP);
    await pause(100);
    assert.deepEqual(
      iams()
        .map(({ json }) => json.sid)
        .sort(),
      [hall, bedroom, '4cf8cdf36b4'].sort(),
    );
  });

  it('answers a unicast whois only for the gateways of that address', async () => {
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, '127.0.3.2');
    await pause(100);
    assert.deepEqual(
      iams().map(({ json }) => json.sid),
      ['4cf8cdf36b4'],
    );
  });

  it('leaves a whois to an address without a gateway unanswered', async function () {
    if (process.platform === 'win32') this.skip();
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, '127.0.3.77');
    await pause(100);
    assert.deepEqual(iams(), []);
  });

  it('answers anything there, even an empty datagram', async () => {
    bench.asker.socket.send('', ports.whoisPort, '127.0.3.2');
    assert.equal((await bench.asker.next(({ json }) => json.cmd === 'iam')).json.sid, '4cf8cdf36b4');
  });

  it('does not answer an iam, so that two homes cannot talk for ever', async () => {
    bench.asker.socket.send('{"cmd":"iam"}', ports.whoisPort, GROUP);
    await pause(100);
    assert.deepEqual(iams(), []);
  });

  it('says ip and port as text, from its own address and the whois port', async () => {
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, GROUP);
    const { json, from } = await bench.asker.next((heard) => heard.json.sid === hall);
    const { port } = bench.place(hall);
    assert.deepEqual(json, { cmd: 'iam', port: String(port), sid: hall, model: 'gateway', proto_version: '1.1.2', ip: '127.0.3.1' });
    assert.deepEqual([from.address, from.port], ['127.0.3.1', ports.whoisPort]);
  });

  it('speaks as protocol 2 does, with the vendor\'s "protocal"', async () => {
    bench.asker.socket.send('{"cmd":"whois"}', ports.whoisPort, GROUP);
    const { json } = await bench.asker.next((heard) => heard.json.sid === bedroom);
    assert.equal(json.protocal, 'UDP');
    assert.equal(json.model, 'acpartner.v3');
    assert.equal(json.proto_version, '2.0.2');
  });

  it('can leave its protocol out of iam and still read as one', async () => {
    bench.asker.socket.send('', ports.whoisPort, '127.0.3.2');
    const { json } = await bench.asker.next((heard) => heard.json.cmd === 'iam');
    assert.equal('proto_version' in json, false);
    const read = await bench.ask('4cf8cdf36b4', { cmd: 'read', sid: '4cf8cdf36b4' });
    assert.match(String(read.json.data), /"proto_version":"1\.1\.2"/);
  });
});
