// The same with 5,000 devices on 50 gateways against 10 on one: what a report costs must not depend on how many there are.
import { interleave, median, medianOf } from '../statistics.mjs';
import { cpuAt, inStreet, live } from '../street.mjs';

const RATE = 20_000;

export async function many({ packageDir, rounds, isShort }) {
  const large = isShort ? 1_000 : 5_000;
  const measure = (street, subject) => live(street, subject, { isShort }, (process) => cpuAt(street, process, RATE, isShort ? 2 : 4));
  const results = await inStreet({ packageDir, devices: 10 }, (few) =>
    inStreet({ packageDir, devices: large }, (crowd) =>
      interleave(rounds, ['ideal 10', 'ours 10', 'ideal many', 'ours many'], (name) => {
        const [subject, size] = name.split(' ');
        return measure(size === '10' ? few : crowd, subject);
      }),
    ),
  );
  const growth = (whose) => median(results[`${whose} many`].map(({ cpuUs }, round) => cpuUs / results[`${whose} 10`][round].cpuUs));
  const [ours, ideal] = [growth('ours'), growth('ideal')];
  return {
    runs: results,
    rows: [
      {
        figure: `CPU per datagram, ${large.toLocaleString('en')} devices against 10, 20,000/s`,
        unit: '×',
        ours,
        ideal,
        ratio: ours,
        goal: '≤ 1.10 ×',
        isMet: ours <= 1.1,
        note: `ours ${medianOf(results['ours 10'], 'cpuUs').toFixed(1)} → ${medianOf(results['ours many'], 'cpuUs').toFixed(1)} µs, ideal ${medianOf(results['ideal 10'], 'cpuUs').toFixed(1)} → ${medianOf(results['ideal many'], 'cpuUs').toFixed(1)} µs`,
      },
    ],
  };
}
