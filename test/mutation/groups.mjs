// What is mutated: the modules that decide and own no socket, file or process; and the tests that must notice.
const miot = (names) => names.map((name) => `lib/miot/${name}.ts`);
const lumi = (names) => names.map((name) => `lib/lumi/${name}.ts`);
const tests = (folder, names) => names.map((name) => `test/lib/${folder}/${name}.test.ts`);

export const groups = [
  {
    name: 'lib/devices',
    files: ['lib/devices/'],
    tests: ['test/lib/devices/', 'test/fuzz/fuzz.test.ts'],
  },
  {
    name: 'lib/lumi',
    files: lumi([
      ...[
        'claims',
        'confirmations',
        'copies',
        'exchange',
        'floods',
        'format',
        'found',
        'frame',
        'interfaces',
        'key',
        'lane',
        'motion-fall',
      ],
      ...['settings', 'suspects', 'travels', 'wire-errors'],
    ]),
    tests: [...tests('lumi', ['bounds', 'claims', 'exchange', 'frame', 'key', 'lane', 'small', 'travels']), 'test/fuzz/fuzz.test.ts'],
  },
  {
    name: 'lib/miot',
    files: miot([
      ...[
        'action-inputs',
        'batch-outcome',
        'codes',
        'payloads',
        'proxy',
        'redact',
        'regions',
        'settings',
        'topics',
        'spec-family',
        'spec-families',
      ],
      ...['spec-json', 'spec-names', 'spec-parse', 'spec-property', 'spec-units', 'spec-urn', 'spec-values', 'spec-words', 'push-delays'],
    ]),
    tests: [
      ...tests('miot', [
        'action-inputs',
        'batch-outcome',
        'codes',
        'payloads',
        'proxy',
        'redact',
        'regions',
        'settings',
        'topics',
        'push-parts',
        'corpus-push',
        'corpus-spec',
      ]),
      ...tests('miot', ['spec-families', 'spec-names', 'spec-parse', 'spec-urn', 'spec-values']),
      'test/fuzz/fuzz.test.ts',
    ],
  },
];
