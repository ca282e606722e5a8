/** A home and its mapping for as long as a node uses it: a gateway's for the life of the node, an account's until another takes its place. */

import { join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { type Home, Mapping, type MqttReceived, type MqttSettings, noPublished, publishedIn, type Received } from '../../lib/mqtt';
import { discoveryOf } from '../../lib/mqtt/home-assistant';
import { fileNameOf, network } from '../shared/runtime/environment';
import { folderOf } from '../shared/runtime/folder';
import type { Outlet } from './outlet';

export class Mapped<One extends Home> {
  readonly home: One;
  readonly #mapping: Mapping;
  #isStarted = false;
  #isClosed = false;

  constructor(RED: NodeAPI, nodeId: string, home: One, settings: MqttSettings, outlet: Outlet) {
    const { clock, log } = network(RED).environment;
    const folder = folderOf(RED);
    this.home = home;
    this.#mapping = new Mapping({
      home,
      settings,
      publish: (message) => outlet.publish(message),
      discovery: discoveryOf,
      memory: folder === undefined ? noPublished : publishedIn({ path: join(folder, `${fileNameOf(nodeId)}.json`), clock, log }),
      clock,
      log,
    });
  }

  /** `after`: who had its memory before. */
  start(after: Promise<void> = Promise.resolve()): void {
    void after.then(() => {
      if (this.#isStarted || this.#isClosed) return;
      this.#isStarted = true;
      this.#mapping.start();
    });
  }

  receive(message: MqttReceived): Promise<Received> {
    return this.#mapping.receive(message);
  }

  /** After each deploy: names and rooms may have changed. */
  look(): void {
    if (this.#isStarted) this.#mapping.look();
  }

  close(isGone: boolean): Promise<void> {
    this.#isClosed = true;
    return this.#mapping.close(isGone);
  }
}
