/** What outlives a connection where the client asked for it: filters, and messages that nobody acknowledged yet. No I/O: it is given a way to send. */

import { matches } from './topics';

const MAX_WAITING = 1_000;

export interface Message {
  readonly topic: string;
  readonly payload: Buffer;
}

export interface Delivery extends Message {
  readonly qos: 0 | 1;
  readonly messageId: number | undefined;
  readonly dup: boolean;
}

interface Waiting extends Message {
  readonly messageId: number;
  isSent: boolean;
}

export class Subscriber {
  readonly filters = new Map<string, 0 | 1>();
  private readonly unacknowledged = new Map<number, Waiting>();
  private send: ((delivery: Delivery) => void) | undefined;
  /** Of MQTT 5: how many the client wants to have open at once. */
  private receiveMaximum = 65_535;
  private lastId = 0;

  /** A connection begins: what was sent and never acknowledged is sent again, marked as such. */
  attach(send: (delivery: Delivery) => void, receiveMaximum: number): void {
    this.send = send;
    this.receiveMaximum = receiveMaximum;
    const open = [...this.unacknowledged.values()];
    const again = open.filter(({ isSent }) => isSent);
    for (const message of open) message.isSent = false;
    for (const message of again.slice(0, receiveMaximum)) this.deliver(message, true);
    this.fill();
  }

  detach(): void {
    this.send = undefined;
  }

  /** One copy, however many filters fit; with the best QoS among them. */
  offer(message: Message): void {
    const fitting = [...this.filters].filter(([filter]) => matches(filter, message.topic)).map(([, qos]) => qos);
    if (fitting.length === 0) return;
    if (!fitting.includes(1)) {
      this.send?.({ ...message, qos: 0, messageId: undefined, dup: false });
      return;
    }
    if (this.unacknowledged.size >= MAX_WAITING) return;
    const messageId = this.nextId();
    this.unacknowledged.set(messageId, { ...message, messageId, isSent: false });
    this.fill();
  }

  acknowledge(messageId: number): void {
    if (this.unacknowledged.delete(messageId)) this.fill();
  }

  private fill(): void {
    let open = [...this.unacknowledged.values()].filter(({ isSent }) => isSent).length;
    for (const message of this.unacknowledged.values()) {
      if (this.send === undefined || open >= this.receiveMaximum) return;
      if (message.isSent) continue;
      this.deliver(message, false);
      open += 1;
    }
  }

  private deliver(message: Waiting, dup: boolean): void {
    message.isSent = true;
    const { topic, payload, messageId } = message;
    this.send?.({ topic, payload, messageId, qos: 1, dup });
  }

  private nextId(): number {
    do this.lastId = (this.lastId % 65_535) + 1;
    while (this.unacknowledged.has(this.lastId));
    return this.lastId;
  }
}
