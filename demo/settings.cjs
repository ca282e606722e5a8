// Node-RED's settings for `npm run demo` and for the editor tests: this package, this machine only, nothing sent anywhere.
const { join } = require('node:path');

const { LUMIOT_WHOIS_PORT, LUMIOT_EVENT_PORT, LUMIOT_LOCAL_SEARCH } = process.env;

module.exports = {
  flowFile: 'flows.json',
  // The demo's only secret is the made-up key of made-up gateways, so that its credentials may ship in plain text.
  credentialSecret: false,
  uiHost: '127.0.0.1',
  uiPort: 1880,
  nodesDir: [join(__dirname, '..')],
  // Other multicast ports than the real ones where those are in use: by a second demo, or by something that talks to a real gateway.
  lumiot: {
    ...(LUMIOT_WHOIS_PORT ? { whoisPort: Number(LUMIOT_WHOIS_PORT) } : {}),
    ...(LUMIOT_EVENT_PORT ? { eventPort: Number(LUMIOT_EVENT_PORT) } : {}),
    ...(LUMIOT_LOCAL_SEARCH ? { localSearch: JSON.parse(LUMIOT_LOCAL_SEARCH) } : {}),
  },
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: true, ui: true },
  editorTheme: {
    tours: false,
    palette: { catalogues: [] },
    page: { title: 'Lumiot' },
  },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
