/**
 * A liar floods the network from a process of its own: what is real still arrives, nothing false does, commands are answered, the memory
 * stays, and the log is not flooded. LUMIOT_ATTACK=full does every kind at 50,000 datagrams a second; `run.ts` prints the table.
 */

import assert from 'node:assert/strict';
import { type Attack, attack, type Outcome } from './attack';
import { isLarge, kinds } from './kinds';

const isFull = process.env.LUMIOT_ATTACK === 'full';
const attacks: readonly Attack[] = isFull
  ? kinds.map((kind) => ({ kind, rate: isLarge(kind) ? 5_000 : 50_000, seconds: 5 }))
  : [{ kind: 'everything', rate: 20_000, seconds: 1.2 }];
/** Two victims are compared one after the other, and the machine may have been busy for one of them. */
const TRIES = 3;

describe('a liar on the network', () => {
  for (const one of attacks) {
    it(`with ${one.kind}, ${one.rate} a second, does no harm`, async function () {
      this.timeout(60_000 + one.seconds * 10_000);
      let outcome = await attack(one);
      for (let again = 1; again < TRIES && objections(outcome).length > 0; again++) outcome = await attack(one);
      assert.deepEqual(objections(outcome), [], JSON.stringify(outcome, null, 2));
    });
  }
});

function objections({ ours, bare, lies, rssGrowthMb, bareRssGrowthMb, commands, told, phase, counts }: Outcome): string[] {
  const wrong: string[] = [];
  if (ours < 0.9 * bare) wrong.push(`${ours} of the real reports arrived, ${bare} at a bare socket`);
  if (lies > 0) wrong.push(`${lies} lies were believed`);
  // Buffers of large datagrams stay with a bare socket too, until they are collected.
  if (rssGrowthMb - Math.max(0, bareRssGrowthMb - 10) > 50) wrong.push(`${rssGrowthMb} MB more, ${bareRssGrowthMb} MB with a bare socket`);
  if (commands.ok < commands.tried || commands.tried === 0)
    wrong.push(`${commands.ok} of ${commands.tried} commands: ${commands.errors.join()}`);
  if (phase !== 'online') wrong.push(`the gateway is ${phase}`);
  // Each in a line: the flood, a datagram that makes no sense, who says to be the gateway; and five gateways of strangers.
  const flooded = told.filter((line) => line.includes('floods the network')).length;
  if (flooded > 1 || told.length > 8) wrong.push(`the log was told ${told.length} times, ${flooded} times of the flood: ${told.join(' ')}`);
  if ((counts.received ?? 0) + (counts.ignored ?? 0) === 0) wrong.push('no flood arrived');
  return wrong;
}
