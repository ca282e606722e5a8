/** A node that uses a gateway: finds it, shares its status, and leaves it in good order. Both node shapes begin here. */

import type { Node, NodeAPI } from 'node-red';
import { LumiotError } from '../../../lib/home/errors';
import type { DeviceEvent, DeviceRecord, Gateway, GatewayState } from '../../../lib/lumi';
import { network } from './environment';
import { type CrowdMember, crowdOf, type GatewayCrowd } from './gateway-crowd';
import type { GatewayHost } from './gateway-host';
import { NodeStatus, type Quiet } from './status';

export interface GatewayUserOptions {
  /** Node id of the config node; '' = none chosen. */
  readonly gateway: string;
  /** The device to hear about: a sid, '' = every device, undefined = none. */
  readonly device: string | undefined;
  /** What stands under the node before there is a value. */
  readonly quiet: Quiet;
}

/** What a node does with what it hears. */
export interface GatewayListener {
  hear(event: DeviceEvent): void;
  /** The flows are up and nothing is held any more. */
  ready?(): void;
}

/** Where a node keeps its user: a closure for each of a thousand nodes would take more. */
const userOf = Symbol('gateway user');
type UsingNode = Node & { [userOf]?: GatewayUser };

export class GatewayUser implements CrowdMember {
  readonly status: NodeStatus;
  readonly #node: Node;
  readonly #listener: GatewayListener;
  readonly #host: GatewayHost | undefined;
  /** Those who use the gateway that the host had when this node began. */
  readonly #crowd: GatewayCrowd | undefined;
  #isReady = false;

  constructor(RED: NodeAPI, node: UsingNode, options: GatewayUserOptions, listener: GatewayListener) {
    this.status = new NodeStatus(node, network(RED).environment.clock, options.quiet);
    this.#node = node;
    this.#listener = listener;
    // Typed as never null, and null all the same where the config node is missing or disabled.
    const config = RED.nodes.getNode(options.gateway) as { host?: GatewayHost } | null | undefined;
    this.#host = config?.host;
    node[userOf] = this;
    node.on('close', closed);
    if (this.#host === undefined) {
      this.status.unconfigured();
      return;
    }
    const { gateway } = this.#host;
    this.#crowd = crowdOf(RED, gateway);
    if (options.device !== undefined) gateway.subscriptions.subscribe(node.id, options.device, listener);
    this.#host.join(node.id);
    this.#crowd.join(this);
  }

  connection(state: GatewayState): void {
    this.status.connection(state);
  }

  flowsStarted(): void {
    this.#crowd?.gateway.subscriptions.open(this.#node.id);
    if (this.#isReady) return;
    this.#isReady = true;
    this.#listener.ready?.();
  }

  /** A deploy may leave this node alone and replace those behind it: what is heard meanwhile must wait for them. */
  flowsStop(): void {
    this.#crowd?.gateway.subscriptions.pause(this.#node.id);
  }

  close(isGone: boolean): void {
    this.#crowd?.leave(this);
    this.status.close();
    if (isGone) this.#crowd?.gateway.subscriptions.cancel(this.#node.id);
    else this.#crowd?.gateway.subscriptions.hold(this.#node.id);
    this.#host?.leave(this.#node.id, isGone);
  }

  get hasGateway(): boolean {
    return this.#host !== undefined;
  }

  /** Throws `NOT_CONFIGURED` where no gateway is chosen. */
  get gateway(): Gateway {
    if (this.#host !== undefined) return this.#host.gateway;
    throw new LumiotError('NOT_CONFIGURED', `The node "${this.#name}" has no gateway. Open it, choose a gateway and deploy.`);
  }

  /** The device of a setting, once the gateway knows it. Rejects with `NOT_CONFIGURED`, `NO_DEVICE` or what keeps the gateway. */
  async device(id: string): Promise<DeviceRecord> {
    const { gateway } = this;
    if (id === '') throw new LumiotError('NOT_CONFIGURED', `The node "${this.#name}" has no device. Open it, choose a device and deploy.`);
    return gateway.find(id);
  }

  get #name(): string {
    return this.#node.name || this.#node.id;
  }
}

function closed(this: UsingNode, isGone: boolean, done: () => void): void {
  this[userOf]?.close(isGone);
  done();
}
