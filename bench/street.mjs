// What stands around a measured process: gateways that answer and a sender of reports, each in a process of its own.
import { setTimeout as sleep } from 'node:timers/promises';
import { homeOf } from './homes.mjs';
import { freeUdpPort, launch } from './processes.mjs';

/** Everybody is warmed up by the same reports before anything is measured. */
const WARM = { rate: 20_000, count: 80_000, isMixed: true };
const SHORT_WARM = { rate: 20_000, count: 40_000, isMixed: true };
/** Time for the last reports to arrive. */
const SETTLE_MS = 150;
/** The package asks the system for this much, and everybody it is compared with does too: else they would lose other reports. */
const RECEIVE_BYTES = 4 * 1024 * 1024;

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

/** Starts a subject and warms it up; whoever asked for it stops it. `receiveBytes`: what its socket keeps, the system's usual where undefined. */
export async function stand(street, subject, { isShort = false, isWarm = true, receiveBytes = RECEIVE_BYTES } = {}) {
  const { packageDir, gateways, eventPort, whoisPort, addresses, sender } = street;
  const about = { packageDir, gateways, eventPort, whoisPort, addresses, receiveBytes };
  const settings = { ...about, whose: subject, isParsing: subject === 'floor' };
  const process = await launch(programs[subject] ?? 'subjects/node-red.mjs', settings, { execArgv: ['--expose-gc'] });
  if (isWarm) await sender.ask('send', isShort ? SHORT_WARM : WARM);
  return process;
}

/** One life of a subject: started, warmed up, measured by `work`, ended. */
export async function live(street, subject, options, work) {
  const process = await stand(street, subject, options);
  try {
    return await work(process);
  } finally {
    await process.stop();
  }
}

/**
 * Subjects side by side, each in a street of its own, so that what is compared can be measured within seconds: while one is measured the
 * others hear nothing. `kinds`: by name, `{ subject, devices, … }`; `work` is told the names in the order of their turns.
 */
export async function sideBySide({ packageDir, kinds, rounds, isShort }, work) {
  const streets = new Map();
  const results = [];
  const enter = async ([name, kind], ...rest) => {
    if (name === undefined) return;
    await inStreet({ packageDir, ...kind }, async (street) => {
      streets.set(name, street);
      if (rest.length > 0) await enter(...rest);
      else for (let round = 0; round < rounds; round++) results.push(await oneRound(round));
    });
  };
  const oneRound = async (round) => {
    const names = Object.keys(kinds);
    const turns = names.map((_, index) => names[(index + round) % names.length]);
    const standing = {};
    try {
      for (const name of turns) {
        const street = streets.get(name);
        standing[name] = { street, process: await stand(street, kinds[name].subject, { isShort, ...kinds[name] }) };
      }
      return await work(standing, turns);
    } finally {
      await Promise.all(Object.values(standing).map(({ process }) => process.stop()));
    }
  };
  await enter(...Object.entries(kinds));
  return results;
}

/** CPU of the subject for each report that arrived, in microseconds, at one rate. */
export async function cpuAt({ street: { sender }, process }, rate, seconds) {
  // A second of the same rate first: cost depends on how busy the machine was just now.
  await sender.ask('send', { rate, count: rate });
  await sleep(SETTLE_MS);
  await process.ask('begin');
  const { sent } = await sender.ask('send', { rate, count: Math.round(rate * seconds) });
  await sleep(SETTLE_MS);
  const { count, cpuUs } = await process.ask('end');
  return { cpuUs: cpuUs / count, sent, received: count };
}

/** From the call that sends to the sink, in microseconds. A device that lost a report is left out: nobody knows which. */
export async function latencyAt({ street: { sender, gateways }, process }, rate, seconds) {
  await sender.ask('send', { rate, count: rate });
  await sleep(SETTLE_MS);
  const devices = gateways.reduce((sum, { devices: some }) => sum + some.length, 0);
  await process.ask('begin', { devicesTimed: devices });
  const { times, sent } = await sender.ask('send', { rate, count: Math.round(rate * seconds), isTimed: true });
  await sleep(SETTLE_MS);
  const { times: arrived, count } = await process.ask('end');
  const latencies = times.flatMap((moments, device) =>
    arrived[device].length === moments.length ? moments.map((moment, index) => arrived[device][index] - moment) : [],
  );
  return { latencies, sent, received: count };
}
