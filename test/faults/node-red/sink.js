// A node that keeps what it gets, and what a test wants to know of the Node-RED around it. Only for test/faults.
const { setFlagsFromString } = require('node:v8');
const { runInNewContext } = require('node:vm');
const counted = require('./counted.cjs');

const essence = ({ device, property, payload, origin, ack, error }) => ({
  id: device?.id,
  property,
  payload,
  origin,
  ack: ack !== undefined,
  error: error?.code ?? error?.message,
});

module.exports = (RED) => {
  const received = [];
  /** What the nodes gave away: Node-RED drops what is on its way between two nodes while flows stop. */
  const given = [];
  RED.hooks.add('onSend.faults', (events) => {
    for (const { msg, source } of events) if (source.node.type.startsWith('lumi-')) given.push(essence(msg));
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc');

  RED.nodes.registerType('fault-sink', function FaultSink(definition) {
    RED.nodes.createNode(this, definition);
    this.on('input', (msg, _send, done) => {
      received.push(essence(msg));
      done();
    });
    this.on('close', (done) => setTimeout(done, 50));
  });

  RED.httpAdmin.get('/faults/received', (_request, response) => response.json({ received: received.splice(0), given: given.splice(0) }));
  RED.httpAdmin.post('/faults/send/:id', (request, response) => {
    RED.nodes.getNode(request.params.id).receive({ payload: request.body.payload });
    response.json({});
  });
  RED.httpAdmin.get('/faults/resources', (_request, response) => {
    collect();
    const listeners = RED.events.eventNames().reduce((sum, name) => sum + RED.events.listenerCount(name), 0);
    response.json({ ...counted.open(), listeners, heapMegabytes: process.memoryUsage().heapUsed / 1e6 });
  });
};
