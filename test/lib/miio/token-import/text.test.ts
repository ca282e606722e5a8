/** Devices in texts: logs that break off, lists of the cloud, settings of the Yeelight app (miio-lan.md §8.2, §8.4). */

import assert from 'node:assert/strict';
import { workedMs } from '../../../support/work';
import { importing, refused } from './rig';
import * as sample from './samples';

const lamp = {
  did: '118130606',
  token: sample.TOKEN,
  longitude: 1.5,
  name: 'Lamp',
  pid: '0',
  localip: '192.168.2.172',
  mac: 'AA:BB:CC:00:11:22',
  ssid: 'Home',
  parent_id: '',
  model: 'yeelink.light.lamp4',
};
const imported = {
  did: '118130606',
  name: 'Lamp',
  host: '192.168.2.172',
  mac: 'AA:BB:CC:00:11:22',
  model: 'yeelink.light.lamp4',
  token: sample.TOKEN,
};

async function found(text: string): Promise<readonly (readonly [string, string])[]> {
  const { source, devices } = await importing(text);
  assert.equal(source, 'text');
  return devices.map(({ did, name }) => [did, name] as const);
}

describe('the import of a log', () => {
  it('finds the list of devices in it', async () => {
    const log = `2021-05-01 11:59:00.000 1 I x: {"a":1} started "quoted\n${sample.logLine([lamp])}\n2021-05-01 12:01:00.000 bye {`;
    assert.deepEqual(await importing(log), { source: 'text', devices: [imported], skipped: [] });
  });

  it('takes what came before a line breaks off', async () => {
    const line = sample.logLine([lamp, { ...lamp, did: '2', name: 'Second' }, { ...lamp, did: '3', name: 'Third' }]);
    const cuts = Array.from({ length: Math.floor(line.length / 3) }, (_, index) => line.slice(0, 3 * index));
    const second = line.indexOf('"did":"2"');
    for (const cut of cuts) {
      if (cut.length < line.indexOf('longitude') - 2) continue;
      const dids = (await found(cut)).map(([did]) => did);
      assert.equal(dids[0], '118130606');
      if (cut.length < second) assert.equal(dids.length, 1);
      for (const did of dids) assert.ok(['118130606', '2', '3'].includes(did), cut);
    }
  });

  it('takes no half of a value', async () => {
    const line = `x {"token":"${sample.TOKEN}","name":"Lamp","did":"118130606"`;
    assert.deepEqual(await found(line), [['118130606', 'Lamp']]);
    await refused(line.slice(0, -3), /No device was found/);
    await refused(`${line.slice(0, -3)}\n06"}`, /No device was found/);
  });

  it('does not mix a broken line with the next', async () => {
    const half = sample.logLine([{ did: '1', name: 'Half' }]).replace(/"name".*/, '"name":"Ha');
    const open = sample.logLine([{ did: '2' }]).replace(/\}\]\}\}$/, '');
    const next = '2021-05-01 12:00:01 I x: "token":"99999999999999999999999999999999" {"token":"88888888888888888888888888888888"}';
    assert.deepEqual(await found([half, open, next, sample.logLine([lamp])].join('\n')), [['118130606', 'Lamp']]);
  });

  it('lets the last occurrence win, and keeps what only the first one knew', async () => {
    const older = sample.logLine([{ ...lamp, token: '1'.repeat(32), localip: '192.168.2.1', name: 'Old' }]);
    const { devices } = await importing(
      `${older}\r\n${sample.logLine([{ did: lamp.did, token: sample.TOKEN, localip: '192.168.2.172', name: '' }])}`,
    );
    assert.deepEqual(devices, [{ ...imported, name: 'Old' }]);
  });

  it('reads lists that stand in a text of JSON', async () => {
    const nested = JSON.stringify({ at: 1, data: JSON.stringify({ result: { list: [lamp] } }) });
    for (const text of [nested, nested.slice(0, -20), JSON.stringify({ list: [lamp] }).replaceAll('"', '\\"')]) {
      assert.deepEqual(await found(`2021-05-01 12:00:00 x=${text}`), [['118130606', 'Lamp']]);
    }
  });

  it('leaves out devices without a token, or on another radio', async () => {
    const { devices, skipped } = await importing(
      sample.logLine([
        { did: '1', token: '', name: 'No token' },
        { did: 'blt.3.abc', token: '0123456789abcdef01234567', name: 'Button' },
        { did: '4', token: sample.TOKEN, name: 'Mesh', pid: '16' },
        { did: '5', siid: 2, piid: 1, value: true },
        lamp,
      ]),
    );
    assert.equal(devices.length, 1);
    assert.deepEqual(
      skipped.map(({ name }) => name),
      ['No token', 'Button', 'Mesh'],
    );
  });

  it('takes its time in proportion to its length', async () => {
    const pieces = ['{', '"', '\\', '{"did":', '\n', '[{', '"a":"', '\\"did\\"', '{"', '-1', '\n{'];
    for (const piece of pieces) {
      const started = workedMs();
      await refused(piece.repeat(Math.floor(2_000_000 / piece.length)), /No device was found/);
      assert.ok(workedMs() - started < 5000, `${JSON.stringify(piece)}: ${workedMs() - started} ms`);
    }
  }).timeout(60_000);
});

describe('the import of a list', () => {
  it('reads JSON, in one line or many, with numbers and escapes', async () => {
    const list = {
      code: 0,
      result: {
        list: [{ ...lamp, did: 118130606, name: 'L\u00e4mp \u{1f4a1} "x"', extra: { did: 'no', list: [1, 2.5, -3, null, true] } }],
      },
    };
    for (const indent of [0, 2]) {
      const ascii = JSON.stringify(list, null, indent).replaceAll(
        /[\u0080-\uffff]/g,
        (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
      );
      for (const text of [JSON.stringify(list, null, indent), ascii, `\ufeff\n${ascii}`]) {
        assert.deepEqual(await importing(text), { source: 'text', devices: [{ ...imported, name: 'Lämp 💡 "x"' }], skipped: [] });
      }
    }
  });

  it('keeps dids that a number cannot hold', async () => {
    assert.deepEqual(await found(`[{"did":12345678901234567890,"token":"${sample.TOKEN}"}]`), [['12345678901234567890', '']]);
  });

  it('reads what other programs print as JSON', async () => {
    const list = [
      {
        server: 'de',
        homes: [
          { devices: [{ name: 'Lamp', did: '118130606', mac: lamp.mac, localip: lamp.localip, token: sample.TOKEN, model: lamp.model }] },
        ],
      },
    ];
    assert.deepEqual((await importing(JSON.stringify(list, null, 4))).devices, [imported]);
  });

  it('reads UTF-16, as Windows saves', async () => {
    const little = Buffer.from(`\ufeff${sample.logLine([lamp])}`, 'utf16le');
    assert.deepEqual((await importing(little)).devices, [imported]);
    assert.deepEqual((await importing(Buffer.from(little).swap16())).devices, [imported]);
  });

  it('is not fooled by names of objects', async () => {
    await refused('{"__proto__":{"did":"1","x":"y"},"constructor":{"token":"z"}}', /No device/);
    assert.deepEqual(await found(`{"__proto__":"x","did":"7","token":"${sample.TOKEN}","constructor":"y"}`), [['7', '']]);
  });

  it('says what it would read, where it finds nothing', async () => {
    for (const text of ['hello', '{}', '[]', '{"did":"1"}', sample.TOKEN, `Lamp, 192.168.1.2, ${sample.TOKEN}`])
      await refused(text, /"did" and "token"/);
    await refused('', /empty/);
    await refused(Buffer.from('504b030414000000', 'hex'), /ZIP/);
    await refused(Buffer.from('1f8b0800', 'hex'), /gzip/);
    await refused(Buffer.from('62706c6973743030', 'hex'), /_mihome\.sqlite/);
    await refused(Buffer.from([1, 0, 2, 0]), /no kind that can be read/);
    await refused('x'.repeat(2000), /larger than 1 kB/, { limits: { textBytes: 1024 } });
  });
});

describe('the import of the Yeelight app’s settings', () => {
  it('reads the list of devices', async () => {
    const xml = sample.yeelightXml([
      { localip: '192.168.1.7', mac: 'AA:BB:CC:00:11:22', model: 'yeelink.light.lamp4', name: `Bed & <b>'s`, token: sample.TOKEN },
      { localip: '192.168.1.8', mac: 'AA:BB:CC:00:11:23', model: 'yeelink.light.lamp4', name: 'No token', token: '' },
    ]);
    const { source, devices, skipped } = await importing(xml);
    assert.equal(source, 'yeelight');
    assert.deepEqual(devices, [
      { did: '', name: `Bed & <b>'s`, host: '192.168.1.7', mac: 'AA:BB:CC:00:11:22', model: 'yeelink.light.lamp4', token: sample.TOKEN },
    ]);
    assert.equal(skipped[0]?.name, 'No token');
  });

  it('refuses document types and entities', async () => {
    const xml = sample.yeelightXml([{ name: 'x', token: sample.TOKEN }]);
    await refused(xml.replace('<map>', '<!DOCTYPE map [<!ENTITY a "b">]><map>'), /document type/);
    await refused(xml.replace('<map>', '<!ENTITY a SYSTEM "file:///etc/passwd"><map>'), /document type/);
  });

  it('leaves entities that it does not know as they are', async () => {
    const xml = sample.yeelightXml([{ name: 'NAME', token: sample.TOKEN }]);
    const names = ['&a;', '&toString;', '&#99999999;', '&#x110000;'];
    for (const name of names) assert.equal((await importing(xml.replace('NAME', name))).devices[0]?.name, name);
  });

  it('tells a file that was cut short from another one', async () => {
    const xml = sample.yeelightXml([{ name: 'x', token: sample.TOKEN }]);
    await refused(xml.slice(0, xml.indexOf('</set>')), /cut short/);
    await refused(`<?xml version="1.0"?><map/>`, /deviceList/);
    await refused(sample.yeelightXml([]), /list of the Yeelight app is empty/);
  });

  it('passes over what is no device', async () => {
    const xml = sample
      .yeelightXml([{ name: 'x', token: sample.TOKEN }, []])
      .replace('</set>', '<string>{broken</string><string>null</string></set>');
    assert.equal((await importing(xml)).devices.length, 1);
  });
});
