// `npm run demo`: a pretend home with an account, and a Node-RED that watches both, on this machine only. Ctrl-C ends everything.
// Flows are copied to .demo/ the first time and then belong to whoever plays with them; `npm run demo -- --fresh` starts over.
// A second demo at the same time gets a folder and ports of its own. `--dir=<folder>` is for tests.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { ensure, nodeOf, root } from './ensure.mjs';

const startedAt = Date.now();
ensure();
const { build } = await import('./build.mjs');
const { freePort, isFreeTcp, isFreeUdp, start, startNodeRed } = await import('./processes.mjs');
const { signIn } = await import('./demo-account.mjs');

const demo = join(root, 'demo');
/** Ports that the protocol prescribes, and that a home file may change. */
const WHOIS_PORT = 4321;
const EVENT_PORT = 9898;
const MOST_DEMOS = 10;

const children = [];
let lock;
let stopping;
let isUp = false;
/** How the account stands, once it is known. */
let account;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));
process.on('exit', () => lock && rmSync(lock, { force: true }));

try {
  await run();
} catch (error) {
  if (!stopping) console.error(`\n${error.message}`);
  await stop(1);
}

async function run() {
  const problems = await build();
  if (problems.length > 0) throw new Error(`The package does not build:\n${problems.join('\n')}`);
  const userDir = prepareUserDir();

  const home = await homeWithFreePorts(JSON.parse(readFileSync(join(demo, 'home.json'), 'utf8')));
  const port = await freePort(1880, [home.control.port, home.cloud.port, home.cloud.mqttPort]);
  // The page that the account is sent back to is this Node-RED's.
  home.cloud.redirectUrl = `http://127.0.0.1:${port}/lumiot/miot/callback`;
  const homePath = join(userDir, 'home.json');
  writeFileSync(homePath, JSON.stringify(home, null, 2));
  const simulator = await startSimulator(homePath);
  if (port !== 1880) console.log(`Port 1880 is in use, so Node-RED takes ${port}.`);
  const nodeRed = await startNodeRed({
    node: nodeOf(),
    nodeRed: join(root, 'node_modules', 'node-red'),
    userDir,
    settings: join(demo, 'settings.cjs'),
    port,
    cwd: root,
    env: {
      LUMIOT_SIMULATOR: simulator.url,
      LUMIOT_WHOIS_PORT: String(home.whoisPort),
      LUMIOT_EVENT_PORT: String(home.eventPort),
      LUMIOT_CLOUD: simulator.cloud.http,
      LUMIOT_CLOUD_MQTT: simulator.cloud.mqtt,
      LUMIOT_CALLBACK: home.cloud.redirectUrl,
    },
    own,
    onLine: (line) => {
      // The pretend cloud begins anew with each demo: that it does not know the tokens of the last time is no news, it is signed in to again.
      if (account === undefined && line.includes('(96009)')) return;
      if ((isUp ? / - \[(warn|error)\]/ : / - \[error\]/).test(line)) console.log(line);
    },
  });
  isUp = true;
  account = await signIn(nodeRed.url, 'demo-account');

  console.log(`
  Editor     ${nodeRed.url}
  Dashboard  ${nodeRed.url}dashboard
  Simulator  ${simulator.url}
  Account    ${account}

  Up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s. Ctrl-C ends the demo.`);
  const ended = await Promise.race([simulator.ended.then(() => 'The simulator'), nodeRed.ended.then(() => 'Node-RED')]);
  if (!stopping)
    throw new Error(`${ended} ended unexpectedly. Its last words:\n${(ended === 'Node-RED' ? nodeRed : simulator).output().slice(-2000)}`);
}

/** A folder that no other demo uses, with the flows in it; theirs stay as they are. */
function prepareUserDir() {
  const userDir = claimDir();
  if (process.argv.includes('--fresh')) {
    rmSync(userDir, { recursive: true, force: true });
    claim(userDir);
  }
  if (!existsSync(join(userDir, 'flows.json')))
    for (const name of ['flows.json', 'flows_cred.json']) copyFileSync(join(demo, name), join(userDir, name));
  return userDir;
}

function claimDir() {
  const wanted = process.argv.find((argument) => argument.startsWith('--dir='))?.slice('--dir='.length);
  const folders = wanted ? [resolve(wanted)] : Array.from({ length: MOST_DEMOS }, (_, index) => join(root, '.demo', String(index + 1)));
  for (const folder of folders) if (claim(folder)) return folder;
  throw new Error(`Demos run in ${folders.join(', ')} already. End one of them and try again.`);
}

/** Marks a folder as used by this process, unless another one that still lives did so. */
function claim(folder) {
  const path = join(folder, 'demo.pid');
  mkdirSync(folder, { recursive: true });
  for (const isSecondTry of [false, true]) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      lock = path;
      return true;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isSecondTry || isAlive(Number(readFileSync(path, 'utf8')))) return false;
      rmSync(path, { force: true });
    }
  }
  return false;
}

function isAlive(pid) {
  try {
    return pid > 0 && process.kill(pid, 0);
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** The home with every port that is in use replaced by the next free one. Says so, because addresses differ from the documented ones. */
async function homeWithFreePorts(home) {
  const taken = [];
  const used = new Set();
  const free = async (isFree, port, address) => {
    for (let next = port; next < port + 100; next++) {
      if (used.has(next) || !(await isFree(next, address))) continue;
      used.add(next);
      if (next !== port) taken.push(`${port} → ${next}`);
      return next;
    }
    throw new Error(`No port from ${port} to ${port + 99} is free. End other demos, or choose other ports in demo/home.json.`);
  };
  const whoisPort = await free(isFreeUdp, home.whoisPort ?? WHOIS_PORT, '0.0.0.0');
  const eventPort = await free(isFreeUdp, home.eventPort ?? EVENT_PORT, '0.0.0.0');
  const gateways = [];
  for (const gateway of home.gateways) gateways.push({ ...gateway, port: await free(isFreeUdp, gateway.port, gateway.address) });
  const wifi = [];
  for (const device of home.wifi ?? []) wifi.push({ ...device, port: await free(isFreeUdp, device.port, device.address) });
  const control = { port: await free(isFreeTcp, home.control.port) };
  const cloud = { ...home.cloud, port: await free(isFreeTcp, home.cloud.port), mqttPort: await free(isFreeTcp, home.cloud.mqttPort) };
  if (taken.length > 0) console.log(`Some ports are in use, perhaps by another demo; this one takes others: ${taken.join(', ')}.`);
  return { ...home, gateways, wifi, control, cloud, whoisPort, eventPort };
}

async function startSimulator(homePath) {
  let announce;
  const announced = new Promise((resolve) => {
    announce = resolve;
  });
  const simulator = own(
    start(nodeOf(), [join(root, 'dist', 'lib', 'simulator', 'cli.js'), homePath], {
      cwd: root,
      onLine: (line, isError) => (isError ? console.error(line) : announce(line)),
    }),
  );
  const first = await Promise.race([announced, simulator.ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`The simulator did not start:\n${simulator.output().slice(-2000)}`);
  const { control, cloud } = JSON.parse(first);
  return { ...simulator, cloud, url: `http://127.0.0.1:${control.port}/` };
}

/** Remembers a child, so that it is stopped with the demo. */
function own(child) {
  children.unshift(child);
  return child;
}

function stop(code) {
  stopping ??= Promise.all(children.map((child) => child.stop())).then(() => {
    console.log('The demo has ended.');
    process.exit(code);
  });
  return stopping;
}
