// Two edges of five gateways with twenty devices each, through one Mosquitto to two subscribers, beside bare MQTT publishers. Both edges
// hear the multicast of all ten gateways. Lost, doubled and unanswered are counted, and must be none.
import { setTimeout as sleep } from 'node:timers/promises';
import { highestRates } from '../highest.mjs';
import { withMosquitto } from '../mosquitto.mjs';
import { launch } from '../processes.mjs';
import { compared, inTurns, median, mergedCpu, quantile } from '../statistics.mjs';
import { cpuAt, inStreet, latencyAt } from '../street.mjs';

const [EDGES, GATEWAYS, DEVICES, SUBSCRIBERS] = [2, 5, 20, 2];
const HOME = { devices: EDGES * GATEWAYS * DEVICES, gateways: EDGES * GATEWAYS, effectMs: 5 };
const RECEIVE_BYTES = 4 * 1024 * 1024;
const WARM = { rate: 1_000, count: 4_000, isMixed: true };
/** With a new connection everything is published anew, and again up to two seconds later. */
const SETTLE_MS = 4_500;
const [BUSY, QUIET] = [600, 100];
const programs = { bare: 'subjects/bare-publisher.mjs', ours: 'subjects/edge.mjs' };

export async function mqtt({ packageDir, rounds, isShort }) {
  const counts = { sent: 0, lost: 0, duplicated: 0 };
  const commands = { sent: 0, answered: 0, again: 0, took: [], failed: [] };
  let version;
  const results = await withMosquitto(async (broker) => {
    version = broker.version;
    const all = [];
    for (let round = 0; round < rounds; round++) {
      const turns = round % 2 === 0 ? ['bare', 'ours'] : ['ours', 'bare'];
      all.push(await inTwoStreets(packageDir, broker.port, (standing) => measure(standing, turns, { isShort, counts, commands })));
    }
    return all;
  });
  return { runs: results, rows: rowsOf(results, counts, commands, version) };
}

/** Streets of one round: ten minutes after the start of a street its plugs say on their own how they are, which nobody has counted. */
function inTwoStreets(packageDir, brokerPort, work) {
  return inStreet({ packageDir, ...HOME }, (bareStreet) =>
    inStreet({ packageDir, ...HOME }, async (ourStreet) => {
      const standing = {};
      try {
        standing.bare = await stand(bareStreet, 'bare', brokerPort);
        standing.ours = await stand(ourStreet, 'ours', brokerPort);
        return await work(standing);
      } finally {
        await Promise.all(Object.values(standing).map(({ process }) => process.stop()));
      }
    }),
  );
}

/** A subject in its street: its edges with their gateways, and who listens to them; together they answer as one process does. */
async function stand(street, whose, brokerPort) {
  const { packageDir, gateways, eventPort, whoisPort, sender } = street;
  const about = { packageDir, eventPort, whoisPort, brokerPort, receiveBytes: RECEIVE_BYTES };
  const launched = [];
  try {
    const topics = gateways.flatMap(({ sid: gateway, devices }, index) =>
      devices.map(({ sid, number, model }) => ({ topic: `${whose}/${Math.floor(index / GATEWAYS)}/${gateway}/${sid}`, number, model })),
    );
    const subscribers = await launch('outside/subscribers.mjs', {
      topics: topics.map(({ topic, number }) => [topic, number]),
      brokerPort,
      base: whose,
      clients: SUBSCRIBERS,
    });
    launched.push(subscribers);
    const edges = [];
    for (let edge = 0; edge < EDGES; edge++) {
      const own = gateways.slice(edge * GATEWAYS, (edge + 1) * GATEWAYS);
      edges.push(await launch(programs[whose], { ...about, gateways: own, base: `${whose}/${edge}` }, { execArgv: ['--expose-gc'] }));
      launched.push(edges.at(-1));
    }
    await sender.ask('send', WARM);
    await sleep(SETTLE_MS);
    const known = await subscribers.ask('topics');
    if (known !== topics.length) throw new Error(`${whose}: the subscribers have heard of ${known} of ${topics.length} devices`);
    const process = {
      edges,
      subscribers,
      plugs: topics.filter(({ model }) => model === 'plug').map(({ topic }) => topic),
      async ask(name, details) {
        const own = [];
        for (const edge of edges) own.push(await edge.ask(name, name === 'begin' ? {} : details));
        const heard = await subscribers.ask(name, details);
        return name === 'end' ? { ...heard, cpuUs: own.reduce((sum, { cpuUs }) => sum + cpuUs, 0) } : heard;
      },
      stop: () => Promise.all(launched.map((one) => one.stop())),
    };
    return { street, process };
  } catch (error) {
    await Promise.all(launched.map((one) => one.stop()));
    throw error;
  }
}

/** One round: everything of both, in turns, and the commands, which only an edge takes. */
async function measure(standing, turns, { isShort, counts, commands }) {
  const counted = (measureAt) => async (name, rate, seconds) => {
    const { process } = standing[name];
    let heard;
    const ask = async (what, details) => {
      const answer = await process.ask(what, details);
      if (what === 'end') heard = answer;
      return answer;
    };
    const result = await measureAt({ ...standing[name], process: { ask } }, rate, seconds);
    if (name === 'ours') {
      for (const { messages, duplicated } of heard.subscribers) {
        counts.sent += result.sent;
        counts.lost += result.sent - (messages - duplicated);
        counts.duplicated += duplicated;
      }
    }
    return result;
  };
  const [cpu, latency] = [counted(cpuAt), counted(latencyAt)];
  const tries = isShort ? 1 : undefined;
  const memory = {};
  for (const name of turns) {
    const each = await Promise.all(standing[name].process.edges.map((edge) => edge.ask('memory')));
    memory[name] = { heap: sumOf(each, 'heap') / EDGES, rss: sumOf(each, 'rss') / EDGES };
  }
  const round = {
    busy: await inTurns(turns, (name) => cpu(name, BUSY, isShort ? 2 : 5), mergedCpu, tries),
    latency: await inTurns(turns, (name) => latency(name, QUIET, isShort ? 4 : 10), mergedLatency, tries),
    memory,
  };
  const { subscribers, plugs } = standing.ours.process;
  const asked = await subscribers.ask('commands', { devices: plugs, times: isShort ? 2 : 6 });
  for (const name of ['sent', 'answered', 'again']) commands[name] += asked[name];
  commands.took.push(...asked.took);
  commands.failed.push(...asked.failed);
  const search = isShort ? { seconds: 0.5, step: 1.5 } : { seconds: 2, step: 1.15 };
  round.highest = await highestRates(standing, turns, { ...search, first: 500, last: 40_000, lateMs: 200 });
  return { ...round, commands: asked };
}

function sumOf(all, name) {
  return all.reduce((sum, one) => sum + one[name], 0);
}

function mergedLatency(both) {
  const all = both.flatMap(({ latencies }) => latencies);
  return { p50: quantile(all, 0.5), p99: quantile(all, 0.99) };
}

function rowsOf(results, counts, commands, version) {
  const printed = (figure, unit, { ours, reference: bare, ratio, valid, of }, scale = 1) => ({
    ...{ figure, unit, ours: ours === undefined ? undefined : ours / scale, bare: bare === undefined ? undefined : bare / scale, ratio },
    rounds: { valid, of },
    goal: 'printed',
  });
  const of = (what, name) =>
    compared(
      results.map((round) => round[what]),
      'ours',
      'bare',
      name,
    );
  const plain = (values) => {
    const [ours, reference] = ['ours', 'bare'].map((name) => median(results.map((round) => values(round)[name])));
    const ratio = median(results.map((round) => values(round).ours / values(round).bare));
    return { ours, reference, ratio, valid: results.length, of: results.length };
  };
  const highest = plain(({ highest: { ours, bare } }) => ({ ours: ours.rate, bare: bare.rate }));
  const memory = (kind) => plain(({ memory: { ours, bare } }) => ({ ours: ours[kind], bare: bare[kind] }));
  const what = `${EDGES} edges × ${GATEWAYS} gateways × ${DEVICES} devices`;
  return [
    {
      figure: `${what}: reports lost or told twice, of ${counts.sent.toLocaleString('en')} for ${SUBSCRIBERS} subscribers`,
      unit: '',
      ours: Math.max(counts.lost, 0) + counts.duplicated,
      goal: '0',
      isMet: counts.lost === 0 && counts.duplicated === 0,
      isRequired: true,
      note: `${counts.lost} lost, ${counts.duplicated} twice; Mosquitto ${version}, QoS 1, retained`,
    },
    {
      figure: `commands not answered once, of ${commands.sent}`,
      unit: '',
      ours: commands.sent - commands.answered + commands.again + commands.failed.length,
      goal: '0',
      isMet: commands.answered === commands.sent && commands.again === 0 && commands.failed.length === 0,
      isRequired: true,
      note: `all plugs at once, p50 ${(quantile(commands.took, 0.5) / 1000).toFixed(0)} ms until the answer${commands.failed.length > 0 ? `; failed: ${[...new Set(commands.failed)].slice(0, 3).join(', ')}` : ''}`,
    },
    printed(`CPU of both edges per report → broker, ${BUSY}/s`, 'µs', of('busy', 'cpuUs')),
    printed(`latency report → subscriber at ${QUIET}/s, p50`, 'ms', of('latency', 'p50'), 1_000),
    printed(`latency report → subscriber at ${QUIET}/s, p99`, 'ms', of('latency', 'p99'), 1_000),
    printed('highest rate with ≥ 99.9 % delivered to the subscribers', '/s', highest),
    printed('memory of an edge (resident)', 'MB', memory('rss'), 2 ** 20),
    printed('memory of an edge (heap after collection)', 'MB', memory('heap'), 2 ** 20),
  ];
}
