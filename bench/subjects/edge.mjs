// An edge as users have it: a Node-RED with gateways of its own, a `lumiot-mqtt` for each, and Node-RED's own MQTT nodes.
import { everythingRead, runNodeRed } from '../node-red.mjs';
import { serve } from '../processes.mjs';
import { answers } from './answers.mjs';

await serve(async ({ packageDir, gateways, eventPort, whoisPort, receiveBytes, brokerPort, base }) => {
  const lumiot = { eventPort, whoisPort, receiveBytes };
  await runNodeRed({ nodesDir: [packageDir], lumiot, flows: flowOf({ gateways, brokerPort, base }) });
  await everythingRead(packageDir, gateways);
  return { answers: answers() };
});

function flowOf({ gateways, brokerPort, base }) {
  const placed = { z: 'tab', x: 100, y: 100 };
  const said = (kind, payload) => ({
    [`${kind}Topic`]: `${base}/status`,
    [`${kind}Qos`]: '1',
    [`${kind}Retain`]: 'true',
    [`${kind}Payload`]: payload,
    [`${kind}Msg`]: {},
  });
  const bridges = gateways.map((_, index) => `bridge${index}`);
  const mqttIn = (id, topic) => ({
    ...{ id, type: 'mqtt in', topic, qos: '2', datatype: 'auto-detect', nl: false, rap: true, rh: 0, inputs: 0, broker: 'broker' },
    ...placed,
    wires: [bridges],
  });
  return [
    { id: 'tab', type: 'tab', label: 'bench' },
    {
      ...{ id: 'broker', type: 'mqtt-broker', broker: '127.0.0.1', port: `${brokerPort}`, clientid: '', autoConnect: true, usetls: false },
      ...{ protocolVersion: '5', keepalive: '60', cleansession: true, autoUnsubscribe: true },
      ...said('birth', 'online'),
      ...said('close', 'offline'),
      ...said('will', 'offline'),
    },
    ...gateways.map(({ sid, key }, index) => ({
      ...{ id: `gateway${index}`, type: 'lumi-gateway', sid, host: '', interface: '127.0.0.1', devices: [], credentials: { key } },
    })),
    mqttIn('set', `${base}/+/+/set`),
    mqttIn('get', `${base}/+/+/get`),
    mqttIn('status', `${base}/status`),
    ...bridges.map((id, index) => ({
      ...{ id, type: 'lumiot-mqtt', gateway: `gateway${index}`, account: '', baseTopic: base },
      ...{ homeAssistant: false, discoveryPrefix: 'homeassistant', qos: 1, version: 1, ...placed, wires: [['out']] },
    })),
    { id: 'out', type: 'mqtt out', topic: '', qos: '', retain: '', broker: 'broker', ...placed, wires: [] },
  ];
}
