// Datagram → flow with 100 devices: CPU, latency and the highest rate, ours beside *ideal* in the same Node-RED.
import { highestRates } from '../highest.mjs';
import { compared, inTurns, median, mergedCpu, quantile } from '../statistics.mjs';
import { cpuAt, latencyAt, sideBySide } from '../street.mjs';

const DEVICES = 100;
const kinds = {
  ideal: { subject: 'ideal', devices: DEVICES },
  ours: { subject: 'ours', devices: DEVICES },
  /** As its fifteen lines would have it: with the buffer the system gives to everybody. Only for the highest rate. */
  usual: { subject: 'ideal', devices: DEVICES, receiveBytes: 0 },
};

export async function flow({ packageDir, rounds, isShort }) {
  const { ideal, ours } = kinds;
  const results = await sideBySide({ packageDir, kinds: isShort ? { ideal, ours } : kinds, rounds, isShort }, async (standing, turns) => {
    const both = turns.filter((name) => name !== 'usual');
    const tries = isShort ? 1 : undefined;
    const cpu = (rate, seconds) => inTurns(both, (name) => cpuAt(standing[name], rate, seconds), mergedCpu, tries);
    return {
      busy: await cpu(20_000, isShort ? 1 : 2),
      slow: await cpu(1_000, isShort ? 1 : 4),
      latency: await inTurns(both, (name) => latencyAt(standing[name], 500, isShort ? 1 : 6), mergedLatency, tries),
      highest: await highestRates(standing, turns, isShort ? { seconds: 0.3, step: 1.3 } : { seconds: 2, step: 1.08 }),
    };
  });
  const row = (figure, what, name, most) => {
    const {
      ours,
      reference: ideal,
      ratio,
      ...rounds
    } = compared(
      results.map((round) => round[what]),
      'ours',
      'ideal',
      name,
    );
    return { figure, unit: 'µs', ours, ideal, ratio, rounds, goal: `≤ ${most} × ideal`, ...verdict(ratio, ratio <= most) };
  };
  return {
    runs: results,
    rows: [
      row('CPU per datagram → flow, 100 devices, 1,000/s', 'slow', 'cpuUs', 1.15),
      row('CPU per datagram → flow, 100 devices, 20,000/s', 'busy', 'cpuUs', 1.5),
      row('latency datagram → flow at 500/s, p50', 'latency', 'p50', 1.1),
      row('latency datagram → flow at 500/s, p99', 'latency', 'p99', 1.3),
      highestRow(results),
    ],
  };
}

function mergedLatency(both) {
  const all = both.flatMap(({ latencies }) => latencies);
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
}

function highestRow(results) {
  const rates = (name) => results.flatMap(({ highest }) => highest[name]?.rate ?? []);
  const [ours, ideal, usual] = [rates('ours'), rates('ideal'), rates('usual')];
  // Where not even *ideal* passes the lowest rate, the machine is too busy to say anything.
  const ratios = ideal.flatMap((rate, round) => (rate === 0 ? [] : [ours[round] / rate]));
  const ratio = ratios.length === 0 ? undefined : median(ratios);
  const senders = results.filter(({ highest }) => highest.ideal.isSenders || highest.ours.isSenders).length;
  return {
    figure: 'highest rate with ≥ 99.9 % delivered',
    unit: '/s',
    ours: median(ours),
    ideal: median(ideal),
    ratio,
    rounds: { valid: ratios.length, of: results.length },
    goal: '≥ 0.7 × ideal, ≥ 40,000/s',
    ...verdict(ratio, ratio >= 0.7 && median(ours) >= 40_000),
    note: [
      ...(usual.length > 0 ? [`ideal with the buffer the system gives unasked ${Math.round(median(usual)).toLocaleString('en')}/s`] : []),
      ...(senders > 0 ? [`in ${senders} of ${results.length} rounds the sender could no more`] : []),
    ].join('; '),
  };
}

function verdict(ratio, isMet) {
  return ratio === undefined ? {} : { isMet };
}
