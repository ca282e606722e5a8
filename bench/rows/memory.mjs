// Memory that 1,000 more devices take, with a node and a sink each, after every device has reported several times.
import { interleave, median } from '../statistics.mjs';
import { inStreet, live } from '../street.mjs';

const [FEW, MORE] = [100, 1_100];

export async function memory({ packageDir, rounds, isShort }) {
  const results = await inStreet({ packageDir, devices: FEW }, (few) =>
    inStreet({ packageDir, devices: MORE }, (crowd) =>
      interleave(rounds, ['ideal few', 'ours few', 'ideal more', 'ours more'], (name) => {
        const [subject, size] = name.split(' ');
        return live(size === 'few' ? few : crowd, subject, { isShort }, (process) => process.ask('memory'));
      }),
    ),
  );
  const more = (whose, kind) =>
    median(results[`${whose} more`].map((result, round) => result[kind] - results[`${whose} few`][round][kind])) / (MORE - FEW) / 1024;
  const [ours, ideal] = [more('ours', 'heap'), more('ideal', 'heap')];
  return {
    runs: results,
    rows: [
      {
        figure: 'memory for each of 1,000 more devices with a node (heap after collection)',
        unit: 'kB',
        ours,
        ideal,
        ratio: ours / ideal,
        goal: '≤ 1.5 × ideal',
        isMet: ours / ideal <= 1.5,
        note: `resident: ours ${more('ours', 'rss').toFixed(1)}, ideal ${more('ideal', 'rss').toFixed(1)} kB`,
      },
    ],
  };
}
