import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type CloudConfig, type PretendCloud, startPretendCloud } from '../../../../lib/simulator';
import { type Certificates, certificates } from '../../../support/certificates';
import { until } from '../../../support/wait';
import { CloudBench, clientId, deviceId, lamp } from './bench';
import { listen } from './mqtt-client';

describe('the pretend cloud over TLS', () => {
  let made: Certificates;
  let folder: string;
  const running: PretendCloud[] = [];

  before(async () => {
    made = await certificates();
    folder = await mkdtemp(path.join(tmpdir(), 'lumiot-cloud-'));
  });
  after(async () => {
    await made.remove();
    await rm(folder, { recursive: true });
  });
  afterEach(() => Promise.all(running.splice(0).map((cloud) => cloud.close())));

  const start = async (tls: CloudConfig['tls']): Promise<PretendCloud> => {
    const cloud = await startPretendCloud({ tls });
    running.push(cloud);
    return cloud;
  };
  const instances = (cloud: PretendCloud, ca?: string): Promise<number> =>
    new Promise((resolve, reject) => {
      get(`${cloud.addresses.http}/miot-spec-v2/instances`, { ca, agent: false }, (answer) => {
        answer.resume();
        resolve(answer.statusCode ?? 0);
      }).on('error', reject);
    });

  it('serves HTTPS with the certificate given, to those who know its authority', async () => {
    const cloud = await start({ cert: made.cert, key: made.key });
    assert.match(cloud.addresses.http, /^https:\/\/127\.0\.0\.1:\d+$/);
    assert.match(cloud.addresses.mqtt, /^mqtts:\/\/127\.0\.0\.1:\d+$/);
    assert.equal(await instances(cloud, made.ca), 200);
    await assert.rejects(instances(cloud));
    assert.equal(await instances(cloud, made.ca), 200);
  });

  it('reads certificates from files', async () => {
    const cert = path.join(folder, 'cert.pem');
    const key = path.join(folder, 'key.pem');
    await writeFile(cert, made.cert);
    await writeFile(key, made.key);
    assert.equal(await instances(await start({ cert, key }), made.ca), 200);
    const lost = { cert: path.join(folder, 'nowhere.pem'), key };
    await assert.rejects(start(lost), { code: 'BAD_INPUT', message: /"tls\.cert" is neither PEM text nor the path of a file/ });
  });

  it('lets nobody know a wrong host', async () => {
    await assert.rejects(instances(await start(made.elsewhere), made.ca), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
  });

  it('serves MQTT over TLS, to those who know its authority', async () => {
    const bench = await CloudBench.open({ tls: { cert: made.cert, key: made.key } });
    const code = new URL(await bench.cloud.approve(bench.authorizeUrl())).searchParams.get('code');
    assert.notEqual(code, null);
    await assert.rejects(listen(bench, 'x', { ca: made.ca }), { code: 0x86 });
    await assert.rejects(listen(bench, 'x'), (error: NodeJS.ErrnoException) => /CERT|SIGNED|ISSUER|VERIFY/.test(String(error.code)));
    await bench.close();
  });
});

describe('the broker of the pretend cloud, as Mosquitto sees it', function () {
  this.timeout(10_000);

  it('pushes to mosquitto_sub', async function () {
    if (spawnSync('mosquitto_sub', ['--help']).error !== undefined) this.skip();
    const bench = await CloudBench.open();
    const { access } = await bench.signIn();
    const port = new URL(bench.cloud.addresses.mqtt).port;
    const topic = `device/${lamp.did}/up/properties_changed/#`;
    const login = ['-h', '127.0.0.1', '-p', port, '-V', 'mqttv5', '-i', deviceId, '-u', clientId, '-P', access];
    const child = execFile('mosquitto_sub', [...login, '-q', '1', '-t', topic, '-C', '1', '-v']);
    const output: string[] = [];
    child.stdout?.on('data', (text: string) => output.push(text));
    await until(() => bench.cloud.filters().includes(topic), 'the subscription');
    bench.cloud.change(lamp.did, 2, 1, true);
    const [code] = (await once(child, 'exit')) as [number];
    assert.equal(code, 0);
    assert.match(output.join(''), /^device\/68332340\/up\/properties_changed\/2\/1 \{"id":1,"method":"properties_changed"/);
    await bench.close();
  });
});
