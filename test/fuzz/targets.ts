/** Everything that is fuzzed in process. Cases of different targets are of different types; each judges only its own. */

import { commands } from './commands';
import { decodes } from './decodes';
import { frames } from './frames';
import { accountSettings, gatewaySettings, nodeSettings } from './settings';
import type { Target } from './target';

export const targets: readonly Target[] = [
  frames,
  decodes,
  commands,
  gatewaySettings,
  accountSettings,
  nodeSettings,
] as readonly unknown[] as readonly Target[];
