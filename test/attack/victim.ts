/**
 * Who is flooded, a process of its own: `victim.ts <ours|bare> <whois port> <event port>`. As a bare socket it looks at each datagram's
 * sender and counts what comes from the real gateway; as ours it is a Lan with a Gateway, a subscriber and a log.
 */

import { createSocket } from 'node:dgram';
import { checkSettings, Gateway, Lan, systemEnvironment } from '../../lib/lumi';
import { HALL, LIE, PLUG } from './kinds';

const GROUP = '224.0.0.50';
const KEY = '0987654321qwerty';

export interface Tally {
  /** Real reports that arrived, each counted once. */
  readonly delivered: number;
  /** Lies that a subscriber saw. */
  readonly lies: number;
  readonly rssMb: number;
  readonly log: readonly string[];
  readonly counts: Readonly<Record<string, number>>;
  readonly devices: number;
  readonly phase: string;
  readonly askers: readonly number[];
  readonly commands: { readonly tried: number; readonly ok: number; readonly slowestMs: number; readonly errors: readonly string[] };
}

const [kind, whoisPort, eventPort, gatewayAddress] = process.argv.slice(2);
const seen = new Set<number>();
let highestRss = 0;
let lies = 0;
const log: string[] = [];
const errors: string[] = [];
const commands = { tried: 0, ok: 0, slowestMs: 0 };

const asNumber = (power: unknown): number | undefined => (typeof power === 'number' ? power : undefined);

function bare(): () => Partial<Tally> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes, from) => {
    if (from.address !== gatewayAddress) return;
    const { data } = JSON.parse(bytes.toString('utf8')) as { data?: string };
    const { load_power: power } = JSON.parse(data ?? '{}') as { load_power?: string };
    if (power !== undefined) seen.add(Number(power));
  });
  socket.bind({ port: Number(eventPort), address: '0.0.0.0' }, () => {
    socket.addMembership(GROUP, '127.0.0.1');
    process.send?.('ready');
  });
  return () => ({});
}

function ours(): () => Partial<Tally> {
  const ephemeral = new Set<ReturnType<typeof createSocket>>();
  const { createSocket: make } = systemEnvironment();
  const lan = new Lan(
    systemEnvironment({
      whoisPort: Number(whoisPort),
      eventPort: Number(eventPort),
      createSocket: (sharesPort) => {
        const socket = make(sharesPort);
        if (!sharesPort) ephemeral.add(socket);
        return socket;
      },
      log: { info: (text) => log.push(text), warn: (text) => log.push(text), error: (text) => log.push(`ERROR ${text}`) },
    }),
  );
  const { settings } = checkSettings({ sid: HALL, interface: '127.0.0.1', key: KEY });
  const gateway = new Gateway(lan, settings);
  gateway.subscriptions.subscribe('attack', '', ({ device, values, origin }) => {
    const power = asNumber(values.power);
    if (device.sid !== PLUG || power === undefined) return;
    if (power === Number(LIE)) lies++;
    else if (origin === 'report') seen.add(power);
  });
  gateway.subscriptions.open('attack');
  void gateway.start();
  const timer = setInterval(() => {
    if (![...gateway.inventory.devices].some(({ sid, readAt }) => sid === PLUG && readAt !== undefined)) return;
    clearInterval(timer);
    process.send?.('ready');
  }, 20);
  process.on('message', (wish) => {
    if (wish === 'command') void command(gateway);
  });
  return () => ({
    counts: { ...lan.counts },
    devices: gateway.inventory.size,
    phase: gateway.state.phase,
    askers: [...ephemeral].map((socket) => socket.address().port),
  });
}

async function command(gateway: Gateway): Promise<void> {
  commands.tried++;
  const at = performance.now();
  try {
    await gateway.write(PLUG, { on: commands.tried % 2 === 0 });
    commands.ok++;
    commands.slowestMs = Math.max(commands.slowestMs, performance.now() - at);
  } catch (error) {
    errors.push(error instanceof Error ? error.message : String(error));
  }
}

const tell = kind === 'bare' ? bare() : ours();
setInterval(() => {
  highestRss = Math.max(highestRss, process.memoryUsage.rss());
}, 50).unref();
process.on('message', (wish) => {
  if (wish === 'forget') highestRss = 0;
  if (wish !== 'tell') return;
  highestRss = Math.max(highestRss, process.memoryUsage.rss());
  const tally: Tally = {
    ...{ delivered: seen.size, lies, rssMb: highestRss / 1_048_576, log, devices: 0, phase: '', counts: {}, askers: [] },
    commands: { ...commands, errors },
    ...tell(),
  };
  process.send?.(tally);
});
process.on('disconnect', () => process.exit());
