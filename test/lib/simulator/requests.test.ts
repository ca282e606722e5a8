import assert from 'node:assert/strict';
import { seeded } from '../../support/random';
import { Bench, bedroom, hall, password, pause } from './bench';

describe('the lists and reads of a simulated gateway', () => {
  let bench: Bench;

  before(async () => {
    bench = await Bench.open({
      gateways: [
        {
          sid: hall,
          key: password,
          address: '127.0.3.3',
          port: 0,
          devices: [
            { sid: '158d0001a00001', model: 'sensor_ht', fields: { voltage: 3005, temperature: '2275', humidity: '4812' } },
            { sid: '158d0001a00002', model: '', fields: { voltage: 3600, channel_0: 'off' } },
            { sid: '158d0001a00003', model: 'switch', fields: { voltage: 3032 } },
          ],
        },
        {
          sid: bedroom,
          key: password,
          address: '127.0.3.3',
          port: 0,
          protocol: 2,
          model: 'acpartner.v3',
          devices: [{ sid: '158d0002a00001', model: 'weather', fields: { battery_voltage: 2985, temperature: 2130 } }],
        },
        { sid: '34ce00000001', key: password, address: '127.0.3.3', port: 0 },
      ],
    });
  });
  after(() => bench.close());

  it('lists sids and its token, without itself, in protocol 1', async () => {
    const { json } = await bench.ask(hall, { cmd: 'get_id_list' });
    const token = bench.simulator.token(hall);
    assert.match(token, /^[A-Za-z0-9]{16}$/);
    assert.deepEqual(json, { cmd: 'get_id_list_ack', sid: hall, token, data: '["158d0001a00001","158d0001a00002","158d0001a00003"]' });
  });

  it('lists sids with models in protocol 2', async () => {
    const { json } = await bench.ask(bedroom, { cmd: 'discovery' });
    const token = bench.simulator.token(bedroom);
    assert.deepEqual(json, { cmd: 'discovery_rsp', sid: bedroom, token, dev_list: [{ sid: '158d0002a00001', model: 'weather' }] });
  });

  it('lists nothing as an empty list', async () => {
    assert.equal((await bench.ask('34ce00000001', { cmd: 'get_id_list' })).json.data, '[]');
  });

  it('reads raw fields as the home file has them', async () => {
    const { json } = await bench.ask(hall, { cmd: 'read', sid: '158d0001a00001' });
    assert.equal(typeof json.short_id, 'number');
    assert.deepEqual(
      { ...json, short_id: 0 },
      {
        cmd: 'read_ack',
        model: 'sensor_ht',
        sid: '158d0001a00001',
        short_id: 0,
        data: '{"voltage":3005,"temperature":"2275","humidity":"4812"}',
      },
    );
  });

  it('reads one object per field in protocol 2', async () => {
    assert.equal(
      (await bench.ask(bedroom, { cmd: 'read', sid: '158d0002a00001' })).text,
      '{"cmd":"read_rsp","model":"weather","sid":"158d0002a00001","params":[{"battery_voltage":2985},{"temperature":2130}]}',
    );
  });

  it('reads itself with short_id 0', async () => {
    assert.equal(
      (await bench.ask(hall, { cmd: 'read', sid: hall })).text,
      `{"cmd":"read_ack","model":"gateway","sid":"${hall}","short_id":0,"data":"{\\"rgb\\":0,\\"illumination\\":352,\\"proto_version\\":\\"1.1.2\\"}"}`,
    );
  });

  it('keeps the empty model of a device its firmware does not know', async () => {
    assert.equal((await bench.ask(hall, { cmd: 'read', sid: '158d0001a00002' })).json.model, '');
  });

  it('does not echo a click in a read', async () => {
    await bench.simulator.report(hall, '158d0001a00003', { status: 'click' });
    assert.equal((await bench.ask(hall, { cmd: 'read', sid: '158d0001a00003' })).json.data, '{"voltage":3032}');
    assert.equal(bench.simulator.state(hall, '158d0001a00003').status, 'click');
  });

  const refusals: readonly [string, string, unknown, string][] = [
    ['broken JSON', hall, '{"cmd":"read"', '{"cmd":"server_ack","data":"{\\"error\\":\\"Invalid json msg\\"}"}'],
    ['JSON that is no object', hall, '[]', '{"cmd":"server_ack","data":"{\\"error\\":\\"Invalid json msg\\"}"}'],
    ['an unknown command', hall, { cmd: 'sing' }, `{"cmd":"server_ack","sid":"${hall}","data":"{\\"error\\":\\"Unsupported cmd\\"}"}`],
    [
      'the other list, in protocol 1',
      hall,
      { cmd: 'discovery' },
      `{"cmd":"server_ack","sid":"${hall}","data":"{\\"error\\":\\"Unsupported cmd\\"}"}`,
    ],
    ['the other list, in protocol 2', bedroom, { cmd: 'get_id_list' }, '{"cmd":"get_id_list_rsp","params":[{"error":"No sid"}]}'],
    ['a read of a stranger', hall, { cmd: 'read', sid: 'ff' }, '{"cmd":"read_ack","sid":"ff","data":"{\\"error\\":\\"No device\\"}"}'],
    [
      'a read of a stranger, in protocol 2',
      bedroom,
      { cmd: 'read', sid: 'ff' },
      '{"cmd":"read_rsp","sid":"ff","params":[{"error":"No device"}]}',
    ],
  ];
  for (const [what, gateway, request, expected] of refusals)
    it(`answers ${what} with its error`, async () => {
      assert.equal((await bench.ask(gateway, request)).text, expected);
    });

  it('is unmoved by noise', async () => {
    const random = seeded(3);
    const noise = [
      '{"cmd":"write"}',
      '{"cmd":"write","sid":7,"data":7}',
      '{"cmd":"write","params":[[],null,7,{"__proto__":{"key":1}}]}',
      '{"cmd":7}',
      'null',
    ];
    for (let round = 0; round < 200; round += 1) {
      const bytes = Buffer.from(Array.from({ length: Math.floor(random() * 60) }, () => Math.floor(random() * 256)));
      const text = noise[round % noise.length] ?? '';
      const { address, port } = bench.place(round % 2 === 0 ? hall : bedroom);
      bench.asker.socket.send(round % 3 === 0 ? bytes : text, port, address);
    }
    // What the noise was answered with may still be on its way, and comes before the answer that is asked for.
    const answered = async (gateway: string, cmd: string): Promise<unknown[]> => {
      const heard: unknown[] = [];
      for (let tries = 0; tries < 50 && heard.at(-1) !== `${cmd}_ack` && heard.at(-1) !== `${cmd}_rsp`; tries++) {
        await pause(20);
        heard.push((await bench.ask(gateway, { cmd })).json.cmd);
      }
      return heard;
    };
    assert.equal((await answered(hall, 'get_id_list')).at(-1), 'get_id_list_ack');
    assert.equal((await answered(bedroom, 'discovery')).at(-1), 'discovery_rsp');
  });

  it('remembers the last hundred requests', async () => {
    for (let count = 0; count < 101; count += 1) await bench.ask(hall, { cmd: 'read', sid: hall });
    const commands = bench.simulator.commands();
    assert.equal(commands.length, 100);
    assert.equal(commands.at(-1)?.cmd, 'read');
    assert.equal(commands.at(-1)?.gateway, hall);
    assert.match(commands.at(-1)?.from ?? '', /^127\.0\.0\.1:\d+$/);
  });
});
