// A bare request and its reply: the same write as ours, made beforehand, sent and answered. A fresh token before each, not timed.
import { createCipheriv } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

const VECTOR = Buffer.from('17996d093d28ddb3ba695a2e6f58562e', 'hex');

await serve(async ({ gateways, addresses }) => {
  const [{ key }] = gateways;
  const [{ address, port }] = addresses;
  const socket = createSocket('udp4');
  await new Promise((resolve) => socket.bind(0, resolve));
  let replied = () => {};
  socket.on('message', (bytes) => replied(JSON.parse(bytes)));
  const ask = (bytes) =>
    new Promise((resolve) => {
      replied = resolve;
      socket.send(bytes, port, address);
    });
  return {
    answers: answers({
      async commands({ sid, model, times, pauseMs }) {
        const took = [];
        for (let index = 0; index < times; index++) {
          const { token } = await ask('{"cmd":"get_id_list"}');
          await sleep(pauseMs);
          const cipher = createCipheriv('aes-128-cbc', key, VECTOR).setAutoPadding(false);
          const proof = (cipher.update(token, 'latin1', 'hex') + cipher.final('hex')).toUpperCase();
          const data = JSON.stringify({ status: index % 2 === 0 ? 'on' : 'off', key: proof });
          const bytes = Buffer.from(JSON.stringify({ cmd: 'write', model, sid, data }));
          const from = performance.now();
          const { cmd } = await ask(bytes);
          took.push((performance.now() - from) * 1000);
          if (cmd !== 'write_ack') throw new Error(`the write was answered by ${cmd}`);
        }
        return took;
      },
    }),
  };
});
