// Requires node sets as Node-RED does, one after the other, and tells what that took and opened. Run afresh for each measurement.
const { EventEmitter } = require('node:events');

/** Stands for everything Node-RED offers while it loads: takes every call and does nothing. */
function anything() {
  const target = function nothing() {};
  return new Proxy(target, { get: (_, name) => (name === Symbol.toPrimitive ? () => '' : anything()), apply: () => undefined });
}

const RED = new Proxy({ events: new EventEmitter(), settings: {} }, { get: (target, name) => target[name] ?? anything() });

process.once('message', ({ paths }) => {
  const before = Object.keys(require.cache).length;
  const from = process.hrtime.bigint();
  for (const path of paths) {
    const loaded = require(path);
    (loaded.default ?? loaded)(RED);
  }
  const ms = Number(process.hrtime.bigint() - from) / 1e6;
  const modules = Object.keys(require.cache);
  process.send({
    ms,
    modules: modules.length - before,
    libraries: [...new Set(modules.map((path) => /node_modules[\\/]((@[^\\/]+[\\/])?[^\\/]+)/.exec(path)?.[1]).filter(Boolean))],
    sockets: process.getActiveResourcesInfo().filter((name) => /UDP|TCP|TLS/.test(name)).length,
  });
  process.disconnect();
});
