/** `run.ts <target> <cases> <seed>`: fuzzes one target and prints the outcome as JSON. */

import { Random } from './random';
import { fuzz } from './target';
import { targets } from './targets';

const [name = '', cases = '1000', seed = '1'] = process.argv.slice(2);
const target = targets.find((one) => one.name === name);
if (target === undefined) throw new Error(`There is no target "${name}". Choose one of ${targets.map((one) => one.name).join(', ')}.`);
process.stdout.write(JSON.stringify(fuzz(target, Number(cases), new Random(Number(seed)))));
