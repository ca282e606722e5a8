// The editor side in a real browser, against a real Node-RED and the simulator. `node test/editor/run.mjs [dialogs|nodes|token|sidebar|miot] [5|4|folder …]`:
// Node-RED 5 and, where it is installed, 4.1. With LUMIOT_SHOTS naming a folder, pictures are left there to be looked at.
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ensure, nodeOf, root } from '../../scripts/ensure.mjs';

const here = dirname(fileURLToPath(import.meta.url));
ensure();
const { build } = await import('../../scripts/build.mjs');
const { freePort, isFreeUdp, start, startNodeRed } = await import('../../scripts/processes.mjs');
const { launch } = await import('./editor.mjs');
const { stories } = await import('./stories.mjs');
const { miioStories } = await import('./miio.mjs');
const { miotStories } = await import('./miot.mjs');
const { nodeStories } = await import('./nodes.mjs');
const { sidebarStories } = await import('./sidebar.mjs');
const { tokenStories } = await import('./token.mjs');

const known = { 5: join(root, 'node_modules', 'node-red'), 4: join(root, 'test', 'matrix', 'node_modules', 'node-red-4') };
/** The long ones first: those at the end are short, so that both lanes end together. */
const every = {
  sidebar: { home: 'sidebar.home.json', stories: sidebarStories },
  nodes: { home: 'nodes.home.json', stories: nodeStories },
  miio: { home: 'miio.home.json', stories: miioStories },
  dialogs: { home: 'home.json', stories },
  token: { home: 'token.home.json', stories: tokenStories },
  miot: { home: 'miot.home.json', other: 'miot-empty.home.json', stories: miotStories },
};
const asked = process.argv.slice(2).filter((name) => !Object.hasOwn(every, name));
const chosen = process.argv.slice(2).filter((name) => Object.hasOwn(every, name));
const parts = (chosen.length > 0 ? chosen : Object.keys(every)).map((name) => every[name]);
const nodeReds = asked.length > 0 ? asked.map((name) => known[name] ?? name) : Object.values(known).reverse().filter(existsSync);
const shots = process.env.LUMIOT_SHOTS;
if (shots) mkdirSync(shots, { recursive: true });
const scratch = mkdtempSync(join(tmpdir(), 'lumiot-editor-'));
const running = new Set();
const browsers = new Set();
let [passed, failed] = [0, 0];
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void end(130));

const problems = await build();
for (const problem of problems) console.error(problem);
if (problems.length > 0) failed += 1;
try {
  // Most of the time is waiting, so two lanes go side by side: each part has a home and multicast ports of its own.
  // The same part never in both: some pretend devices have the port of the real ones.
  const jobs = nodeReds.flatMap((nodeRed) => parts.map((part) => ({ nodeRed, part })));
  await Promise.all([runLane(jobs), runLane(jobs)]);
} catch (error) {
  failed += 1;
  console.error(error);
}
await end();

/** Takes one job after another, until none is left. */
async function runLane(jobs) {
  for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
    const browser = await launch(process.env.CHROMIUM ?? '/usr/bin/chromium');
    browsers.add(browser);
    await runIn(browser, job.nodeRed, job.part);
    await browser.close();
    browsers.delete(browser);
  }
}

/** Every story in one Node-RED with an empty user directory and a home of its own. */
async function runIn(browser, nodeRed, { home: homeFile, other: otherFile, stories }) {
  const { version } = JSON.parse(readFileSync(join(nodeRed, 'package.json'), 'utf8'));
  const air = { whoisPort: await freeUdp(), eventPort: await freeUdp(), helloPort: await freeUdp(), mdnsPort: await freeUdp() };
  const port = await freePort();
  const home = await startHome(homeFile, air, port);
  const other = otherFile === undefined ? undefined : await startHome(otherFile, air, port);
  const userDir = mkdtempSync(join(scratch, 'user-'));
  const startRed = () =>
    startNodeRed({
      node: nodeOf(),
      nodeRed,
      userDir,
      settings: join(root, 'demo', 'settings.cjs'),
      port,
      cwd: scratch,
      env: {
        LUMIOT_WHOIS_PORT: String(air.whoisPort),
        LUMIOT_EVENT_PORT: String(air.eventPort),
        LUMIOT_LOCAL_SEARCH: JSON.stringify({
          ...{ interface: '127.0.0.1', broadcast: ['127.255.255.255'], port: air.helloPort, mdnsPort: air.mdnsPort },
        }),
      },
      own: (child) => running.add(child),
    });
  let red = await startRed();
  let saidBefore = '';
  const log = () => saidBefore + red.output();
  const restart = async () => {
    await red.stop();
    running.delete(red);
    saidBefore = log();
    red = await startRed();
  };
  // Node-RED's own tips begin by themselves a moment after the page, and throw where the page is reloaded in that moment.
  await fetch(`${red.url}settings/user`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ editor: { view: { 'view-show-tips': false } } }),
  });
  let isBroken = false;
  const check = async (name, action) => {
    // Each builds on the ones before: what follows a failure would only repeat it.
    if (isBroken) return console.error(`not run  Node-RED ${version}: ${name}`);
    const startedAt = Date.now();
    try {
      await action();
      passed += 1;
      console.log(`  ok  Node-RED ${version}: ${name} (${((Date.now() - startedAt) / 1_000).toFixed(1)} s)`);
    } catch (error) {
      failed += 1;
      isBroken = true;
      console.error(`FAILED  Node-RED ${version}: ${name}\n${error.stack}`);
    }
  };
  const shot = (editor, name) => (shots ? editor.screenshot(join(shots, `${version.split('.')[0]}-${name}.png`)) : undefined);
  await stories({ browser, url: red.url, home, other, check, shot, log, restart, userDir });
  if (isBroken) console.error(log().slice(-3000));
  for (const program of [red, home, other]) {
    if (program === undefined) continue;
    await program.stop();
    running.delete(program);
  }
}

/** A port for a home to multicast on: homes that run side by side must not hear each other. */
async function freeUdp() {
  for (;;) {
    const port = await freePort();
    if (await isFreeUdp(port, '0.0.0.0')) return port;
  }
}

/** The simulator as a process of its own; resolves with its addresses once it speaks. */
async function startHome(file, air, nodeRedPort) {
  const path = join(scratch, `${nodeRedPort}-${file}`);
  const text = readFileSync(join(here, file), 'utf8');
  const home = JSON.parse(text);
  for (const gateway of home.gateways) gateway.port = await freePort();
  // Registered for the client id: the callback of the Node-RED that is about to start.
  if (home.cloud) home.cloud.redirectUrl = `http://127.0.0.1:${nodeRedPort}/lumiot/miot/callback`;
  const { whoisPort, eventPort, helloPort, mdnsPort } = air;
  const broadcast = home.wifi ? { broadcast: { port: helloPort, mdnsPort } } : {};
  writeFileSync(path, JSON.stringify({ ...home, whoisPort, eventPort, ...broadcast }));
  return new Promise((resolve, reject) => {
    const program = start(nodeOf(), [join(root, 'dist', 'lib', 'simulator', 'cli.js'), path], {
      onLine(line, isError) {
        if (!isError && line.startsWith('{')) resolve(Object.assign(program, { addresses: JSON.parse(line) }));
      },
    });
    running.add(program);
    void program.ended.then(() => reject(new Error(`The simulator ended: ${program.output()}`)));
  });
}

async function end(code) {
  await Promise.all([...browsers].map((browser) => browser.close()));
  await Promise.all([...running].map((program) => program.stop()));
  rmSync(scratch, { recursive: true, force: true, maxRetries: 5 });
  console.log(`${passed} passed, ${failed} failed`);
  process.exit(code ?? (failed > 0 ? 1 : 0));
}
