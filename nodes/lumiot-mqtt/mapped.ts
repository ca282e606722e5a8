/** A home and its mapping for as long as a node uses it: a gateway's for the life of the node, an account's until another takes its place. */

import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import {
  type Home,
  Mapping,
  type MqttReceived,
  type MqttSettings,
  noPublished,
  type PublishedMemory,
  publishedIn,
  type Received,
} from '../../lib/mqtt';
import { announcing } from '../../lib/mqtt/home-assistant';
import { fileNameOf, network } from '../shared/runtime/environment';
import { folderOf } from '../shared/runtime/folder';
import type { Outlet } from './outlet';

export interface MappedOptions<One extends Home> {
  readonly RED: NodeAPI;
  readonly nodeId: string;
  readonly home: One;
  readonly settings: MqttSettings;
  readonly outlet: Outlet;
  readonly onHeard: (isHeard: boolean) => void;
  /** When this is over, whoever had its memory before has let go of it. */
  readonly after?: Promise<void>;
}

/** Where it is kept what a node has published. */
export function memoryOf(RED: NodeAPI, nodeId: string): PublishedMemory {
  const { clock, log } = network(RED).environment;
  const folder = folderOf(RED);
  return folder === undefined ? noPublished : publishedIn({ path: join(folder, `${fileNameOf(nodeId)}.json`), clock, log });
}

export class Mapped<One extends Home> {
  readonly home: One;
  readonly #mapping: Mapping;
  #isClosed = false;

  /** Begins at once, for the outlet waits until the flows are up: so what was held for the node finds it ready. */
  constructor({ RED, nodeId, home, settings, outlet, onHeard, after }: MappedOptions<One>) {
    const { clock, log } = network(RED).environment;
    this.home = home;
    this.#mapping = new Mapping({
      home,
      settings,
      publish: (message) => outlet.publish(message),
      onHeard,
      discovery: announcing(log),
      memory: memoryOf(RED, nodeId),
      clock,
      log,
    });
    if (after === undefined) this.#mapping.start();
    else void after.then(() => this.#isClosed || this.#mapping.start());
  }

  receive(message: MqttReceived): Promise<Received> {
    return this.#mapping.receive(message);
  }

  /** After each deploy: names and rooms may have changed. */
  look(): void {
    this.#mapping.look();
  }

  close(isGone: boolean): Promise<void> {
    this.#isClosed = true;
    return this.#mapping.close(isGone);
  }
}
