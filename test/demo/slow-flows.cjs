// Loaded into a Node-RED before all else: a second passes between its flows being called started and their nodes being made.
const Module = require('node:module');

const DELAY_MS = 1_000;
const load = Module._load;
let isSlow = false;

Module._load = function (request, ...rest) {
  const loaded = load.call(this, request, ...rest);
  if (request === '@node-red/registry' && !isSlow) {
    isSlow = true;
    const check = loaded.checkFlowDependencies;
    loaded.checkFlowDependencies = async (...args) => {
      await new Promise((resolve) => setTimeout(resolve, DELAY_MS));
      return check(...args);
    };
  }
  return loaded;
};
