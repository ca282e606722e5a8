// Counts the UDP sockets and the timers of the package that are open in this process. Loaded before anything that opens one.
const dgram = require('node:dgram');

const sockets = new Set();
const timers = new Set();
const { createSocket } = dgram;
const { setTimeout: start, clearTimeout: stop } = globalThis;

dgram.createSocket = (...args) => {
  const socket = createSocket(...args);
  sockets.add(socket);
  socket.once('close', () => sockets.delete(socket));
  return socket;
};

globalThis.setTimeout = Object.assign((callback, ms, ...args) => {
  // Everything of the package that waits goes through one file.
  if (!/lib[/\\]home[/\\]clock/.test(new Error().stack)) return start(callback, ms, ...args);
  const timer = start(() => {
    timers.delete(timer);
    callback(...args);
  }, ms);
  timers.add(timer);
  return timer;
}, start);
globalThis.clearTimeout = (timer) => {
  timers.delete(timer);
  stop(timer);
};

exports.open = () => ({
  sockets: sockets.size,
  socketListeners: [...sockets].reduce(
    (sum, socket) => sum + socket.eventNames().reduce((all, name) => all + socket.listenerCount(name), 0),
    0,
  ),
  timers: timers.size,
});
