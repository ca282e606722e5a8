// Node-RED's settings for the faults: those of the demo, with a node that keeps what it gets.
require('./counted.cjs');
const demo = require('../../../demo/settings.cjs');

module.exports = {
  ...demo,
  nodesDir: [...demo.nodesDir, __dirname],
  logging: { console: { level: 'warn', metrics: false, audit: false } },
};
