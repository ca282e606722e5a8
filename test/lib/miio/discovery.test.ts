import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { systemClock } from '../../../lib/home/clock';
import { Discovery, type DiscoveryOptions, discover } from '../../../lib/miio/discovery';
import { HELLO } from '../../../lib/miio/packet';
import { type Simulator, startSimulator, type WifiDeviceConfig } from '../../../lib/simulator';
import { ManualClock } from '../../support/clock';
import { boundSocket, closed } from '../../support/sockets';
import { until } from '../../support/wait';

const token = '00112233445566778899aabbccddeeff';
const lamp: WifiDeviceConfig = { did: '68332340', model: 'yeelink.light.lamp1', token, address: '127.0.62.11', port: 0 };
const plug: WifiDeviceConfig = { did: '500000002', model: 'lumiot.outlet.plug1', token, address: '127.0.62.12', port: 0, showsToken: true };
const wide: WifiDeviceConfig = { did: '1082939475968', model: 'lumiot.light.lamp1', token, address: '127.0.62.13', port: 0 };
const loopback = { name: 'lo', address: '127.0.0.1', netmask: '255.0.0.0', isInternal: true };

describe('a search for Wi-Fi devices', () => {
  let simulator: Simulator;
  let open: Discovery[];
  let sockets: Set<Socket>;
  let created: number;
  let warnings: string[];
  const others: Socket[] = [];

  before(async () => {
    simulator = await startSimulator({
      whoisPort: 24_361,
      eventPort: 29_861,
      wifi: [lamp, plug, wide],
      broadcast: { port: 0, mdnsPort: 0 },
    });
  });
  beforeEach(() => {
    open = [];
    sockets = new Set();
    created = 0;
    warnings = [];
  });
  afterEach(async () => {
    for (const each of open) each.close();
    await Promise.all(others.splice(0).map(closed));
    for (const { did } of simulator.addresses.wifi ?? []) await simulator.wifi(did).fault({ fault: 'clear' });
    await until(() => sockets.size === 0, 'every socket closed');
  });
  after(() => simulator.close());

  const options = (overrides: Partial<DiscoveryOptions> = {}): DiscoveryOptions => ({
    clock: systemClock,
    log: { info: () => {}, warn: (text) => warnings.push(text), error: (text) => warnings.push(text) },
    interfaces: () => [loopback],
    interface: '127.0.62.1',
    // Long enough for those who answer at once, also where the machine is busy.
    waitMs: 600,
    port: simulator.addresses.broadcast?.port ?? 0,
    mdnsPort: simulator.addresses.broadcast?.mdnsPort ?? 0,
    createSocket: (kind) => {
      const socket = createSocket(kind);
      created += 1;
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
    ...overrides,
  });
  const discovery = (overrides: Partial<DiscoveryOptions> = {}): Discovery => {
    const made = new Discovery(options(overrides));
    open.push(made);
    return made;
  };
  const other = async (address: string): Promise<Socket> => {
    const socket = await boundSocket(address, 0);
    others.push(socket);
    return socket;
  };
  const hostOf = (did: string): string => simulator.wifi(did).host;

  it('finds each device once, with its place, its model, and its token where it shows it', async () => {
    const found = await discover(options());
    assert.deepEqual(
      [...found].sort((one, other) => one.did.length - other.did.length || one.did.localeCompare(other.did)),
      [
        { did: lamp.did, host: hostOf(lamp.did), model: lamp.model, token: '' },
        { did: plug.did, host: hostOf(plug.did), model: plug.model, token },
        { did: wide.did, host: hostOf(wide.did), model: wide.model, token: '' },
      ],
    );
  });

  it('finds them by broadcast alone; a wide did only where somebody knows it', async () => {
    const dids = async (isKnown: (did: string) => boolean) =>
      (await discover(options({ mdnsPort: 0, isKnown }))).map(({ did, model }) => `${did}${model}`).sort();
    const narrow = String(BigInt(wide.did) & 0xffff_ffffn);
    assert.deepEqual(await dids(() => false), [lamp.did, plug.did, narrow].sort());
    assert.deepEqual(await dids((did) => did === wide.did), [lamp.did, plug.did, wide.did].sort());
  });

  it('finds them by mDNS alone, and greets who announced itself', async () => {
    const found = await discover(options({ broadcast: [] }));
    assert.equal(found.length, 3);
    assert.equal(found.find(({ did }) => did === plug.did)?.token, token);
  });

  it('calls hello three times, so that one that is lost does no harm', async () => {
    const clock = new ManualClock();
    const counter = await other('127.0.62.2');
    let hellos = 0;
    counter.on('message', (bytes) => {
      if (bytes.equals(HELLO)) hellos += 1;
    });
    const finding = discovery({ clock, mdnsPort: 0, waitMs: 4_000, broadcast: ['127.0.62.2'], port: counter.address().port }).discover();
    await clock.during(finding);
    assert.equal(hellos, 3);
    assert.equal(clock.openTimers, 0);
  });

  it('ends as soon as the device it is for is found', async () => {
    const clock = new ManualClock();
    assert.equal(await discovery({ clock, waitMs: 60_000 }).findByDid(lamp.did), hostOf(lamp.did));
    assert.equal(await discovery({ clock, waitMs: 60_000 }).findByDid(wide.did), hostOf(wide.did));
    assert.equal(clock.openTimers, 0);
  });

  it('does not find what is not there, and waits no longer than its time', async () => {
    assert.equal(await discovery().findByDid('4711'), undefined);
    await simulator.wifi(lamp.did).fault({ fault: 'offline' });
    assert.equal(await discovery().findByDid(lamp.did), undefined);
  });

  it('finds a device where it moved to', async () => {
    const finder = discovery();
    const before = await finder.findByDid(plug.did);
    await simulator.wifi(plug.did).fault({ fault: 'move', to: '127.0.62.14:0' });
    assert.notEqual(await finder.findByDid(plug.did), before);
    assert.equal(await finder.findByDid(plug.did), hostOf(plug.did));
  });

  it('is shared by whoever searches at the same time', async () => {
    const finder = discovery({ mdnsPort: 0 });
    const all = await Promise.all([finder.findByDid(lamp.did), finder.findByDid(plug.did), finder.discover(), finder.findByDid('4711')]);
    assert.deepEqual(all.slice(0, 2), [hostOf(lamp.did), hostOf(plug.did)]);
    assert.equal(all[2].length, 3);
    // Who came late and found nothing searched once more.
    assert.equal(created, 2);
  });

  it('lasts its time where somebody wants all, also when the one device of another is found', async () => {
    await simulator.wifi(plug.did).fault({ fault: 'delay', on: 'hello', ms: 50 });
    const finder = discovery({ mdnsPort: 0 });
    const [all, one] = await Promise.all([finder.discover(), finder.findByDid(lamp.did)]);
    assert.deepEqual([all.length, one], [3, hostOf(lamp.did)]);
  });

  it('counts what makes no sense and goes on', async () => {
    const stranger = await other('127.0.62.3');
    const nonsense = ['', '21310020', `21310020${'00'.repeat(20)}`, '21310030'.padEnd(96, '0'), 'ff'.repeat(40)];
    // Hello is called more than once.
    stranger.once('message', (bytes, { port, address }) => {
      if (bytes.equals(HELLO)) for (const hex of nonsense) stranger.send(Buffer.from(hex, 'hex'), port, address);
      stranger.send(HELLO, port, address);
    });
    const { port } = stranger.address();
    const finder = discovery({ broadcast: ['127.0.62.3'], port, mdnsPort: 0 });
    assert.deepEqual(await finder.discover(), []);
    assert.equal(finder.ignored, nonsense.length + 1);
  });

  it('says what to do where there is no network', async () => {
    await assert.rejects(discovery({ interface: '' }).discover(), { code: 'SOCKET', message: /No network of this computer.*container/ });
    const createSocket = () => {
      throw new Error('too many open files');
    };
    await assert.rejects(discovery({ createSocket }).discover(), { code: 'SOCKET', message: /too many open files/ });
    await assert.rejects(discovery({ interface: '203.0.113.9' }).discover(), { code: 'SOCKET', message: /interface 203\.0\.113\.9/ });
    assert.equal(await discovery({ interface: '203.0.113.9' }).findByDid(lamp.did), undefined);
    assert.equal(warnings.length, 1);
  });

  it('leaves no socket and no timer behind when it is closed in the middle', async () => {
    const clock = new ManualClock();
    const finder = discovery({ clock });
    const finding = [finder.discover(), finder.findByDid('4711')];
    await until(() => sockets.size > 0, 'a socket');
    finder.close();
    await Promise.all(finding);
    await until(() => sockets.size === 0, 'every socket closed');
    assert.equal(clock.openTimers, 0);
    assert.deepEqual(await finder.discover(), []);
    assert.equal(await finder.findByDid(lamp.did), undefined);
  });

  it('goes on without mDNS where its port is taken', async () => {
    const taken = await other('0.0.0.0');
    const found = await discover(options({ mdnsPort: taken.address().port }));
    assert.equal(found.length, 3);
  });
});
