// The same with 5,000 devices on 50 gateways against 10 on one: what a report costs must not depend on how many there are.
import { compared, inTurns, mergedCpu } from '../statistics.mjs';
import { cpuAt, sideBySide } from '../street.mjs';

const RATE = 20_000;

export async function many({ packageDir, rounds, isShort }) {
  const [few, large] = [10, isShort ? 1_000 : 5_000];
  const kinds = {
    'ideal few': { subject: 'ideal', devices: few },
    'ours few': { subject: 'ours', devices: few },
    'ideal many': { subject: 'ideal', devices: large },
    'ours many': { subject: 'ours', devices: large },
  };
  const results = await sideBySide({ packageDir, kinds, rounds, isShort }, (standing, turns) =>
    inTurns(turns, (name) => cpuAt(standing[name], RATE, isShort ? 1 : 2), mergedCpu, isShort ? 1 : undefined),
  );
  const [ours, ideal] = ['ours', 'ideal'].map((whose) => compared(results, `${whose} many`, `${whose} few`, 'cpuUs'));
  const isShown = ours.ratio !== undefined;
  const growth = ({ reference, ours: crowd }) => `${reference.toFixed(1)} → ${crowd.toFixed(1)} µs`;
  return {
    runs: results,
    rows: [
      {
        figure: `CPU per datagram, ${large.toLocaleString('en')} devices against ${few}, 20,000/s`,
        unit: '×',
        ours: ours.ratio,
        ideal: ideal.ratio,
        ratio: ours.ratio,
        rounds: { valid: ours.valid, of: ours.of },
        goal: '≤ 1.10 ×',
        ...(isShown ? { isMet: ours.ratio <= 1.1, note: `ours ${growth(ours)}, ideal ${growth(ideal)}` } : {}),
      },
    ],
  };
}
