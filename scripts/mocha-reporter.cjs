// Mocha's own `spec` report, then a line for each failure; the counts also go to the file that scripts/test.mjs names, for its closing line.
const { writeFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

module.exports = class extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    runner.once(Runner.constants.EVENT_RUN_END, () => {
      const { passes, failures } = this.stats;
      if (process.env.LUMIOT_COUNTS) writeFileSync(process.env.LUMIOT_COUNTS, JSON.stringify({ passes, failures }));
    });
  }

  epilogue() {
    super.epilogue();
    for (const test of this.failures) console.log(`FAILED  ${test.fullTitle()}: ${onOneLine(test.err)}`);
  }
};

/** What was thrown need not be an Error. */
function onOneLine(error) {
  return String(error?.message ?? error)
    .replaceAll(/\s+/g, ' ')
    .slice(0, 200);
}
