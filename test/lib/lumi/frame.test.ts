import assert from 'node:assert/strict';
import { formatFrame, formatListRequest, formatReadRequest, formatWhois, formatWriteRequest } from '../../../lib/lumi/format';
import { dialectOfVersion, type Frame, isToken, parseFrame, parseText } from '../../../lib/lumi/frame';

function frame(datagram: unknown): Frame {
  const result = parseText(typeof datagram === 'string' ? datagram : JSON.stringify(datagram));
  assert.ok(result.ok, JSON.stringify(result));
  return result.frame;
}

function ofKind<K extends Frame['kind']>(kind: K, datagram: unknown): Extract<Frame, { kind: K }> {
  const one = frame(datagram);
  assert.equal(one.kind, kind);
  return one as Extract<Frame, { kind: K }>;
}

const plain = (fields: object): object => ({ ...fields });

/** lumi-lan.md §2: the datagram, and its kind, sid, model, dialect and fields. */
const examples: readonly [string, Frame['kind'], string, string, 1 | 2 | undefined, object][] = [
  ['{"cmd":"whois"}', 'whois', '', '', undefined, {}],
  [
    '{"cmd":"iam","port":"9898","sid":"34ce0088db0b","model":"gateway","proto_version":"1.1.2","ip":"192.168.132.3"}',
    'iam',
    '34ce0088db0b',
    'gateway',
    1,
    {},
  ],
  ['{"cmd":"iam","ip":"192.168.0.42","port":"9898","model":"gateway"}', 'iam', '', 'gateway', undefined, {}],
  ['{"cmd":"iam","ip":"192.168.0.42","protocal":"UDP","port":"9898","model":"gateway.aq1"}', 'iam', '', 'gateway.aq1', undefined, {}],
  ['{"cmd":"get_id_list"}', 'list-request', '', '', undefined, {}],
  ['{"cmd":"discovery"}', 'list-request', '', '', undefined, {}],
  ['{"cmd":"read","sid":"158d0000123456"}', 'read-request', '158d0000123456', '', undefined, {}],
  [
    '{"cmd":"read_ack","model":"ctrl_neutral2","sid":"158d0000123456","short_id":4343,"data":"{\\"channel_0\\":\\"on\\",\\"channel_1\\":\\"off\\"}"}',
    'read-answer',
    '158d0000123456',
    'ctrl_neutral2',
    1,
    { channel_0: 'on', channel_1: 'off' },
  ],
  [
    '{"cmd":"read_ack","model":"gateway","sid":"34ce0088db0b","short_id":0,"data":"{\\"rgb\\":0,\\"illumination\\":352,\\"proto_version\\":\\"1.1.2\\"}"}',
    'read-answer',
    '34ce0088db0b',
    'gateway',
    1,
    { rgb: 0, illumination: 352, proto_version: '1.1.2' },
  ],
  [
    '{"cmd":"read_rsp","model":"ctrl_neutral2","sid":"158d0000123456","params":[{"channel_0":"on"},{"channel_1":"off"}]}',
    'read-answer',
    '158d0000123456',
    'ctrl_neutral2',
    2,
    { channel_0: 'on', channel_1: 'off' },
  ],
  [
    '{"cmd":"write","model":"ctrl_neutral1","sid":"158d0000123456","short_id":4343,"data":"{\\"channel_0\\":\\"on\\",\\"key\\":\\"3EB43E37C20AFF4C5872CC0D04D81314\\"}"}',
    'write-request',
    '158d0000123456',
    'ctrl_neutral1',
    1,
    { channel_0: 'on', key: '3EB43E37C20AFF4C5872CC0D04D81314' },
  ],
  [
    '{"cmd":"write_ack","model":"ctrl_neutral1","sid":"158d0000123456","short_id":4343,"data":"{\\"channel_0\\":\\"off\\"}"}',
    'write-answer',
    '158d0000123456',
    'ctrl_neutral1',
    1,
    { channel_0: 'off' },
  ],
  [
    '{"cmd":"write","sid":"34ce0088db0b","data":{"mid":10001,"vol":1,"key":"7f8d"}}',
    'write-request',
    '34ce0088db0b',
    '',
    1,
    { mid: 10001, vol: 1, key: '7f8d' },
  ],
  [
    '{"cmd":"write","model":"ctrl_neutral1","sid":"158d0000123456","key":"3EB43E37C20AFF4C5872CC0D04D81314","params":[{"channel_0":"off"}]}',
    'write-request',
    '158d0000123456',
    'ctrl_neutral1',
    2,
    { channel_0: 'off' },
  ],
  [
    '{"cmd":"write_rsp","model":"ctrl_neutral1","sid":"158d0000123456","params":[{"channel_0":"on"}]}',
    'write-answer',
    '158d0000123456',
    'ctrl_neutral1',
    2,
    { channel_0: 'on' },
  ],
  [
    '{"cmd":"report","model":"magnet","sid":"158d000065a271","short_id":9184,"data":"{\\"status\\":\\"open\\"}"}',
    'report',
    '158d000065a271',
    'magnet',
    1,
    { status: 'open' },
  ],
  [
    '{"cmd":"heartbeat","model":"magnet","sid":"158d000065a271","short_id":25719,"data":"{\\"status\\":\\"open\\"}"}',
    'heartbeat',
    '158d000065a271',
    'magnet',
    1,
    { status: 'open' },
  ],
  [
    '{"cmd":"heartbeat","model":"gateway","sid":"34ce0088db0b","short_id":"0","token":"LSWByhjQ4jzYHu74","data":"{\\"ip\\":\\"192.168.132.3\\"}"}',
    'heartbeat',
    '34ce0088db0b',
    'gateway',
    1,
    { ip: '192.168.132.3' },
  ],
  [
    '{"cmd":"report","model":"sensor_magnet.aq2","sid":"158d000112d543","params":[{"window_status":"open"}]}',
    'report',
    '158d000112d543',
    'sensor_magnet.aq2',
    2,
    { window_status: 'open' },
  ],
  [
    '{"cmd":"heartbeat","model":"acpartner.v3","sid":"7811dcb2a7d9","token":"nZMYm8LUp0SwNAcc","params":[{"ip":"192.168.50.99"}]}',
    'heartbeat',
    '7811dcb2a7d9',
    'acpartner.v3',
    2,
    { ip: '192.168.50.99' },
  ],
  ['{"cmd":"server_ack","data":"{\\"error\\":\\"Invalid json msg\\"}"}', 'server-error', '', '', 1, { error: 'Invalid json msg' }],
];

describe('a datagram', () => {
  for (const [text, kind, sid, model, dialect, fields] of examples) {
    it(`is read: ${text.slice(0, 100)}`, () => {
      const one = frame(text);
      assert.deepEqual([one.kind, one.sid, one.model, one.dialect, plain(one.fields)], [kind, sid, model, dialect, fields]);
      assert.deepEqual(one.raw, JSON.parse(text));
    });
  }

  it('of an iam tells where the gateway is', () => {
    const { ip, port, protoVersion } = ofKind('iam', examples[1]?.[0]);
    assert.deepEqual([ip, port, protoVersion], ['192.168.132.3', 9898, '1.1.2']);
  });

  for (const port of ['0', '65536', 'x', '', null, -1, 1.5, undefined])
    it(`of an iam with the port ${JSON.stringify(port)} has the standard port`, () =>
      assert.equal(ofKind('iam', { cmd: 'iam', port }).port, 9898));

  it('of an iam takes another port as text or number', () => {
    assert.equal(ofKind('iam', { cmd: 'iam', port: '19898' }).port, 19_898);
    assert.equal(ofKind('iam', { cmd: 'iam', port: 19_898 }).port, 19_898);
  });

  it('of a list in dialect 1 names sids, and brings a token', () => {
    const list = ofKind(
      'list',
      '{"cmd":"get_id_list_ack","sid":"1022780","token":"1234567890abcdef","data":"[\\"158d01\\",\\"158d02\\"]"}',
    );
    assert.deepEqual(
      list.devices.map(({ sid, wireSid, model }) => [sid, wireSid, model]),
      [
        ['000000158d01', '158d01', ''],
        ['000000158d02', '158d02', ''],
      ],
    );
    assert.equal(list.token, '1234567890abcdef');
    assert.equal(list.isWhole, true);
  });

  it('of a list in dialect 2 names models too', () => {
    const list = ofKind('list', {
      cmd: 'discovery_rsp',
      sid: '158d323123c9d9',
      token: 'TahkC7dalbIhXG22',
      dev_list: [
        { sid: '158d0001a2b3c4', model: 'plug' },
        { sid: '158d0001a2b3c5', model: 'lumi.sensor_switch.aq2' },
        { sid: '158d0001a2b3c4', model: 'twice' },
        { model: 'nameless' },
      ],
    });
    assert.deepEqual(
      list.devices.map(({ sid, model }) => [sid, model]),
      [
        ['158d0001a2b3c4', 'plug'],
        ['158d0001a2b3c5', 'sensor_switch.aq2'],
      ],
    );
  });

  it('of an empty list is a whole list of nothing', () => {
    const list = ofKind('list', '{"cmd":"get_id_list_ack","sid":"1","data":"[]"}');
    assert.deepEqual([list.devices.length, list.isWhole], [0, true]);
  });

  it('of a truncated list names the sids that are whole, and says that others are missing', () => {
    const list = ofKind('list', '{"cmd":"get_id_list_ack","sid":"1","data":"[\\"158d0001a2b3c4\\",\\"158d0001a2b3c5\\",\\"158d0001a2b"}');
    assert.deepEqual(
      list.devices.map(({ sid }) => sid),
      ['158d0001a2b3c4', '158d0001a2b3c5'],
    );
    assert.equal(list.isWhole, false);
  });

  it('of a list that was refused carries the error', () => {
    assert.equal(frame('{"cmd":"get_id_list_rsp","params":[{"error":"No sid"}]}').error, 'No sid');
    assert.equal(frame('{"cmd":"get_id_list_ack","data":"{\\"error\\":\\"No sid\\"}"}').error, 'No sid');
  });

  for (const [name, body] of [
    ['data as text', { data: '{"status":"open","voltage":3000}' }],
    ['data as an object', { data: { status: 'open', voltage: 3000 } }],
    ['data as an array', { data: [{ status: 'open' }, { voltage: 3000 }] }],
    ['data as the text of an array', { data: '[{"status":"open"},{"voltage":3000}]' }],
    ['params as an array', { params: [{ status: 'open' }, { voltage: 3000 }] }],
    ['params as one element', { params: [{ status: 'open', voltage: 3000 }] }],
    ['params as an object', { params: { status: 'open', voltage: 3000 } }],
    ['stray blanks', { ' params ': [{ ' status ': ' open ', 'voltage\t': 3000 }] }],
  ] as const) {
    it(`with ${name} has the same fields`, () => {
      assert.deepEqual(plain(frame({ cmd: 'report', sid: '1', ...body }).fields), { status: 'open', voltage: 3000 });
    });
  }

  it('has trimmed command, sid and model, and keeps the sid as the wire spells it', () => {
    const one = frame({ ' cmd': ' report ', sid: ' 4CF8CAB1234 ', model: ' lumi.plug ' });
    assert.deepEqual([one.kind, one.sid, one.wireSid, one.model], ['report', '04cf8cab1234', '4CF8CAB1234', 'plug']);
  });

  it('with an empty or missing model has the model ""', () => {
    assert.equal(frame({ cmd: 'report', model: '' }).model, '');
    assert.equal(frame({ cmd: 'report' }).model, '');
    assert.equal(frame({ cmd: 'report', model: {} }).model, '');
  });

  it('with a sid as number is read', () => assert.equal(frame({ cmd: 'report', sid: 158 }).wireSid, '158'));

  for (const data of ['', '{', '“status”', 'null', '7', '"text"', 'undefined']) {
    it(`with the data ${JSON.stringify(data)} has no fields`, () => assert.deepEqual(plain(frame({ cmd: 'report', data }).fields), {}));
  }

  it('without data has no fields', () => assert.deepEqual(plain(frame({ cmd: 'report' }).fields), {}));

  it('begins with a byte order mark without harm', () => {
    const result = parseFrame(Buffer.from('\uFEFF{"cmd":"whois"}'));
    assert.ok(result.ok);
    assert.equal(result.frame.kind, 'whois');
  });

  it('of an unknown command passes as unknown', () => assert.equal(frame({ cmd: 'sing' }).kind, 'unknown'));

  for (const cmd of ['__proto__', 'constructor', 'toString', 'hasOwnProperty'])
    it(`with the command ${cmd} is unknown`, () => assert.equal(frame({ cmd }).kind, 'unknown'));

  it('carries __proto__ and constructor as data only', () => {
    const one = frame(
      '{"cmd":"report","sid":"1","data":"{\\"__proto__\\":{\\"polluted\\":1},\\"constructor\\":\\"c\\"}","__proto__":{"sid":"evil"}}',
    );
    assert.equal('toString' in one.fields, false);
    assert.equal('polluted' in one.fields, false);
    assert.equal(one.fields.constructor, 'c');
    assert.deepEqual(Object.keys(one.fields), ['__proto__', 'constructor']);
    assert.equal('polluted' in {}, false);
    assert.equal(one.sid, '000000000001');
  });

  it('takes a number that JSON allows and nobody can count for no reading', () => {
    assert.equal(frame('{"cmd":"report","params":[{"x":1e999}]}').fields.x, null);
  });

  for (const bytes of ['', ' ', '{', '[]', 'null', '7', '"cmd"', '{"sid":"1"}', '{"cmd":7}', '\u0000\u0001', '{"cmd":"report"'])
    it(`of ${JSON.stringify(bytes)} is a value that says what is wrong`, () => {
      const result = parseFrame(Buffer.from(bytes));
      assert.equal(result.ok, false);
      assert.ok(!result.ok && result.reason.length > 0 && result.bytes === bytes.length);
    });

  it('of another sort of bytes is a value too', () => assert.equal(parseFrame(new Uint8Array([255, 254, 0])).ok, false));

  it('nested without end is a value', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    assert.equal(parseText(`{"cmd":"report","data":${deep}}`).ok, true);
  });
});

describe('a token', () => {
  it('has sixteen characters', () => {
    assert.equal(isToken('LSWByhjQ4jzYHu74'), true);
    assert.equal(isToken('7'), false);
    assert.equal(isToken(undefined), false);
  });
});

describe('the dialect of a version', () => {
  for (const [version, dialect] of [
    ['1.0.9', 1],
    ['1.1.2', 1],
    ['2.0.2', 2],
    ['3.0', 2],
    ['0.9', undefined],
    ['x', undefined],
  ] as const)
    it(`${version} is ${dialect}`, () => assert.equal(dialectOfVersion(version), dialect));
});

describe('what we write', () => {
  it('asks who is there, for the list and for a device', () => {
    assert.equal(String(formatWhois()), '{"cmd":"whois"}');
    assert.equal(String(formatListRequest(1)), '{"cmd":"get_id_list"}');
    assert.equal(String(formatListRequest(2)), '{"cmd":"discovery"}');
    assert.equal(String(formatReadRequest('158D')), '{"cmd":"read","sid":"158D"}');
  });

  it('carries the key inside data in dialect 1', () => {
    const bytes = formatWriteRequest({ dialect: 1, wireSid: 's', model: 'plug', key: 'K', values: { status: 'on' } });
    assert.equal(String(bytes), '{"cmd":"write","model":"plug","sid":"s","data":"{\\"status\\":\\"on\\",\\"key\\":\\"K\\"}"}');
  });

  it('carries the key beside params in dialect 2, one value an element', () => {
    const bytes = formatWriteRequest({ dialect: 2, wireSid: 's', model: '', key: 'K', values: { a: 1, b: 'x' } });
    assert.equal(String(bytes), '{"cmd":"write","sid":"s","key":"K","params":[{"a":1},{"b":"x"}]}');
  });

  for (const dialect of [1, 2] as const) {
    for (const cmd of ['report', 'heartbeat', 'read_ack', 'write_ack', 'server_ack']) {
      it(`as ${cmd} of dialect ${dialect} is read back`, () => {
        const wire = dialect === 1 ? cmd : cmd.replace('_ack', '_rsp');
        const fields = { status: 'on', voltage: 3000, __proto__x: 'y' };
        const one = frame(
          String(formatFrame(dialect, { cmd: wire, sid: '158d0001a2b3c4', model: 'plug', shortId: 7, token: 't', fields })),
        );
        assert.deepEqual(
          [one.cmd, one.sid, one.model, one.shortId, one.token, one.dialect],
          [wire, '158d0001a2b3c4', 'plug', 7, 't', dialect],
        );
        assert.deepEqual(plain(one.fields), fields);
      });
    }

    it(`as a list of dialect ${dialect} is read back`, () => {
      const cmd = dialect === 1 ? 'get_id_list_ack' : 'discovery_rsp';
      const list = ofKind(
        'list',
        String(formatFrame(dialect, { cmd, sid: '34ce00fb61a9', devices: [{ sid: '158d0001a2b3c4', model: 'plug' }] })),
      );
      assert.deepEqual(list.devices, [{ sid: '158d0001a2b3c4', wireSid: '158d0001a2b3c4', model: dialect === 1 ? '' : 'plug' }]);
    });

    it(`as an iam of dialect ${dialect} is read back`, () => {
      const extra = { ip: '1.2.3.4', port: '1234', proto_version: `${dialect}.0.2` };
      const iam = ofKind('iam', String(formatFrame(dialect, { cmd: 'iam', sid: '34ce00fb61a9', model: 'gateway', extra })));
      assert.deepEqual([iam.ip, iam.port, iam.protoVersion, iam.dialect], ['1.2.3.4', 1234, `${dialect}.0.2`, dialect]);
    });
  }
});
