// Requires node sets as Node-RED does, one after the other, and tells what that took and opened; then makes one node of each, and tells
// what that took: a node set may leave the loading of its code to its first node. Run afresh for each measurement.
const { EventEmitter } = require('node:events');

/** Stands for everything Node-RED offers while it loads: takes every call and does nothing. */
function anything() {
  const target = function nothing() {};
  return new Proxy(target, { get: (_, name) => (name === Symbol.toPrimitive ? () => '' : anything()), apply: () => undefined });
}

/** What a constructor calls on its node. */
const bareNode = { id: 'n', on() {}, send() {}, status() {}, error() {} };
const constructors = [];
const nodes = {
  registerType(_, made) {
    Object.setPrototypeOf(made.prototype, bareNode);
    constructors.push(made);
  },
  createNode() {},
  getNode: () => null,
  eachNode() {},
};

const RED = new Proxy(
  { events: new EventEmitter(), settings: {}, nodes, httpAdmin: anything() },
  { get: (target, name) => target[name] ?? anything() },
);

process.once('message', ({ paths }) => {
  const before = Object.keys(require.cache).length;
  const loadMs = timed(() => {
    for (const path of paths) {
      const loaded = require(path);
      (loaded.default ?? loaded)(RED);
    }
  });
  const loaded = state(before);
  const nodesMs = timed(() => {
    for (const Constructor of constructors) new Constructor({});
  });
  process.send({ ms: loadMs, ...loaded, nodesMs, later: state(before) });
  process.disconnect();
});

function timed(work) {
  const from = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - from) / 1e6;
}

function state(before) {
  const modules = Object.keys(require.cache);
  return {
    modules: modules.length - before,
    libraries: [...new Set(modules.map((path) => /node_modules[\\/]((@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]).filter(Boolean))],
    sockets: process.getActiveResourcesInfo().filter((name) => /UDP|TCP|TLS/.test(name)).length,
  };
}
