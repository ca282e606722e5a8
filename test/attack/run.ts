/** `run.ts [rate] [seconds] [kind…]`: every attack, or those named, and a table of what became of them. */

import { attack } from './attack';
import { isLarge, type Kind, kinds } from './kinds';

async function main(): Promise<void> {
  const [rate = '50000', seconds = '5', ...named] = process.argv.slice(2);
  const chosen = (named.length > 0 ? named : kinds) as Kind[];
  console.log('attack               sent/s   bare   ours  ratio  RSS MB (bare)  commands  slowest  told  lies');
  for (const kind of chosen) {
    const result = await attack({ kind, rate: isLarge(kind) ? Number(rate) / 10 : Number(rate), seconds: Number(seconds) });
    const { commands, told } = result;
    const columns = [
      kind.padEnd(18),
      result.rate.toFixed(0).padStart(8),
      result.bare.toFixed(3).padStart(6),
      result.ours.toFixed(3).padStart(6),
      (result.ours / result.bare).toFixed(2).padStart(6),
      `${result.rssGrowthMb.toFixed(0)} (${result.bareRssGrowthMb.toFixed(0)})`.padStart(14),
      `${commands.ok}/${commands.tried}`.padStart(9),
      `${commands.slowestMs.toFixed(0)} ms`.padStart(8),
      String(told.length).padStart(5),
      String(result.lies).padStart(5),
    ];
    console.log(columns.join(' '));
    if (process.env.LUMIOT_ATTACK_DETAILS !== undefined)
      console.log({ ...result.counts, devices: result.devices, phase: result.phase, errors: commands.errors, told: told.slice(0, 5) });
  }
}

void main();
