// What stands around a measured process: gateways that answer and a sender of reports, each in a process of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { homeOf } from './homes.mjs';
import { freeUdpPort, launch } from './processes.mjs';

/** Everybody is warmed up by the same reports before anything is measured. */
const WARM = { rate: 20_000, count: 80_000, isMixed: true };
const SHORT_WARM = { rate: 20_000, count: 40_000, isMixed: true };
/** Time for the last reports to arrive. */
const SETTLE_MS = 150;

const programs = {
  bare: 'subjects/bare-request.mjs',
  socket: 'subjects/socket.mjs',
  floor: 'subjects/socket.mjs',
  lib: 'subjects/lib.mjs',
};

/** Builds a home with its gateways and its sender, runs `work` in it, and takes it down. */
export async function inStreet({ packageDir, devices, gateways: count, faults, effectMs }, work) {
  const gateways = homeOf(devices, count);
  const eventPort = await freeUdpPort();
  const around = { packageDir, gateways, eventPort };
  const house = await launch('outside/gateways.mjs', { ...around, faults, effectMs });
  const sender = await launch('outside/sender.mjs', around);
  try {
    return await work({ ...around, whoisPort: house.about.whoisPort, addresses: house.about.gateways, sender });
  } finally {
    await Promise.all([house.stop(), sender.stop()]);
  }
}

/** One life of a subject: started, warmed up, measured by `work`, ended. */
export async function live(street, subject, { isShort = false, isWarm = true }, work) {
  const { packageDir, gateways, eventPort, whoisPort, addresses, sender } = street;
  const settings = { packageDir, gateways, eventPort, whoisPort, addresses, whose: subject, isParsing: subject === 'floor' };
  const process = await launch(programs[subject] ?? 'subjects/node-red.mjs', settings, { execArgv: ['--expose-gc'] });
  try {
    if (isWarm) await sender.ask('send', isShort ? SHORT_WARM : WARM);
    return await work(process);
  } finally {
    await process.stop();
  }
}

/** CPU of the subject for each report that arrived, in microseconds, at one rate. */
export async function cpuAt({ sender }, subject, rate, seconds) {
  // A second of the same rate first: cost depends on how busy the machine was just now.
  await sender.ask('send', { rate, count: rate });
  await sleep(SETTLE_MS);
  await subject.ask('begin');
  const { sent } = await sender.ask('send', { rate, count: Math.round(rate * seconds) });
  await sleep(SETTLE_MS);
  const { count, cpuUs } = await subject.ask('end');
  return { cpuUs: cpuUs / count, delivered: count / sent };
}

/** From the call that sends to the sink, in microseconds. A device that lost a report is left out: nobody knows which. */
export async function latencyAt({ sender, gateways }, subject, rate, seconds) {
  await sender.ask('send', { rate, count: rate });
  await sleep(SETTLE_MS);
  const devices = gateways.reduce((sum, { devices: some }) => sum + some.length, 0);
  await subject.ask('begin', { devicesTimed: devices });
  const { times: sent } = await sender.ask('send', { rate, count: rate * seconds, isTimed: true });
  await sleep(SETTLE_MS);
  const { times: arrived } = await subject.ask('end');
  return sent.flatMap((moments, device) =>
    arrived[device].length === moments.length ? moments.map((moment, index) => arrived[device][index] - moment) : [],
  );
}

const FIRST_RATE = 10_000;
const STEP = 1.1;
const STEPS = 28;
const ENOUGH = 0.999;

/** The highest rate, in steps of 10 %, of which 99.9 % arrive; 0 where not even the first does. */
export async function highestRate({ sender }, subject, seconds) {
  const passes = async (step) => {
    const rate = FIRST_RATE * STEP ** step;
    // Something else may want the machine just then: once more before it counts as lost.
    for (let attempt = 0; attempt < 2; attempt++) {
      await subject.ask('begin');
      const { sent, rate: real } = await sender.ask('send', { rate, count: Math.round(rate * seconds) });
      await sleep(SETTLE_MS * 3);
      const { count } = await subject.ask('end');
      if (real < rate * 0.98) return false;
      if (count / sent >= ENOUGH) return true;
    }
    return false;
  };
  let [passed, failed] = [-1, STEPS];
  while (failed - passed > 1) {
    const middle = Math.floor((passed + failed) / 2);
    if (await passes(middle)) passed = middle;
    else failed = middle;
  }
  return passed < 0 ? 0 : FIRST_RATE * STEP ** passed;
}
