// Node-RED's settings for the tests over MQTT: those of the demo, back soon after a broker was away, and time that can be let pass.
const { LUMIOT_PACKAGE } = process.env;
const demo = require('../../../demo/settings.cjs');
const { pass } = require('./time.cjs');

module.exports = {
  ...demo,
  ...(LUMIOT_PACKAGE ? { nodesDir: [LUMIOT_PACKAGE] } : {}),
  mqttReconnectTime: 250,
  logging: { console: { level: 'warn', metrics: false, audit: false } },
  httpAdminMiddleware: (request, response, next) => {
    const ms = /^\/pass\/(\d+)$/.exec(request.url)?.[1];
    if (ms === undefined) next();
    else pass(Number(ms)).then(() => response.json({}));
  },
};
