/** Which devices a gateway has: those in its list, those waiting for a pairing window, and the window itself (lumi-lan.md §4.1). */

import type { ResolvedDevice } from './config';
import { PretendDevice } from './device';
import type { Timers } from './timers';

const PAIRING_WINDOW_MS = 30_000;
const JOIN_MS = 1_000;

export interface InventoryOptions {
  readonly devices: readonly ResolvedDevice[];
  readonly timers: Timers;
  /** A device was just paired. */
  readonly onJoined: (device: PretendDevice) => void;
  /** The window opened or closed. */
  readonly onWindow: (isOpen: boolean) => void;
}

export class Inventory {
  private readonly paired = new Map<string, PretendDevice>();
  private readonly waiting = new Map<string, PretendDevice>();
  private readonly options: InventoryOptions;
  private cancelWindow: (() => void)[] = [];

  constructor(options: InventoryOptions) {
    this.options = options;
    for (const device of options.devices) (device.hidden ? this.waiting : this.paired).set(device.sid, new PretendDevice(device));
  }

  get(sid: string): PretendDevice | undefined {
    return this.paired.get(sid);
  }

  /** In the order of the home file. */
  list(): PretendDevice[] {
    return [...this.paired.values()];
  }

  add(device: ResolvedDevice): PretendDevice {
    const added = new PretendDevice(device);
    (device.hidden ? this.waiting : this.paired).set(device.sid, added);
    return added;
  }

  /** Whether there was such a device. */
  remove(sid: string): boolean {
    return this.paired.delete(sid) || this.waiting.delete(sid);
  }

  /** Deletes a device from the gateway; it can be paired again. */
  unpair(sid: string): void {
    const device = this.paired.get(sid);
    if (device === undefined) return;
    this.paired.delete(sid);
    this.waiting.set(sid, device);
  }

  /** Opens the pairing window, or begins its 30 s anew; waiting devices join one after the other. */
  openWindow(): void {
    this.stopWindow();
    this.options.onWindow(true);
    const { timers } = this.options;
    const joins = [...this.waiting.values()].map((device, index) => timers.after(JOIN_MS * (index + 1), () => this.join(device)));
    this.cancelWindow = [...joins, timers.after(PAIRING_WINDOW_MS, () => this.closeWindow())];
  }

  closeWindow(): void {
    this.stopWindow();
    this.options.onWindow(false);
  }

  private stopWindow(): void {
    for (const cancel of this.cancelWindow) cancel();
    this.cancelWindow = [];
  }

  private join(device: PretendDevice): void {
    if (!this.waiting.delete(device.sid)) return;
    this.paired.set(device.sid, device);
    this.options.onJoined(device);
  }
}
