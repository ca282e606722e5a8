/** A gateway with its devices, as the mapping to MQTT sees it. */

import { unknownDefinition } from '../devices';
import { copyState } from '../home/message';
import { type DeviceEvent, type DeviceRecord, type Gateway, type GatewayState, type News, OVERTAKEN } from '../lumi';
import { type GatewayOverMiio, type Reply, readDevice } from '../lumi/commands';
import { Early } from './early';
import { commandLumi } from './lumi-command';
import type { Home, HomeAnswer, HomeDevice, HomeListener } from './types';

export interface LumiHomeOptions {
  /** Under which alerts are told once, also over a redeploy: the id of the node. */
  readonly subscriber: string;
  /** The way to radio and alarm; undefined where there is none. */
  readonly miio?: () => GatewayOverMiio | undefined;
}

/** What was told of a device by `added`, as far as its reports may change it. */
type Told = Pick<DeviceRecord, 'definition' | 'model'>;

export class LumiHome implements Home {
  readonly kind = 'gateway';
  readonly #gateway: Gateway;
  readonly #options: LumiHomeOptions;
  readonly #early = new Early<DeviceEvent>();
  readonly #told = new Map<string, Told>();
  #listener: HomeListener | undefined;
  /** It was lost, or never found, and has not been there since. */
  #isMissing = false;

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

  /** A gateway that is missing stays so while it is searched for again, and again. */
  get isOnline(): boolean | null {
    const { state } = this.#gateway;
    if (state.phase === 'online') return true;
    return this.#isMissing || isLost(state) ? false : null;
  }

  /** It is online only when it has answered with its list. */
  get isListed(): boolean {
    return this.#gateway.isOnline;
  }

  *devices(): Iterable<HomeDevice> {
    for (const device of this.#gateway.inventory.devices) yield this.#deviceOf(device);
  }

  device(id: string): HomeDevice | undefined {
    const device = this.#gateway.device(id);
    return device && this.#deviceOf(device);
  }

  /**
   * Hears what the devices say. Whoever owns the subscription to `EVERY` device (`gateway.subscriptions`) calls it, so that what arrives
   * over a redeploy is held as it is for every node. What is heard before `listen` is told then.
   */
  hear(event: DeviceEvent): void {
    const listener = this.#listener;
    if (listener === undefined) {
      this.#early.keep(event);
      return;
    }
    const { device, changed, actions, isInitial } = event;
    const told = this.#told.get(device.sid);
    // Of dialect 1 what a device is shows when it is read; a gateway may even learn it later.
    if (told?.definition !== device.definition || told.model !== device.model) this.#introduce(device, listener);
    if (changed.length > 0 || isInitial) listener.state(this.#deviceOf(device));
    for (const action of actions) listener.action(this.#deviceOf(device), action);
  }

  /** One listener at a time. Everything but what devices say (`hear`): who comes and goes, who is reachable, alerts, pairing. */
  listen(listener: HomeListener): () => void {
    const { presence, pairing } = this.#gateway;
    this.#listener = listener;
    for (const device of this.#gateway.inventory.devices) this.#told.set(device.sid, toldOf(device));
    let seconds = pairing.secondsLeft;
    const ends = [
      this.#gateway.watch((state) => this.#stands(state, listener)),
      presence.listen(this.#options.subscriber, (news) => this.#tell(news, listener)),
      pairing.watch((left) => {
        // That it is still open, a second later, is no news.
        if (left === 0 || left > seconds) listener.news({ event: 'pairing', pairing: left > 0, seconds: left });
        seconds = left;
      }),
    ];
    this.#early.give((event) => this.hear(event));
    return () => {
      for (const end of ends) end();
      this.#listener = undefined;
      this.#told.clear();
    };
  }

  /** See `commandLumi`. */
  async set(id: string, payload: unknown): Promise<HomeAnswer | undefined> {
    const reply = await commandLumi(this.#gateway, id, payload, this.#options.miio);
    return reply === OVERTAKEN ? undefined : answerOf(reply);
  }

  /** The gateway answers with all it knows of a device: `properties` are not asked for one by one. */
  async get(id: string): Promise<HomeAnswer> {
    return answerOf(await readDevice(this.#gateway, await this.#gateway.find(id)));
  }

  #stands(state: GatewayState, listener: HomeListener): void {
    if (state.phase === 'online') this.#isMissing = false;
    else if (isLost(state)) this.#isMissing = true;
    // Devices of the first list were always there: presence has no news of them.
    for (const device of this.#gateway.inventory.devices) if (!this.#told.has(device.sid)) this.#introduce(device, listener);
    listener.availability();
  }

  #tell(news: News, listener: HomeListener): void {
    switch (news.kind) {
      case 'joined':
        this.#introduce(news.device, listener);
        listener.news({ event: 'joined', device: this.#deviceOf(news.device).info });
        return;
      case 'left':
        this.#told.delete(news.device.sid);
        listener.removed(news.device.sid);
        listener.news({ event: 'left', device: this.#deviceOf(news.device).info });
        return;
      case 'online':
      case 'offline':
        listener.availability();
        return;
      case 'alert': {
        const { code, message } = news.error;
        listener.news({ event: 'alert', code, text: message, cleared: news.isCleared });
      }
    }
  }

  #introduce(device: DeviceRecord, listener: HomeListener): void {
    this.#told.set(device.sid, toldOf(device));
    listener.added(this.#deviceOf(device));
  }

  #deviceOf(device: DeviceRecord): HomeDevice {
    const info = this.#gateway.info(device);
    const { definition } = device;
    return {
      info: this.isOnline === false ? { ...info, online: false } : info,
      state: copyState(device.values),
      description: definition === unknownDefinition ? undefined : { kind: 'lumi', definition },
    };
  }
}

function isLost(state: GatewayState): boolean {
  return 'error' in state && state.error !== undefined;
}

function toldOf({ definition, model }: DeviceRecord): Told {
  return { definition, model };
}

function answerOf({ payload, ack }: Reply): HomeAnswer {
  return ack === undefined ? { payload } : { payload, ack };
}
