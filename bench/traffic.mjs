// The reports of the bench: what device `d` says in its `k`-th report is decided by `d` and `k` alone. Every report is news, so that
// nothing is dropped as a copy and everything that can change does.

/** Different values in a row; no report repeats within the 200 ms in which it would be a copy. */
const VALUES = 7_919;
/** Datagrams made beforehand; then they come again. */
const RING = 65_536;

/** The field a device reports for the `k`-th time, as the wire has it. */
function fieldOf(model, k) {
  const value = (k * 31) % VALUES;
  switch (model) {
    case 'weather.v1':
      return [{ temperature: `${value - 2000}` }, { humidity: `${value + 500}` }, { pressure: `${value + 92_000}` }][k % 3];
    case 'sensor_ht':
      return k % 2 === 0 ? { temperature: `${value - 2000}` } : { humidity: `${value + 500}` };
    case 'sensor_motion.aq2':
      return { lux: `${value}` };
    default:
      return { load_power: (value / 100).toFixed(2) };
  }
}

export function reportOf({ number, sid, model }, k) {
  return Buffer.from(JSON.stringify({ cmd: 'report', model, sid, short_id: 4096 + number, data: JSON.stringify(fieldOf(model, k)) }));
}

/** Reports of all devices in turn, made beforehand: `at(n)` is the n-th, with the address it comes from. */
export function traffic(gateways) {
  const devices = gateways.flatMap(({ address, devices }) => devices.map((device) => ({ ...device, address })));
  const length = Math.max(1, Math.floor(RING / devices.length)) * devices.length;
  const ring = Array.from({ length }, (_, n) => {
    const device = devices[n % devices.length];
    return { number: device.number, address: device.address, bytes: reportOf(device, Math.floor(n / devices.length)) };
  });
  return { devices: devices.length, at: (n) => ring[n % length] };
}

/** What else a home says: heartbeats of its gateways and devices. For warming up, so that nothing is met for the first time later. */
export function heartbeats(gateways) {
  return gateways.flatMap(({ sid, address, devices }) => [
    { address, bytes: heartbeat({ model: 'gateway', sid, token: 'a1b2c3d4e5f60718' }, { ip: address }) },
    ...devices.slice(0, 8).map((device) => ({ address, bytes: heartbeat({ model: device.model, sid: device.sid }, { voltage: 3005 }) })),
  ]);
}

function heartbeat({ model, sid, ...more }, data) {
  return Buffer.from(JSON.stringify({ cmd: 'heartbeat', model, sid, short_id: '0', ...more, data: JSON.stringify(data) }));
}
