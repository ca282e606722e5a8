// Node-RED's settings for `npm run demo` and for the editor tests: this package, this machine only, nothing sent anywhere.
const { join } = require('node:path');

module.exports = {
  flowFile: 'flows.json',
  // The demo's only secret is the made-up key of a made-up gateway, so that its credentials may ship in plain text.
  credentialSecret: false,
  uiHost: '127.0.0.1',
  uiPort: 1880,
  nodesDir: [join(__dirname, '..')],
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: true, ui: true },
  editorTheme: {
    tours: false,
    palette: { catalogues: [] },
    page: { title: 'Lumiot' },
  },
  logging: { console: { level: 'info', metrics: false, audit: false } },
};
