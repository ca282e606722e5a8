// Sends the reports, in a process of its own, evenly spaced at any rate. Nothing else runs here, so that its pace is its own.
import { createSocket } from 'node:dgram';
import { setImmediate as turn } from 'node:timers/promises';
import { serve } from '../processes.mjs';
import { heartbeats, traffic } from '../traffic.mjs';

const GROUP = '224.0.0.50';
/** Longer waits than this sleep, shorter ones watch the clock. */
const SLEEP_FROM_US = 150;
const sleeper = new Int32Array(new SharedArrayBuffer(4));
const now = () => Number(process.hrtime.bigint()) / 1000;

await serve(async ({ gateways, eventPort }) => {
  const { at, devices } = traffic(gateways);
  const sockets = new Map();
  for (const { address } of gateways) sockets.set(address, await open(address, eventPort));
  const others = heartbeats(gateways);
  let n = 0;

  return {
    about: { devices },
    answers: {
      /** `count` reports, `rate` a second; `isMixed` has a heartbeat among them now and then. With `isTimed` the answer has the moments by device. */
      async send({ rate, count, isTimed = false, isMixed = false }) {
        const times = isTimed ? Array.from({ length: devices }, () => []) : undefined;
        const gapUs = 1e6 / rate;
        const from = now();
        for (let sent = 0; sent < count; sent++) {
          const due = from + sent * gapUs;
          for (let left = due - now(); left > 0; left = due - now())
            if (left > SLEEP_FROM_US) Atomics.wait(sleeper, 0, 0, (left - 100) / 1000);
          const { number, address, bytes } = at(n++);
          times?.[number].push(now());
          sockets.get(address).send(bytes);
          if (isMixed && sent % 100 === 0) {
            const other = others[(sent / 100) % others.length];
            sockets.get(other.address).send(other.bytes);
          }
          // A send that the system would not take at once waits for the event loop.
          if (sent % 64 === 63) await turn();
        }
        const seconds = (now() - from) / 1e6;
        return { sent: count, seconds, rate: count / seconds, times };
      },
    },
  };
});

/** Connected: the way to the group is looked up once. */
async function open(address, port) {
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind({ address, port: 0 }, resolve));
  socket.setMulticastInterface('127.0.0.1');
  socket.setMulticastTTL(1);
  socket.setMulticastLoopback(true);
  socket.setSendBufferSize(1 << 20);
  await new Promise((resolve, reject) => socket.connect(port, GROUP, (error) => (error ? reject(error) : resolve())));
  socket.on('error', () => {});
  return socket;
}
