// `lib` alone, datagram → `Update`, beside the floor: a socket and two `JSON.parse`.
import { compared, inTurns, mergedCpu } from '../statistics.mjs';
import { cpuAt, sideBySide } from '../street.mjs';

export async function lib({ packageDir, rounds, isShort }) {
  const names = isShort ? ['floor', 'lib'] : ['socket', 'floor', 'lib'];
  const kinds = Object.fromEntries(names.map((name) => [name, { subject: name, devices: 100 }]));
  const results = await sideBySide({ packageDir, kinds, rounds, isShort }, (standing, turns) =>
    inTurns(turns, (name) => cpuAt(standing[name], 20_000, isShort ? 1 : 2), mergedCpu, isShort ? 1 : undefined),
  );
  const { ours, reference: floor, ratio, ...valid } = compared(results, 'lib', 'floor', 'cpuUs');
  const bare = isShort ? undefined : compared(results, 'socket', 'floor', 'cpuUs').ours;
  return {
    runs: results,
    rows: [
      {
        figure: 'CPU per datagram → Update, lib alone, 20,000/s',
        unit: 'µs',
        ours,
        floor,
        ratio,
        rounds: valid,
        goal: '≤ 1.3 × floor',
        ...(ratio === undefined ? {} : { isMet: ratio <= 1.3 }),
        ...(bare === undefined ? {} : { note: `a bare socket alone ${bare.toFixed(1)} µs` }),
      },
    ],
  };
}
