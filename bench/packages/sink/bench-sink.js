// Where every flow of the bench ends: counts, and where latencies are measured notes when.
const { tally } = require('../../tally.cjs');

module.exports = (RED) => {
  RED.nodes.registerType('bench-sink', function BenchSink(config) {
    RED.nodes.createNode(this, config);
    const { device } = config;
    this.on('input', (_message, _send, done) => {
      tally.arrived(device);
      done();
    });
  });
};
