/** What the voltage of a coin cell says about its charge (lumi-lan.md §5.2). */

const EMPTY_MV = 2700;
const MV_PER_PERCENT = 4;
const LOW_MV = 2800;

/** Percent from millivolts: 2700 mV is empty, 3100 mV is full. */
export function batteryPercent(voltageMv: number): number {
  return Math.min(100, Math.max(0, (voltageMv - EMPTY_MV) / MV_PER_PERCENT));
}

/** Whether the cell should be changed; 2800 mV is the vendor's own limit. */
export function isBatteryLow(voltageMv: number): boolean {
  return voltageMv < LOW_MV;
}
