// A command until its `write_ack`, beside a bare request and reply; and until it took effect.
import { median, quantile } from '../statistics.mjs';
import { sideBySide } from '../street.mjs';

/** More than the 100 ms between two commands to one gateway, so that none waits for the one before. Both sides rest this long before a command. */
const PAUSE_MS = 130;
/** From the write to the report that follows, in the simulator. */
const EFFECT_MS = 5;
/** So many of one side, then as many of the other. */
const IN_A_ROW = 10;
const kinds = {
  bare: { subject: 'bare', devices: 4, effectMs: EFFECT_MS, isWarm: false },
  lib: { subject: 'lib', devices: 4, effectMs: EFFECT_MS, isWarm: false },
};

export async function commands({ packageDir, rounds, isShort }) {
  const turnsEach = isShort ? 1 : 6;
  const results = await sideBySide({ packageDir, kinds, rounds, isShort }, async (standing, turns) => {
    const ask = ({ street, process }, what, times) => {
      const { sid, model } = street.gateways[0].devices.find((device) => device.model === 'plug');
      return process.ask('commands', { sid, model, pauseMs: PAUSE_MS, times, what });
    };
    // Unmeasured first: both sides warm.
    for (const name of turns) await ask(standing[name], 'ack', isShort ? IN_A_ROW : 3 * IN_A_ROW);
    const acks = { bare: [], lib: [] };
    for (let turn = 0; turn < turnsEach; turn++)
      for (const name of turn % 2 === 0 ? turns : [...turns].reverse()) acks[name].push(...(await ask(standing[name], 'ack', IN_A_ROW)));
    const effects = await ask(standing.lib, 'effect', isShort ? 4 : 2 * IN_A_ROW);
    return { bare: quantile(acks.bare, 0.5), lib: quantile(acks.lib, 0.5), effect: quantile(effects, 0.5) };
  });
  const medianOf = (name) => median(results.map((round) => round[name]));
  const ratio = median(results.map(({ lib, bare }) => lib / bare));
  return {
    runs: results,
    rows: [
      {
        figure: 'command → write_ack, p50',
        unit: 'µs',
        ours: medianOf('lib'),
        bare: medianOf('bare'),
        ratio,
        goal: '≤ 1.2 × a bare request',
        isMet: ratio <= 1.2,
      },
      {
        figure: `command → confirmed by a report ${EFFECT_MS} ms later, p50`,
        unit: 'ms',
        ours: medianOf('effect') / 1000,
        goal: 'printed',
      },
    ],
  };
}
