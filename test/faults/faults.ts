/** Every fault there is, family by family. */

import type { Fault } from './fault';
import { gatewayFaults } from './gateways';
import { lossFaults } from './loss';

export const faults: readonly Fault[] = [...lossFaults, ...gatewayFaults];
