// `npm run demo`: a pretend home and a Node-RED that watches it, on this machine only. Ctrl-C ends both.
// Flows are copied to .demo/ the first time and then belong to whoever plays with them; `npm run demo -- --fresh` starts over.
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ensure, nodeOf, root } from './ensure.mjs';

ensure();
const { build } = await import('./build.mjs');
const { freePort, isFreeTcp, isFreeUdp, start, startNodeRed } = await import('./processes.mjs');

const demo = join(root, 'demo');
const userDir = join(root, '.demo');
const children = [];
let stopping;
let isUp = false;
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => void stop(0));

try {
  await run();
} catch (error) {
  if (!stopping) console.error(`\n${error.message}`);
  await stop(1);
}

async function run() {
  const problems = await build();
  if (problems.length > 0) throw new Error(`The package does not build:\n${problems.join('\n')}`);
  prepareUserDir();

  const homePath = join(demo, 'home.json');
  const home = JSON.parse(readFileSync(homePath, 'utf8'));
  await checkPorts(home);
  const simulator = await startSimulator(homePath);
  const port = await freePort(1880, [home.control?.port]);
  if (port !== 1880) console.log(`Port 1880 is in use, so Node-RED takes ${port}.`);
  const nodeRed = await startNodeRed({
    node: nodeOf(),
    nodeRed: join(root, 'node_modules', 'node-red'),
    userDir,
    settings: join(demo, 'settings.cjs'),
    port,
    cwd: root,
    own,
    onLine: (line) => (isUp ? / - \[(warn|error)\]/ : / - \[error\]/).test(line) && console.log(line),
  });
  isUp = true;

  console.log(`
  Editor     ${nodeRed.url}
  Dashboard  ${nodeRed.url}dashboard
  Simulator  ${simulator.url}

  Ctrl-C ends the demo.`);
  const ended = await Promise.race([simulator.ended.then(() => 'The simulator'), nodeRed.ended.then(() => 'Node-RED')]);
  if (!stopping)
    throw new Error(`${ended} ended unexpectedly. Its last words:\n${(ended === 'Node-RED' ? nodeRed : simulator).output().slice(-2000)}`);
}

function prepareUserDir() {
  if (process.argv.includes('--fresh')) rmSync(userDir, { recursive: true, force: true });
  mkdirSync(userDir, { recursive: true });
  if (existsSync(join(userDir, 'flows.json'))) return;
  for (const name of ['flows.json', 'flows_cred.json']) {
    if (existsSync(join(demo, name))) copyFileSync(join(demo, name), join(userDir, name));
  }
}

/** Says which port of the pretend home is taken, before the simulator stumbles over it. */
async function checkPorts(home) {
  const wanted = [
    { name: "the simulator's page", free: isFreeTcp, port: home.control?.port },
    { name: 'the pretend cloud', free: isFreeTcp, port: home.cloud?.port },
    { name: "the pretend cloud's push", free: isFreeTcp, port: home.cloud?.mqttPort },
    ...(home.gateways ?? []).map(({ sid, port, address }) => ({ name: `the pretend gateway ${sid}`, free: isFreeUdp, port, address })),
    ...(home.wifi ?? []).map(({ did, port, address }) => ({ name: `the pretend device ${did}`, free: isFreeUdp, port, address })),
  ];
  for (const { name, free, port, address } of wanted) {
    if (port && !(await free(port, address)))
      throw new Error(
        `Port ${port}, which ${name} needs, is in use. Does another demo run? End it, or choose another port in demo/home.json and try again.`,
      );
  }
}

async function startSimulator(homePath) {
  let announce;
  const announced = new Promise((resolve) => {
    announce = resolve;
  });
  const simulator = own(
    start(nodeOf(), [join(root, 'dist', 'lib', 'simulator', 'cli.js'), homePath], {
      cwd: root,
      onLine: (line, isError) => (isError ? console.error(line) : announce?.(line)),
    }),
  );
  const first = await Promise.race([announced, simulator.ended.then(() => undefined)]);
  if (first === undefined) throw new Error(`The simulator did not start:\n${simulator.output().slice(-2000)}`);
  const { control } = JSON.parse(first);
  return { ...simulator, url: control?.url ?? `http://127.0.0.1:${control?.port}/` };
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
