/** A broker, a pretend home, edges and an observer, put up together and taken down together. */

import { type GatewayConfig, type Simulator, startSimulator } from '../../lib/simulator';
import { freePort } from '../support/sockets';
import { Broker, type BrokerKind } from './broker';
import { Edge, type EdgeSettings } from './edge';
import { staleIn, statesOf } from './home';
import { Observer, untilKept } from './observer';

export interface StreetOptions {
  readonly kind: BrokerKind;
  readonly gateways: readonly GatewayConfig[];
  readonly isPersistent?: boolean;
}

export class Street {
  readonly broker: Broker;
  readonly simulator: Simulator;
  readonly observer: Observer;
  readonly ports: EdgeSettings['ports'];
  readonly #edges: Edge[] = [];

  private constructor(broker: Broker, simulator: Simulator, observer: Observer, ports: EdgeSettings['ports']) {
    this.broker = broker;
    this.simulator = simulator;
    this.observer = observer;
    this.ports = ports;
  }

  static async open({ kind, gateways, isPersistent = false }: StreetOptions): Promise<Street> {
    const ports = { whoisPort: await freePort(), eventPort: await freePort() };
    const broker = await Broker.start(kind, isPersistent);
    try {
      const simulator = await startSimulator({ gateways, ...ports });
      return new Street(broker, simulator, await Observer.open(broker), ports);
    } catch (error) {
      await broker.close();
      throw error;
    }
  }

  /** Starts a Node-RED; with gateways it is an edge, and ready when everything it knows stands on the broker. */
  async edge(settings: Omit<EdgeSettings, 'broker' | 'ports'>, isAwaited = true): Promise<Edge> {
    const edge = await Edge.start({ broker: this.broker, ports: this.ports, ...settings });
    this.#edges.push(edge);
    if (isAwaited) await this.untilFresh(settings.base, settings.gateways);
    return edge;
  }

  /** Until every state on the broker is that of the home now, and everybody is available. */
  async untilFresh(base: string, gateways: readonly string[], withinMs?: number): Promise<Map<string, string>> {
    return untilKept(
      this.broker,
      (all) => {
        const wanted = new Map([...statesOf(this.simulator, base)].filter(([topic]) => gateways.includes(topic.split('/').at(-2) ?? '')));
        if (gateways.length > 0 && all.get(`${base}/status`) !== 'online') return `${base}/status is ${all.get(`${base}/status`)}`;
        for (const gateway of gateways) {
          const topic = `${base}/${gateway}/availability`;
          if (all.get(topic) !== 'online') return `${topic} is ${all.get(topic)}`;
        }
        return staleIn(all, wanted);
      },
      withinMs,
    );
  }

  async close(): Promise<void> {
    await Promise.all(this.#edges.map((edge) => edge.close()));
    await this.observer.close();
    await this.simulator.close();
    await this.broker.close();
  }
}
