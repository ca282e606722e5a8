// A bare MQTT publisher: one socket, both `JSON.parse`, a state by sid, and the same retained JSON with the same quality of service.
import { createSocket } from 'node:dgram';
import mqtt from 'mqtt';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

await serve(async ({ gateways, eventPort, receiveBytes, brokerPort, base }) => {
  const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${brokerPort}`, { protocolVersion: 5 });
  const states = new Map();
  for (const { sid: gateway, devices } of gateways)
    for (const { sid, fields } of devices) states.set(sid, { topic: `${base}/${gateway}/${sid}`, values: { ...fields } });
  const options = { qos: 1, retain: true, properties: { contentType: 'application/json' } };
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes) => {
    const frame = JSON.parse(bytes);
    const state = states.get(frame.sid);
    if (state === undefined || frame.cmd !== 'report') return;
    Object.assign(state.values, JSON.parse(frame.data));
    state.values.lastSeen = new Date().toISOString();
    client.publish(state.topic, JSON.stringify(state.values), options);
  });
  await new Promise((resolve) => socket.bind(eventPort, resolve));
  if (receiveBytes > 0) socket.setRecvBufferSize(receiveBytes);
  socket.addMembership('224.0.0.50', '127.0.0.1');
  return { answers: answers() };
});
