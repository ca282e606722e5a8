// The highest rate of which nearly everything arrives: a search in steps, for several subjects in turns, so that what the machine does
// meanwhile it does to all of them.
import { setTimeout as sleep } from 'node:timers/promises';
import { ENOUGH } from './statistics.mjs';

const FIRST_RATE = 5_000;
const LAST_RATE = 300_000;
/** Something else may want the machine just then: so many tries before a rate counts as lost. */
const TRIES = 3;
/** What arrives later than this was only kept by the system: the rate is not one that can go on. */
const LATE_MS = 25;
/** Time to swallow what a rate that was too high left behind. */
const RECOVER_MS = 400;

/**
 * By name, the highest rate that was delivered, in steps of `step` times the one before; 0 where not even the first was. `isSenders` where
 * the sender was the one that could no more; `tries` is what was tried, in order. Each rate is kept up for some `seconds`.
 */
export async function highestRates(standing, names, { seconds, step, first = FIRST_RATE, last = LAST_RATE, lateMs = LATE_MS }) {
  const rateOf = (index) => first * step ** index;
  const steps = Math.ceil(Math.log(last / first) / Math.log(step));
  const searches = new Map(names.map((name) => [name, { passed: -1, failed: steps, isSenders: false, tries: [] }]));
  const isOpen = ({ passed, failed }) => failed - passed > 1;
  while ([...searches.values()].some(isOpen)) {
    for (const [name, search] of searches) if (isOpen(search)) await oneStep(standing[name], search, rateOf, { seconds, lateMs });
  }
  return Object.fromEntries(
    [...searches].map(([name, { passed, isSenders, tries }]) => [name, { rate: passed < 0 ? 0 : rateOf(passed), isSenders, tries }]),
  );
}

async function oneStep(subject, search, rateOf, how) {
  const index = Math.floor((search.passed + search.failed) / 2);
  let isSenders = true;
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const tried = await tryRate(subject, rateOf(index), how);
    search.tries.push(tried);
    if (!tried.isSenders) isSenders = false;
    if (tried.isSenders || tried.received / tried.sent < ENOUGH) continue;
    search.passed = index;
    return;
  }
  search.failed = index;
  search.isSenders = isSenders;
}

async function tryRate({ street: { sender }, process }, rate, { seconds, lateMs }) {
  await process.ask('begin');
  const { sent, rate: real } = await sender.ask('send', { rate, count: Math.round(rate * seconds) });
  await sleep(lateMs);
  const { count: received } = await process.ask('end');
  await sleep(RECOVER_MS);
  return { rate: Math.round(rate), sent, received, isSenders: real < rate * 0.97 };
}
