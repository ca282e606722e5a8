// Lets time pass for the package in this process: an hour is over when a test says so, and sockets answer as fast as they do.
// What waits is moved closer, in its order; nothing else in Node-RED notices.
const { join } = require('node:path');

const root = process.env.LUMIOT_PACKAGE || join(__dirname, '..', '..', '..');
const { systemClock } = require(join(root, 'dist', 'lib', 'home', 'clock.js'));
const { now, monotonic } = systemClock;
const waiting = new Map();
let [passed, lastId] = [0, 0];

function fire(id) {
  const timer = waiting.get(id);
  if (timer === undefined) return;
  clearTimeout(timer.handle);
  waiting.delete(id);
  timer.callback();
}

const wait = (id, due) => setTimeout(() => fire(id), Math.min(Math.max(0, due - systemClock.monotonic()), 2 ** 31 - 1)).unref();

Object.assign(systemClock, {
  now: () => now() + passed,
  monotonic: () => monotonic() + passed,
  setTimeout(callback, delayMs) {
    lastId++;
    const due = systemClock.monotonic() + delayMs;
    waiting.set(lastId, { callback, due, handle: wait(lastId, due) });
    return lastId;
  },
  clearTimeout(id) {
    clearTimeout(waiting.get(id)?.handle);
    waiting.delete(id);
  },
});

/** Fires everything that is due within `ms`, each at its time. */
exports.pass = async (ms) => {
  const end = systemClock.monotonic() + ms;
  for (;;) {
    const [id, next] = [...waiting].sort(([, a], [, b]) => a.due - b.due)[0] ?? [];
    if (next === undefined || next.due > end) break;
    passed += Math.max(0, next.due - systemClock.monotonic());
    fire(id);
    await new Promise((resolve) => setImmediate(resolve));
  }
  passed += Math.max(0, end - systemClock.monotonic());
  for (const [id, timer] of waiting) {
    clearTimeout(timer.handle);
    timer.handle = wait(id, timer.due);
  }
};
