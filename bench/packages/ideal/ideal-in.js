// *Ideal*: the least that a package for Node-RED can do with a report. No status, no copy, no check. What everything is compared with.
const { createSocket } = require('node:dgram');

module.exports = (RED) => {
  const nodes = new Map();
  const socket = createSocket({ type: 'udp4', reuseAddr: true });
  socket.on('message', (bytes) => {
    const { sid, data } = JSON.parse(bytes);
    const node = nodes.get(sid);
    if (node) node.send({ payload: JSON.parse(data), topic: sid });
  });
  const { eventPort, receiveBytes } = RED.settings.lumiot;
  socket.bind(eventPort, () => {
    if (receiveBytes > 0) socket.setRecvBufferSize(receiveBytes);
    socket.addMembership('224.0.0.50', '127.0.0.1');
  });
  RED.nodes.registerType('ideal-in', function IdealIn(config) {
    RED.nodes.createNode(this, config);
    nodes.set(config.sid, this);
  });
};
