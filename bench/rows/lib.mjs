// `lib` alone, datagram → `Update`, beside the floor: a socket and two `JSON.parse`.
import { interleave, medianOf, medianRatio } from '../statistics.mjs';
import { cpuAt, inStreet, live } from '../street.mjs';

export async function lib({ packageDir, rounds, isShort }) {
  const results = await inStreet({ packageDir, devices: 100 }, (street) =>
    interleave(rounds, isShort ? ['floor', 'lib'] : ['socket', 'floor', 'lib'], (subject) =>
      live(street, subject, { isShort }, (process) => cpuAt(street, process, 20_000, isShort ? 2 : 4)),
    ),
  );
  const ratio = medianRatio(results.lib, results.floor, 'cpuUs');
  return {
    runs: results,
    rows: [
      {
        figure: 'CPU per datagram → Update, lib alone, 20,000/s',
        unit: 'µs',
        ours: medianOf(results.lib, 'cpuUs'),
        floor: medianOf(results.floor, 'cpuUs'),
        ratio,
        goal: '≤ 1.3 × floor',
        isMet: ratio <= 1.3,
        ...(isShort ? {} : { note: `a bare socket alone ${medianOf(results.socket, 'cpuUs').toFixed(1)} µs` }),
      },
    ],
  };
}
