// A command until its `write_ack`, beside a bare request and reply; and until it took effect.
import { interleave, medianOf, medianRatio, quantile } from '../statistics.mjs';
import { inStreet, live } from '../street.mjs';

/** More than the 100 ms between two commands to one gateway, so that none waits for the one before. */
const PAUSE_MS = 130;
/** From the write to the report that follows, in the simulator. */
const EFFECT_MS = 5;

export async function commands({ packageDir, rounds, isShort }) {
  const times = isShort ? 12 : 60;
  const results = await inStreet({ packageDir, devices: 4, effectMs: EFFECT_MS }, (street) => {
    const { sid, model } = street.gateways[0].devices.find((device) => device.model === 'plug');
    return interleave(rounds, ['bare', 'lib'], (subject) =>
      live(street, subject, { isWarm: false }, async (process) => {
        const command = { sid, model, pauseMs: subject === 'bare' ? PAUSE_MS / 2 : PAUSE_MS };
        // Unmeasured first: both sides warm.
        await process.ask('commands', { ...command, times: isShort ? 12 : 30, what: 'ack' });
        const acks = await process.ask('commands', { ...command, times, what: 'ack' });
        const effects =
          subject === 'lib' ? await process.ask('commands', { ...command, times: Math.round(times / 3), what: 'effect' }) : [0];
        return { ack: quantile(acks, 0.5), effect: quantile(effects, 0.5) };
      }),
    );
  });
  const ratio = medianRatio(results.lib, results.bare, 'ack');
  return {
    runs: results,
    rows: [
      {
        figure: 'command → write_ack, p50',
        unit: 'µs',
        ours: medianOf(results.lib, 'ack'),
        bare: medianOf(results.bare, 'ack'),
        ratio,
        goal: '≤ 1.2 × a bare request',
        isMet: ratio <= 1.2,
      },
      {
        figure: `command → confirmed by a report ${EFFECT_MS} ms later, p50`,
        unit: 'ms',
        ours: medianOf(results.lib, 'effect') / 1000,
        goal: 'printed',
      },
    ],
  };
}
