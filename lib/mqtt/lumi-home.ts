/** A gateway with its devices, as the mapping to MQTT sees it. */

import type { DeviceEvent, Gateway } from '../lumi';
import type { GatewayOverMiio } from '../lumi/commands/hub';
import type { Home, HomeAnswer, HomeDevice, HomeListener } from './types';

export interface LumiHomeOptions {
  /** Under which alerts are told once, also over a redeploy: the id of the node. */
  readonly subscriber: string;
  /** The way to radio and alarm; undefined where there is none. */
  readonly miio?: () => GatewayOverMiio | undefined;
}

export class LumiHome implements Home {
  readonly kind = 'gateway';
  readonly #gateway: Gateway;
  readonly #options: LumiHomeOptions;

  constructor(gateway: Gateway, options: LumiHomeOptions) {
    this.#gateway = gateway;
    this.#options = options;
  }

  get id(): string | undefined {
    return this.#gateway.sid;
  }

  get name(): string {
    return this.#gateway.placeholder().name;
  }

  get isOnline(): boolean | null {
    return null;
  }

  *devices(): Iterable<HomeDevice> {}

  device(_id: string): HomeDevice | undefined {
    return undefined;
  }

  /**
   * Hears what the devices say. Whoever owns the subscription to `EVERY` device (`gateway.subscriptions`) calls it, so that what arrives
   * over a redeploy is held as it is for every node. What is heard before `listen` is told then.
   */
  hear(_event: DeviceEvent): void {}

  /** One listener at a time. Everything but what devices say (`hear`): who comes and goes, who is reachable, alerts, pairing. */
  listen(_listener: HomeListener): () => void {
    return () => {};
  }

  set(_id: string, _payload: unknown): Promise<HomeAnswer | undefined> {
    return Promise.reject(new Error(`not yet: ${this.#options.subscriber}`));
  }

  get(_id: string, _properties: readonly string[]): Promise<HomeAnswer> {
    return Promise.reject(new Error('not yet'));
  }
}
