/** Every fault there is, family by family. */

import type { Fault } from './fault';
import { gatewayFaults } from './gateways';
import { interfaceFaults } from './interfaces';
import { lossFaults } from './loss';
import { networkFaults } from './network';
import { nodeRedFaults } from './node-red';
import { timeFaults } from './time';

export const faults: readonly Fault[] = [
  ...lossFaults,
  ...gatewayFaults,
  ...networkFaults,
  ...interfaceFaults,
  ...nodeRedFaults,
  ...timeFaults,
];
