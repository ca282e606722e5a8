// A bare socket; with `isParsing` also both `JSON.parse`: the floor, below which no program in JavaScript can be.
import { createSocket } from 'node:dgram';
import { createRequire } from 'node:module';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

const { tally } = createRequire(import.meta.url)('../tally.cjs');

await serve(async ({ eventPort, isParsing, receiveBytes }) => {
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes) => {
    if (isParsing) JSON.parse(JSON.parse(bytes).data);
    tally.arrived(0);
  });
  await new Promise((resolve) => socket.bind(eventPort, resolve));
  if (receiveBytes > 0) socket.setRecvBufferSize(receiveBytes);
  socket.addMembership('224.0.0.50', '127.0.0.1');
  return { answers: answers() };
});
