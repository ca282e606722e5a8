// Runs tests against one mutant after the other, in one process: all modules of the copy are loaded anew each time.
const Module = require('node:module');
const { join } = require('node:path');

const [root] = process.argv.slice(2);
const Mocha = require(join(root, 'node_modules', 'mocha'));
const load = Module._extensions['.js'];
let mutant = { file: '', code: '' };

Module._extensions['.js'] = (module, path) => {
  if (path === mutant.file) module._compile(mutant.code, path);
  else load(module, path);
};

class Silent {}

process.on('message', (message) => {
  mutant = message;
  for (const path of Object.keys(require.cache)) if (path.startsWith(root) && !path.includes('node_modules')) delete require.cache[path];
  const mocha = new Mocha({ bail: true, timeout: message.timeoutMs, reporter: Silent });
  const done = (failures, why) => {
    mocha.dispose();
    process.send({ failures, why });
  };
  try {
    for (const file of message.tests) mocha.addFile(file);
    const runner = mocha.run((failures) => done(failures, why));
    let why = '';
    runner.on('fail', (test, error) => {
      why ||= `${test.fullTitle()}: ${String(error.message).slice(0, 200)}`;
    });
  } catch (error) {
    done(1, `cannot be loaded: ${error.message}`);
  }
});
process.on('disconnect', () => process.exit());
process.on('unhandledRejection', () => {});
