// Datagram → flow with 100 devices: CPU, latency and the highest rate, ours beside *ideal* in the same Node-RED.
import { interleave, medianOf, medianRatio, quantile } from '../statistics.mjs';
import { cpuAt, highestRate, inStreet, latencyAt, live } from '../street.mjs';

export async function flow({ packageDir, rounds, isShort }) {
  const results = await inStreet({ packageDir, devices: 100 }, (street) =>
    interleave(rounds, ['ideal', 'ours'], (subject) =>
      live(street, subject, { isShort }, async (process) => {
        const busy = await cpuAt(street, process, 20_000, isShort ? 2 : 4);
        const slow = await cpuAt(street, process, 1_000, isShort ? 2 : 8);
        const latencies = await latencyAt(street, process, 500, isShort ? 2 : 10);
        const highest = await highestRate(street, process, isShort ? 0.3 : 1.5);
        return { busy: busy.cpuUs, slow: slow.cpuUs, p50: quantile(latencies, 0.5), p99: quantile(latencies, 0.99), highest };
      }),
    ),
  );
  const row = (figure, name, unit, most) => {
    const ratio = medianRatio(results.ours, results.ideal, name);
    const goal = `≤ ${most} × ideal`;
    const reference = medianOf(results.ideal, name);
    return { figure, unit, ours: medianOf(results.ours, name), ideal: reference, ratio, goal, isMet: ratio <= most };
  };
  const highest = { ours: medianOf(results.ours, 'highest'), ideal: medianOf(results.ideal, 'highest') };
  // Where not even *ideal* passes the lowest rate, the machine is too busy to say anything.
  const ratio = highest.ideal === 0 ? undefined : medianRatio(results.ours, results.ideal, 'highest');
  return {
    runs: results,
    rows: [
      row('CPU per datagram → flow, 100 devices, 1,000/s', 'slow', 'µs', 1.15),
      row('CPU per datagram → flow, 100 devices, 20,000/s', 'busy', 'µs', 1.5),
      row('latency datagram → flow at 500/s, p50', 'p50', 'µs', 1.1),
      row('latency datagram → flow at 500/s, p99', 'p99', 'µs', 1.3),
      {
        figure: 'highest rate with ≥ 99.9 % delivered',
        unit: '/s',
        ...highest,
        ratio,
        goal: '≥ 0.7 × ideal, ≥ 40,000/s',
        ...(ratio === undefined ? {} : { isMet: ratio >= 0.7 && highest.ours >= 40_000 }),
      },
    ],
  };
}
