// Subscribers of the bench, and who sends commands: several clients of one process that hear every state below a base topic.
// Each report is news, so a state that says the same as the one before was told twice, and what is missing in the count was lost.
import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import mqtt from 'mqtt';
import { serve } from '../processes.mjs';
import { answers } from '../subjects/answers.mjs';

const { tally, now } = createRequire(import.meta.url)('../tally.cjs');
const WHEN = /"lastSeen":"[^"]*"/;
const ANSWER_WITHIN_MS = 30_000;

/** `topics`: of the states, each with the number of its device. `base`: above the edges' own. */
await serve(async ({ topics, brokerPort, base, clients: count }) => {
  const numbers = new Map(topics);
  const heard = Array.from({ length: count }, () => ({ messages: 0, duplicated: 0, last: new Map() }));
  const clients = [];
  for (const [index, one] of heard.entries()) {
    const client = await mqtt.connectAsync(`mqtt://127.0.0.1:${brokerPort}`, { protocolVersion: 5 });
    clients.push(client);
    client.on('message', (topic, payload, { retain }) => {
      const number = numbers.get(topic);
      if (number === undefined || retain) return;
      const text = payload.toString().replace(WHEN, '');
      if (one.last.get(topic) === text) one.duplicated++;
      else if (index === 0) tally.arrived(number);
      one.last.set(topic, text);
      one.messages++;
    });
    await client.subscribeAsync(`${base}/+/+/+`, { qos: 1 });
  }
  const [asker] = clients;
  const waiting = new Map();
  asker.on('message', (topic, payload) => {
    if (!topic.endsWith('/result')) return;
    const result = JSON.parse(payload);
    waiting.get(result.requestId)?.(result);
  });
  await asker.subscribeAsync(`${base}/+/+/+/result`, { qos: 1 });

  const common = answers();
  return {
    answers: {
      ...common,
      begin(details) {
        for (const one of heard) Object.assign(one, { messages: 0, duplicated: 0 });
        common.begin(details);
      },
      end: () => ({ ...common.end(), subscribers: heard.map(({ messages, duplicated }) => ({ messages, duplicated })) }),
      /** Topics that have been heard of so far, by who has heard of the fewest. */
      topics: () => Math.min(...heard.map(({ last }) => last.size)),
      /** So many commands to each of these devices, one after the other, all devices at once. Microseconds of each that succeeded. */
      async commands({ devices, times }) {
        const [took, failed] = [[], []];
        let [answered, again] = [0, 0];
        const one = async (topic, time) => {
          const requestId = `${topic} ${time}`;
          let results = 0;
          const from = now();
          const result = await new Promise((resolve) => {
            const timer = setTimeout(() => resolve({ error: 'no answer' }), ANSWER_WITHIN_MS);
            waiting.set(requestId, (answer) => {
              clearTimeout(timer);
              results++;
              if (results > 1) again++;
              else answered++;
              resolve(answer);
            });
            asker.publish(`${topic}/set`, JSON.stringify({ on: time % 2 === 0, requestId }), { qos: 1 });
          });
          if (result.ok) took.push(now() - from);
          else failed.push(result.error);
        };
        await Promise.all(
          devices.map(async (topic) => {
            for (let time = 0; time < times; time++) await one(topic, time);
          }),
        );
        await sleep(200);
        return { sent: devices.length * times, answered, again, took, failed };
      },
    },
  };
});
