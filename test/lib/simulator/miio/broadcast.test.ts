import assert from 'node:assert/strict';
import type { Socket } from 'node:dgram';
import { decode, encode, type Packet } from 'dns-packet';
import { type Simulator, startSimulator } from '../../../../lib/simulator';
import { hello } from '../../../../lib/simulator/miio/wire';
import { boundSocket, closed } from '../../../support/sockets';
import { until } from '../../../support/wait';
import { did, token } from './bench';

const devices = [
  { did, model: 'yeelink.light.lamp1', token, address: '127.0.61.21', port: 0 },
  { did: '500000002', model: 'lumiot.outlet.plug1', token, address: '127.0.61.22', port: 0 },
];
const SERVICE = '_miio._udp.local';

describe('simulated Wi-Fi devices that can be found', () => {
  let simulator: Simulator;
  let socket: Socket;
  let heard: { readonly bytes: Buffer; readonly from: string }[];

  before(async () => {
    simulator = await startSimulator({ whoisPort: 24_351, eventPort: 29_851, wifi: devices, broadcast: { port: 0, mdnsPort: 0 } });
  });
  beforeEach(async () => {
    heard = [];
    socket = await boundSocket('127.0.0.1', 0);
    socket.setBroadcast(true);
    socket.setMulticastInterface('127.0.0.1');
    socket.on('message', (bytes, { address, port }) => heard.push({ bytes, from: `${address}:${port}` }));
  });
  afterEach(() => closed(socket));
  after(() => simulator.close());

  const ask = (questions: Packet['questions']): void => {
    socket.send(encode({ type: 'query', id: 77, questions }), simulator.addresses.broadcast?.mdnsPort ?? 0, '224.0.0.251');
  };

  it('answer a hello to everybody, each from its own place', async () => {
    socket.send(hello, simulator.addresses.broadcast?.port ?? 0, '127.255.255.255');
    await until(() => heard.length === 2, 'two answers');
    const places = heard.map(({ from }) => from).sort();
    assert.deepEqual(places, [simulator.wifi(did).host, simulator.wifi('500000002').host].sort());
  });

  it('announce themselves to whoever asks for them', async () => {
    ask([{ name: SERVICE, type: 'PTR' }]);
    await until(() => heard.length === 2, 'two answers');
    const packets = heard.map(({ bytes }) => decode(bytes));
    const first = packets.find(({ answers }) => JSON.stringify(answers).includes(did));
    const instance = `yeelink-light-lamp1_miio${did}.${SERVICE}`;
    assert.equal(first?.id, 77);
    assert.deepEqual(
      first?.questions?.map(({ name, type }) => [name, type]),
      [[SERVICE, 'PTR']],
    );
    assert.deepEqual(
      first?.answers?.map((answer) => [answer.name, 'data' in answer && answer.data]),
      [[SERVICE, instance]],
    );
    const additional = first?.additionals ?? [];
    assert.deepEqual(
      additional.map(({ type }) => type),
      ['SRV', 'TXT', 'A'],
    );
    const [srv, , a] = additional;
    assert.equal(`${a && 'data' in a ? String(a.data) : ''}:${srv?.type === 'SRV' ? srv.data.port : ''}`, simulator.wifi(did).host);
  });

  it('are silent to other questions, and while they are gone', async () => {
    await simulator.wifi('500000002').fault({ fault: 'offline' });
    ask([{ name: '_http._tcp.local', type: 'PTR' }]);
    ask([{ name: SERVICE, type: 'TXT' }]);
    for (const bytes of ['', '00', '00'.repeat(12), `0000000000010000000000003f`, `${'00'.repeat(5)}01${'00'.repeat(6)}0161`])
      socket.send(Buffer.from(bytes, 'hex'), simulator.addresses.broadcast?.mdnsPort ?? 0, '224.0.0.251');
    ask([{ name: SERVICE.toUpperCase(), type: 'PTR' }]);
    await until(() => heard.length > 0, 'an answer');
    assert.equal(heard.length, 1);
    await simulator.wifi('500000002').fault({ fault: 'clear' });
  });
});
