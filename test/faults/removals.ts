/** What to take out of the code so that a fault is no longer survived: one handling for each fault. `proof.ts` does it, in a copy. */

export interface Removal {
  /** Id of the fault that must fail then. */
  readonly fault: string;
  /** For people: the handling that is removed. */
  readonly handling: string;
  /** The short form is over before it shows. */
  readonly isSlow?: boolean;
  /** A file, or a folder of TypeScript files. */
  readonly path: string;
  /** Text to find, and what takes its place. Each must be found. */
  readonly edits: readonly (readonly [find: string, replace: string])[];
}

export const removals: readonly Removal[] = [
  {
    fault: 'loss-10',
    handling: 'a write is tried once instead of three times',
    path: 'lib/lumi/link.ts',
    edits: [['const WRITE = { timeoutMs: 1_500, tries: 3,', 'const WRITE = { timeoutMs: 1_500, tries: 1,']],
  },
  {
    fault: 'loss-30',
    handling: 'after a write without an answer nobody asks where the gateway is, and nothing is written once more',
    path: 'lib/lumi/link.ts',
    edits: [['if (!(await this.#options.locate())) throw error;', 'throw error;']],
  },
  {
    fault: 'toggles',
    handling: 'a toggle does not know of the commands under way',
    path: 'lib/lumi/commander.ts',
    edits: [
      [
        'return Object.assign(emptyValues(), device.values, this.#intended.get(device.sid)?.values);',
        'return Object.assign(emptyValues(), device.values);',
      ],
    ],
  },
  {
    fault: 'duplicated',
    handling: 'copies of a datagram are not recognised',
    path: 'lib/lumi/copies.ts',
    edits: [
      ['if (age < WINDOW_MS && this.#text === text && this.#address === address) return true;', ''],
      ['else if (this.#wasJustSaid(text, address, at)) return true;', ''],
    ],
  },
  {
    fault: 'reordered',
    handling: 'only the last word of a device counts for copies',
    path: 'lib/lumi/copies.ts',
    edits: [['else if (this.#wasJustSaid(text, address, at)) return true;', '']],
  },
  {
    fault: 'late-acks',
    handling: 'an answer is taken for whatever was asked last',
    path: 'lib/lumi/exchange.ts',
    edits: [['if (this.#isLate(frame, current?.exchange.owner)) return false;', '']],
  },
  {
    fault: 'acks-lost',
    handling: 'a write is tried once instead of three times',
    path: 'lib/lumi/link.ts',
    edits: [['const WRITE = { timeoutMs: 1_500, tries: 3,', 'const WRITE = { timeoutMs: 1_500, tries: 1,']],
  },
  {
    fault: 'token',
    handling: 'a key that is refused is not made anew',
    path: 'lib/lumi/link.ts',
    edits: [['if (!isKeyRefusal(refused)) {', 'if (refused !== undefined) {']],
  },
  {
    fault: 'reboot',
    handling: 'an acknowledgement without a report is believed, without reading back',
    path: 'lib/lumi/commander.ts',
    edits: [
      [
        "const contradictions = await this.#readBack(device, expected);\n    if (contradictions === undefined) return 'ack';",
        "return 'ack';",
      ],
      ["if (contradictions.length === 0) return 'read';\n    // What a newer", 'const contradictions: string[] = [];\n    // What a newer'],
    ],
  },
  {
    fault: 'moved',
    handling: 'a report from another address is dropped, not held while its sender is asked',
    path: 'lib/lumi/lan.ts',
    edits: [["asked === 'nothing') this.#holdAndAsk(frame, from, owners);", "asked === 'nothing') this.counts.dropped++;"]],
  },
  {
    fault: 'swapped',
    handling: 'a command that another gateway refused is not sent to where its own has gone',
    path: 'lib/lumi/link.ts',
    edits: [['return this.#writeToWhoKnows(write);', 'return this.#write(write);']],
  },
  {
    fault: 'swapped-alike',
    handling: 'the list of another gateway is believed',
    path: 'lib/lumi/lan.ts',
    edits: [['if (this.#isListOfAnother(frame, member))', 'if (this.#isListOfAnother(frame, member) && false)']],
  },
  {
    fault: 'silent',
    handling: 'nothing is read when multicast is back',
    path: 'lib/lumi/upkeep.ts',
    edits: [['this.#catchUp(now);', '']],
  },
  {
    fault: 'port-shared',
    handling: 'the port of the reports is not shared',
    path: 'lib/lumi/sockets.ts',
    edits: [['createSocket(true)', 'createSocket(false)']],
  },
  {
    fault: 'port-taken',
    handling: 'a port that is held is not tried again',
    path: 'lib/lumi/sockets.ts',
    edits: [['if (this.#wanted.size > 0) this.#open();', '']],
  },
  {
    fault: 'interfaces',
    handling: 'interfaces are looked at once, at the start',
    path: 'lib/lumi/sockets.ts',
    edits: [['this.#watchTimer ??= this.#environment.clock.setTimeout(this.#watch, WATCH_MS);', '']],
  },
  {
    fault: 'deploys',
    handling: 'nothing is held while a deploy replaces nodes',
    path: 'nodes/shared/runtime/gateway-user.ts',
    edits: [['this.#crowd?.gateway.subscriptions.pause(this.#node.id);', '']],
  },
  {
    fault: 'killed',
    handling: 'after a start only devices that are new are read',
    path: 'lib/lumi/connection.ts',
    edits: [["which === 'all' ? [...inventory.devices] : added", "which === 'all' ? added : added"]],
  },
  {
    fault: 'clock',
    handling: 'durations are measured with the wall clock',
    path: 'lib/lumi',
    edits: [['clock.monotonic()', 'clock.now()']],
  },
  {
    fault: 'day',
    isSlow: true,
    handling: 'what was heard for copies is never forgotten',
    path: 'lib/lumi/copies.ts',
    edits: [
      ['if (age >= CLOSE_MS)', 'if (age === Number.POSITIVE_INFINITY)'],
      ['while (this.#isOldestOver(this.#before, at)) this.#before.shift();', ''],
    ],
  },
];
