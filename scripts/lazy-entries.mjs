// Gives each node set of the built package a thin entry: it registers what the node set registers, and loads the node set when it is used.
import { EventEmitter } from 'node:events';
import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

const require = createRequire(import.meta.url);

/**
 * What has to be noticed from the start, even where no node of the type is ever made: module of nodes/shared/runtime and function.
 * Such a module must not import what the node set is to load later.
 */
const starts = {
  'miot-cloud': ['account-leftovers', 'noticeLeftovers'],
};

/** Moves each compiled `<type>.js` to `<type>.node.js` and writes the entry in its place. Returns problems in words. */
export function writeLazyEntries(staging, types) {
  const problems = [];
  for (const type of types) {
    const folder = join(staging, 'nodes', type);
    const entry = join(folder, `${type}.js`);
    if (!existsSync(entry)) continue;
    renameSync(entry, join(folder, `${type}.node.js`));
    try {
      writeFileSync(entry, entryOf(type, declarationOf(staging, type)));
    } catch (error) {
      problems.push(`The entry of ${type}: ${error.message}`);
    }
  }
  return problems;
}

/** The type, its options and the routes, from the compiled node set itself, so that there is no second list to keep. */
function declarationOf(staging, type) {
  const { capture } = require(join(staging, 'nodes', 'shared', 'runtime', 'lazy-set.js'));
  const register = require(join(staging, 'nodes', type, `${type}.node.js`)).default;
  const events = new EventEmitter();
  const RED = { nodes: {}, events, settings: {}, log: {}, httpAdmin: {}, auth: { needsPermission: () => () => {} } };
  const { types, routes } = capture(RED, register);
  const options = types.get(type)?.options;
  if (types.size !== 1 || !types.has(type))
    throw new Error(`It registers ${[...types.keys()].join(', ') || 'nothing'} instead of ${type}.`);
  if (options !== undefined && !isDeepStrictEqual(JSON.parse(JSON.stringify(options)), options))
    throw new Error('The options of its type are more than data.');
  if (events.eventNames().length > 0 && !(type in starts))
    throw new Error(`It listens to ${events.eventNames().join(', ')} when it is registered; scripts/lazy-entries.mjs must name what does.`);
  return { options, routes: [...routes.keys()] };
}

function entryOf(type, { options, routes }) {
  const shared = (name) => `require('../shared/runtime/${name}.js')`;
  const [start, begin] = starts[type] ?? [];
  const lines = [
    "'use strict';",
    '// Written by the build. Registers the type; its code is loaded with the first node that is made, or the first request.',
    'module.exports = (RED) => {',
    '  let set;',
    `  const load = () => (set ??= ${shared('lazy-set')}.capture(RED, require('./${type}.node.js').default));`,
    `  RED.nodes.registerType('${type}', function FirstOf(definition) {`,
    `    load().types.get('${type}').construct.call(this, definition);`,
    `  }${options === undefined ? '' : `, ${JSON.stringify(options)}`});`,
    ...(routes.length > 0
      ? [`  ${shared('lazy-set')}.serveLater(RED, ${JSON.stringify(routes, null, 2).replaceAll('\n', '\n  ')}, load);`]
      : []),
    ...(start === undefined ? [] : [`  ${shared(start)}.${begin}(RED);`]),
    '};',
  ];
  return `${lines.join('\n')}\n`;
}
