/** One MQTT 5 session, from CONNECT to its end: opened once, never reused. What follows an end is decided elsewhere. */

import { rootCertificates } from 'node:tls';
import type { IClientOptions, IConnackPacket, IDisconnectPacket, IPublishPacket, MqttClient } from 'mqtt';
import type { Clock, Timer } from '../home/clock';
import { readAuthority } from './http';
import { redact } from './redact';

/** Why a session ended. Texts are redacted and have no full stop. */
export type Ending =
  /** CONNACK with a reason: the broker does not want this client, now or ever. */
  | { readonly kind: 'refused'; readonly reason: number; readonly text: string }
  /** Another client came with the same id. */
  | { readonly kind: 'taken-over' }
  /** The broker's certificate is not to be trusted; no password was sent. */
  | { readonly kind: 'untrusted'; readonly text: string }
  /** `isSilent`: the broker gave no reason. */
  | { readonly kind: 'lost'; readonly text: string; readonly isSilent: boolean };

export interface ConnectionOptions {
  /** `mqtts://host:port`, or `mqtt://` on loopback. */
  readonly url: string;
  readonly clientId: string;
  readonly username: string;
  readonly password: string;
  /** PEM file with further certificate authorities; '' = those of Node.js alone. */
  readonly caFile: string;
  readonly clock: Clock;
  readonly onOpen: () => void;
  readonly onMessage: (message: Message) => void;
  /** Exactly once, also after `end`. */
  readonly onEnd: (ending: Ending) => void;
}

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
  readonly qos: number;
  /** The broker says that it may have sent this before. */
  readonly isRedelivered: boolean;
  /** Kept by the broker from earlier, not said now. */
  readonly isRetained: boolean;
  readonly id: number | undefined;
}

/** Codes of SUBACK: 0 to 2 are granted. */
export const NO_ANSWER = -1;

const KEEPALIVE_S = 60;
const CONNECT_MS = 20_000;
const SUBACK_MS = 10_000;
const DISCONNECT_MS = 2_000;
const SESSION_TAKEN_OVER = 0x8e;

export class PushConnection {
  readonly #client: MqttClient;
  readonly #options: ConnectionOptions;
  readonly #ended: Promise<void>;
  readonly #unanswered = new Set<Timer>();
  #isEnded = false;
  #ending: Ending | undefined;

  /** Rejects with `MISCONFIGURED` where the certificate file cannot be read. */
  static async open(options: ConnectionOptions): Promise<PushConnection> {
    const { url, caFile } = options;
    const authorities = caFile === '' ? undefined : [...rootCertificates, await readAuthority(caFile)];
    const { default: mqtt } = await import('mqtt');
    return new PushConnection(mqtt.connect(clientOptions(new URL(url), options, authorities)), options);
  }

  private constructor(client: MqttClient, options: ConnectionOptions) {
    this.#client = client;
    this.#options = options;
    client.on('connect', (_packet: IConnackPacket) => this.#guard(options.onOpen));
    client.on('message', (topic, payload, packet: IPublishPacket) =>
      this.#guard(() =>
        options.onMessage({
          topic,
          payload,
          qos: packet.qos,
          isRedelivered: packet.dup,
          isRetained: packet.retain,
          id: packet.messageId,
        }),
      ),
    );
    client.on('disconnect', ({ reasonCode, properties }: IDisconnectPacket) => {
      const why = properties?.reasonString ?? `reason ${reasonCode ?? 0}`;
      this.#fail(
        reasonCode === SESSION_TAKEN_OVER
          ? { kind: 'taken-over' }
          : { kind: 'lost', text: this.#clean(`the broker ended it: ${why}`), isSilent: false },
      );
    });
    client.on('error', (error) => this.#fail(this.#endingOf(error)));
    this.#ended = new Promise((resolve) => {
      client.on('close', () => {
        if (this.#isEnded) return;
        this.#isEnded = true;
        for (const timer of this.#unanswered) options.clock.clearTimeout(timer);
        this.#guard(() => options.onEnd(this.#ending ?? { kind: 'lost', text: 'the connection was closed', isSilent: true }));
        resolve();
      });
    });
  }

  /** The code that SUBACK gives to a filter, or `NO_ANSWER` where none comes in time. Never rejects; never settles once the session is over. */
  subscribe(filter: string): Promise<number> {
    return new Promise((resolve) => {
      const { clock } = this.#options;
      const timer = clock.setTimeout(() => {
        this.#unanswered.delete(timer);
        resolve(NO_ANSWER);
      }, SUBACK_MS);
      this.#unanswered.add(timer);
      // A refused filter is an error to the library, but its packet has the code all the same. Without a packet the session is ending.
      this.#client.subscribe(filter, { qos: 1 }, (_error, _granted, packet) => {
        const [code] = (packet?.granted ?? []) as readonly unknown[];
        if (typeof code !== 'number') return;
        clock.clearTimeout(timer);
        this.#unanswered.delete(timer);
        resolve(code);
      });
    });
  }

  /** Not waited for: a message that still comes is about a device nobody follows. */
  unsubscribe(filter: string): void {
    this.#client.unsubscribe(filter, () => {});
  }

  /** DISCONNECT, so that the broker knows; the socket is closed after 2 s whatever it does. */
  async end(): Promise<void> {
    if (this.#isEnded) return;
    if (this.#client.connected) this.#client.end(false, { reasonCode: 0 });
    else this.abort();
    const timer = this.#options.clock.setTimeout(() => this.#client.stream.destroy(), DISCONNECT_MS);
    await this.#ended;
    this.#options.clock.clearTimeout(timer);
  }

  /** Closes the socket without a word: for a session that is dead anyway. */
  abort(): void {
    this.#client.end(true);
    this.#client.stream.destroy();
  }

  #fail(ending: Ending): void {
    this.#ending ??= ending;
    // After a malformed packet the library would sit on a deaf socket until the keepalive ends it.
    this.abort();
  }

  #endingOf(error: Error): Ending {
    const code = (error as { code?: unknown }).code;
    const text = this.#clean(error.message);
    if (typeof code === 'number' && error.message.startsWith('Connection refused')) return { kind: 'refused', reason: code, text };
    if (typeof code === 'string' && /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) return { kind: 'untrusted', text };
    return { kind: 'lost', text: text === '' ? this.#clean(String(code ?? error.name)) : text, isSilent: true };
  }

  #clean(text: string): string {
    return redact(text, [this.#options.password]).replace(/\.$/, '');
  }

  /** What throws inside an emitter of the library would end the process. */
  #guard(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#fail({ kind: 'lost', text: this.#clean(`it was given up after an error: ${String(error)}`), isSilent: false });
    }
  }
}

function clientOptions(url: URL, options: ConnectionOptions, ca: string[] | undefined): IClientOptions {
  const isSecure = url.protocol === 'mqtts:';
  return {
    protocol: isSecure ? 'mqtts' : 'mqtt',
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: Number(url.port) || (isSecure ? 8883 : 1883),
    protocolVersion: 5,
    clientId: options.clientId,
    username: options.username,
    // As bytes: with DEBUG set, the packet writer prints every text it writes.
    password: Buffer.from(options.password),
    clean: true,
    keepalive: KEEPALIVE_S,
    connectTimeout: CONNECT_MS,
    // When to come back, and with which password, is decided by `Push`.
    reconnectPeriod: 0,
    resubscribe: false,
    timerVariant: 'native',
    // With DEBUG set, the library's own log would print every packet, the password included.
    log: () => {},
    // A forged broker would learn the access token (miot-cloud.md §3.1). The name in the certificate is checked as well.
    rejectUnauthorized: true,
    ...(ca === undefined ? {} : { ca }),
  };
}
