// What arrived at the end of the way, counted in the process that is measured.

/** Microseconds of a clock that all processes of this machine share. */
const now = () => Number(process.hrtime.bigint()) / 1000;

const tally = {
  count: 0,
  /** Arrival times by device, in order; empty unless asked for. */
  times: undefined,
  arrived(device) {
    this.count++;
    if (this.times !== undefined) this.times[device]?.push(now());
  },
  reset(devicesTimed = 0) {
    this.count = 0;
    this.times = devicesTimed === 0 ? undefined : Array.from({ length: devicesTimed }, () => []);
  },
};

module.exports = { tally, now };
