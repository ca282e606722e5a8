/** All nodes that use one gateway. The gateway and the flows are listened to once for all of them, not once for each. */

import type { NodeAPI } from 'node-red';
import type { Gateway, GatewayState } from '../../../lib/lumi';
import { network } from './environment';
import { type FlowsFollower, followFlows, leaveFlows } from './flows-started';

export interface CrowdMember extends Required<FlowsFollower> {
  connection(state: GatewayState): void;
}

export class GatewayCrowd implements FlowsFollower {
  readonly gateway: Gateway;
  readonly #RED: NodeAPI;
  readonly #members = new Set<CrowdMember>();
  #unwatch = (): void => {};

  constructor(RED: NodeAPI, gateway: Gateway) {
    this.#RED = RED;
    this.gateway = gateway;
  }

  /** Tells the newcomer at once where the gateway stands. */
  join(member: CrowdMember): void {
    this.#members.add(member);
    if (this.#members.size > 1) {
      this.#tell(member, this.gateway.state);
      return;
    }
    followFlows(this.#RED, this);
    this.#unwatch = this.gateway.watch((state) => {
      for (const one of [...this.#members]) this.#tell(one, state);
    });
  }

  leave(member: CrowdMember): void {
    if (!this.#members.delete(member) || this.#members.size > 0) return;
    leaveFlows(this);
    this.#unwatch();
  }

  flowsStarted(): void {
    for (const member of [...this.#members]) member.flowsStarted();
  }

  flowsStop(removed: readonly string[]): void {
    for (const member of [...this.#members]) member.flowsStop(removed);
  }

  /** One that fails must not keep the news from the others. */
  #tell(member: CrowdMember, state: GatewayState): void {
    try {
      member.connection(state);
    } catch (error) {
      const { log } = network(this.#RED).environment;
      log.error(`A node failed on the state of its gateway: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

const crowds = new WeakMap<Gateway, GatewayCrowd>();

export function crowdOf(RED: NodeAPI, gateway: Gateway): GatewayCrowd {
  const crowd = crowds.get(gateway) ?? new GatewayCrowd(RED, gateway);
  crowds.set(gateway, crowd);
  return crowd;
}
