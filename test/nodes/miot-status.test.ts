/** What stands under the nodes of an account: always how it is now, whatever came first. */

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { CloudBench, cloudDevices, LAMP, pause, VACUUM } from './cloud-bench';
import { type FlowNode, until } from './support';

const input = (more: Record<string, unknown> = {}): FlowNode => ({ id: 'n', type: 'miot-in', device: LAMP, what: 'property', ...more });
const offline = cloudDevices.map((device) => (device.did === LAMP ? { ...device, online: false } : device));

describe('under a miot node stands', () => {
  let bench: CloudBench;
  afterEach(() => bench.close());
  const open = async (place: Parameters<typeof CloudBench.open>[0] = {}): Promise<void> => {
    bench = await CloudBench.open(place);
  };
  const texts = (id = 'n'): unknown[] => bench.stage.statuses(id).map((status) => status?.text);

  it('that there is no such device, also where the sign-in came after the start', async () => {
    await open();
    await bench.start(input({ device: '999' }));
    await bench.shows('status.no-device', 'red');
  });

  it('that the device cannot be reached, also where the sign-in came after the start', async () => {
    await open({ cloud: { devices: offline } });
    await bench.start(input());
    await bench.shows('status.device-offline', 'red');
  });

  it('nothing of a missing device before the list is known', async () => {
    await open();
    await bench.start(input());
    await bench.pushed(LAMP);
    await bench.known(LAMP, 'light:on');
    assert.equal(texts().includes('status.no-device'), false, texts().join());
  });

  it('that there is no such device, once an outage at the start is over', async () => {
    await open();
    await bench.load([input({ device: '999' })]);
    bench.cloud.fault({ fault: 'status-500', on: 'api' });
    const { url } = (await bench.ok('post', 'sign-in')) as { url: string };
    await bench.stage.post('/lumiot/accounts/account/paste', { address: await bench.cloud.approve(url) });
    await until(
      () => bench.account.state.error !== undefined,
      'the cloud is away',
      () => bench.stage.clock.skip(500),
    );
    bench.cloud.fault({ fault: 'clear' });
    await bench.stage.clock.skip(301_000);
    await bench.shows('status.no-device', 'red');
  });

  it('that the device left the account, and its value when it is back', async () => {
    await open();
    const front = await frontOf(bench.cloud.addresses.http);
    try {
      await bench.load([input({ property: 'light:brightness' })], { apiHost: front.url });
      await bench.signIn();
      await bench.pushed(LAMP);
      await bench.shows('40 %', 'green');
      const minutes = async (): Promise<void> => {
        await bench.stage.clock.skip(120_000);
        await pause(20);
      };
      front.hide(LAMP);
      await until(() => bench.account.device(LAMP) === undefined, 'it is not listed', minutes);
      await bench.shows('status.no-device', 'red');
      front.hide('');
      await until(() => bench.account.device(LAMP) !== undefined, 'it is listed', minutes);
      await bench.shows('40 %', 'green');
    } finally {
      await front.close();
    }
  });

  it('a request for the list no more often because of a device that is missing', async () => {
    await open();
    await bench.start(input({ device: '999' }));
    await bench.shows('status.no-device', 'red');
    const lists = (): number => bench.cloud.requests().filter(({ url }) => url.includes('gethome')).length;
    const before = lists();
    for (let count = 0; count < 20; count++) {
      bench.cloud.fault({ fault: 'broker-kick' });
      await bench.stage.clock.skip(10_000);
      await pause(10);
    }
    assert.ok(lists() - before <= 4, `${lists() - before} lists`);
  });

  it('that it is being read how the account stands, and never that nobody signed in', async () => {
    await open();
    await bench.start(input());
    await bench.restart([]);
    const before = bench.stage.statuses('n').length;
    await bench.restart([input({ property: 'light:brightness' })]);
    await bench.shows('40 %', 'green');
    assert.equal(texts().slice(before).includes('status.signed-out'), false, texts().slice(before).join());
  });

  it('what an action was, where it gives nothing back', async () => {
    await open();
    await bench.start({ id: 'n', type: 'miot-action', device: VACUUM, action: 'vacuum:start-sweep' });
    await bench.answer('');
    await bench.shows('vacuum:start-sweep', 'green');
  });

  it('several values with their units', async () => {
    await open();
    await bench.start({ id: 'n', type: 'miot-get', device: LAMP, properties: ['light:on', 'light:brightness'] });
    await bench.answer('');
    await bench.shows('light:on: ○ · 40 %', 'green');
  });
});

/** A server before the pretend cloud, which leaves a device out of its list. */
async function frontOf(origin: string): Promise<{ readonly url: string; hide(did: string): void; close(): Promise<void> }> {
  let hidden = '';
  const server = createServer((request, response) => {
    const forward = async (): Promise<void> => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const { host: _host, connection: _connection, 'content-length': _length, 'accept-encoding': _encoding, ...headers } = request.headers;
      const answer = await fetch(`${origin}${request.url}`, {
        method: String(request.method),
        headers: headers as Record<string, string>,
        ...(chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }),
      });
      const text = await answer.text();
      response.writeHead(answer.status, { 'content-type': 'application/json' });
      response.end(text.includes('"next_start_did"') ? withoutDevice(text, hidden) : text);
    };
    forward().catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    hide: (did) => {
      hidden = did;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function withoutDevice(text: string, did: string): string {
  const body = JSON.parse(text) as { result: { list: { did: string }[] } };
  body.result.list = body.result.list.filter((device) => device.did !== did);
  return JSON.stringify(body);
}
