// The pretend homes of the bench: how many gateways and devices, where they are, what each device is. Always the same for one size.

const MODELS = ['weather.v1', 'sensor_ht', 'sensor_motion.aq2', 'plug'];
const START = {
  'weather.v1': { voltage: 3005, temperature: '2100', humidity: '4800', pressure: '99100' },
  sensor_ht: { voltage: 2985, temperature: '2050', humidity: '5100' },
  'sensor_motion.aq2': { voltage: 3015, status: 'no_motion', lux: '12' },
  plug: { voltage: 3600, status: 'on', load_power: '3.50', power_consumed: '1200', inuse: '1' },
};
export const KEY = '0987654321qwerty';
/** As many as one gateway takes; more devices have more gateways. */
const MOST_ON_ONE_GATEWAY = 100;

/** `devices` sensors and plugs on as few gateways as hold them, or on as many as told. */
export function homeOf(devices, gateways = Math.ceil(devices / MOST_ON_ONE_GATEWAY)) {
  const each = Math.ceil(devices / gateways);
  return Array.from({ length: gateways }, (_, index) => ({
    sid: `34ce00f${String(10000 + index)}`,
    key: KEY,
    address: `127.0.${2 + Math.floor(index / 200)}.${1 + (index % 200)}`,
    devices: Array.from({ length: Math.min(each, devices - index * each) }, (_, offset) => deviceOf(index * each + offset)),
  }));
}

/** The device of a number. */
function deviceOf(number) {
  const model = MODELS[number % MODELS.length];
  return { number, sid: `158d00${(0x10000000 + number).toString(16)}`, model, fields: START[model] };
}

/** The home as the simulator takes it. Port 0: each gateway has any free port of its address. */
export function simulatedHome(gateways, eventPort) {
  return {
    interface: '127.0.0.1',
    whoisPort: 0,
    eventPort,
    gateways: gateways.map(({ sid, key, address, devices }) => ({
      sid,
      key,
      address,
      port: 0,
      devices: devices.map(({ sid: device, model, fields }) => ({ sid: device, model, fields })),
    })),
  };
}

/** The flow of a home: one node and one sink for each device. `ours` or `ideal`. */
export function flowOf(gateways, whose) {
  const nodes = [{ id: 'tab', type: 'tab', label: 'bench' }];
  for (const [index, { sid, key, devices }] of gateways.entries()) {
    const gateway = `gateway${index}`;
    if (whose === 'ours')
      nodes.push({ id: gateway, type: 'lumi-gateway', sid, host: '', interface: '127.0.0.1', devices: [], credentials: { key } });
    for (const { number, sid: device } of devices) {
      const place = { z: 'tab', x: 100, y: 100, wires: [[`sink${number}`]] };
      nodes.push(
        whose === 'ours'
          ? { id: `in${number}`, type: 'lumi-sensor', gateway, device, property: '', ...place }
          : { id: `in${number}`, type: 'ideal-in', sid: device, ...place },
        { id: `sink${number}`, type: 'bench-sink', z: 'tab', x: 300, y: 100, device: number, wires: [] },
      );
    }
  }
  return nodes;
}
