/** HTTP for the cloud: what comes back, what is refused, and what an error may say. */

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createTcpServer, type Server as TcpServer } from 'node:net';
import { dirname, join } from 'node:path';
import { inspect } from 'node:util';
import type { LumiotError } from '../../../lib/home/errors';
import { createHttp, type HttpRequest, TransportError } from '../../../lib/miot/http';
import { type Certificates, certificates } from '../../support/certificates';

const SECRET = 'R3_planted-refresh-token';

describe('HTTP for the cloud', () => {
  const open: (Server | TcpServer)[] = [];

  afterEach(async () => {
    for (const server of open.splice(0)) {
      if ('closeAllConnections' in server) server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function serve(listener: RequestListener): Promise<string> {
    const server = createServer(listener);
    open.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  const get = (url: string, more: Partial<HttpRequest> = {}): HttpRequest => ({ method: 'GET', url, timeoutMs: 2_000, ...more });

  it('gives every status as a reply, without following where it leads', async () => {
    const base = await serve((request, response) => {
      response.writeHead(request.url === '/elsewhere' ? 302 : 503, { location: '/x', 'Retry-After': '7' }).end('busy');
    });
    const reply = await createHttp().send(get(base));
    assert.deepEqual([reply.status, reply.text, reply.headers['retry-after']], [503, 'busy', '7']);
    assert.equal((await createHttp().send(get(`${base}/elsewhere`))).status, 302);
  });

  it('sends method, headers and body as they are', async () => {
    let seen = '';
    const base = await serve(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
      seen = `${request.method} ${request.headers.authorization} ${Buffer.concat(chunks).toString()}`;
      response.end('{}');
    });
    await createHttp().send({ method: 'POST', url: base, headers: { authorization: 'BearerX' }, body: '{"a":1}', timeoutMs: 2_000 });
    assert.equal(seen, 'POST BearerX {"a":1}');
  });

  it('knows that a refused connection carried nothing', async () => {
    const base = await serve(() => {});
    const [gone] = open.splice(0);
    await new Promise((resolve) => gone?.close(resolve));
    await assert.rejects(createHttp().send(get(base)), (error) => error instanceof TransportError && !error.mayHaveArrived);
  });

  it('knows that a lost answer may have been acted on', async () => {
    const base = await serve((request) => request.socket.destroy());
    await assert.rejects(createHttp().send(get(base)), (error) => error instanceof TransportError && error.mayHaveArrived);
  });

  it('gives up on a server that never answers', async () => {
    const base = await serve(() => {});
    await assert.rejects(
      createHttp().send(get(base, { timeoutMs: 200 })),
      (error) => error instanceof TransportError && error.mayHaveArrived,
    );
  });

  it('refuses an answer without end', async () => {
    const base = await serve((_request, response) => {
      const pour = (): void => {
        if (!response.destroyed) response.write(Buffer.alloc(65_536), () => setImmediate(pour));
      };
      pour();
    });
    await assert.rejects(createHttp({ mostBytes: 200_000 }).send(get(base)), /more than 200000 bytes/);
  });

  it('never tells the query, in which the tokens stand', async () => {
    const base = await serve((request) => request.socket.destroy());
    const data = encodeURIComponent(JSON.stringify({ refresh_token: SECRET }));
    await assert.rejects(createHttp().send(get(`${base}/get_token?data=${data}`)), (error) => {
      const seen = [(error as Error).message, (error as Error).stack, JSON.stringify(error), String((error as Error).cause)].join();
      return !seen.includes(SECRET) && !seen.includes('data=');
    });
  });

  it('hands on no error that still holds the request, and hides what an error repeats', async () => {
    const base = await serve((request) => request.socket.destroy());
    const error = await createHttp()
      .send(get(`${base}/get_token?data=${SECRET}`))
      .catch((thrown: unknown) => thrown);
    assert.equal((error as Error).cause, undefined);
    assert.doesNotMatch(inspect(error, { depth: 8, showHidden: true }), /planted/);
    // A name that does not resolve is repeated by the resolver.
    const unknown = await createHttp({ env: {} })
      .send(get('http://token=planted-name.localhost:1/'))
      .catch((thrown: unknown) => thrown);
    assert.ok(unknown instanceof TransportError);
    assert.doesNotMatch(unknown.message, /planted/);
  });

  it('F22: goes through the proxy of the host, except where it is told not to', async () => {
    const base = await serve((_request, response) => response.end('here'));
    const asked: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      asked.push(request.url ?? '');
      const [host, port] = (request.url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        socket.pipe(onward).pipe(socket);
      });
      for (const end of [socket, onward]) end.on('error', () => {});
    });
    open.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const proxyUrl = `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    assert.equal((await createHttp({ env: { http_proxy: proxyUrl } }).send(get(base))).text, 'here');
    assert.deepEqual(asked, [new URL(base).host]);
    await createHttp({ env: { http_proxy: proxyUrl, no_proxy: '127.0.0.1' } }).send(get(base));
    assert.equal(asked.length, 1);
  });

  it('F22: an HTTPS request asks the proxy for a tunnel', async () => {
    const lines: string[] = [];
    const proxy = createTcpServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', (chunk) => {
        lines.push(chunk.toString().split('\r\n')[0] ?? '');
        socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      });
    });
    open.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const address = `127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await assert.rejects(
      createHttp({ env: { HTTPS_PROXY: address } }).send(get('https://127.0.0.1:1/x')),
      (error: Error) => error instanceof TransportError && !error.mayHaveArrived && /proxy refuses to connect.*502/.test(error.message),
    );
    assert.deepEqual(lines, ['CONNECT 127.0.0.1:1 HTTP/1.1']);
  });

  it('F22: a proxy that wants a password has carried nothing, and is named', async () => {
    const proxy = createServer().on('connect', (_request, socket) => {
      socket.on('error', () => {});
      socket.end('HTTP/1.1 407 Proxy Authentication Required\r\n\r\n');
    });
    open.push(proxy);
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const http_proxy = `http://someone:planted-word@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
    await assert.rejects(
      createHttp({ env: { http_proxy } }).send(get('http://127.0.0.1:1/x')),
      (error: Error) =>
        error instanceof TransportError &&
        !error.mayHaveArrived &&
        /407.*user name and the password of the proxy/.test(error.message) &&
        !/planted/.test(error.message),
    );
  });

  describe('over TLS', () => {
    let made: Certificates;
    before(async () => {
      made = await certificates();
    });
    after(() => made.remove());

    async function secure({ cert, key }: { cert: string; key: string }): Promise<string> {
      const server = createSecureServer({ cert, key }, (_request, response) => response.end('here'));
      open.push(server);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      return `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    }

    it('F22: trusts the authority that the user names, and nobody else', async () => {
      const base = await secure(made);
      assert.equal((await createHttp({ caFile: made.caFile, env: {} }).send(get(base))).text, 'here');
      await assert.rejects(
        createHttp({ env: {} }).send(get(base)),
        (error: Error) => error instanceof TransportError && !error.mayHaveArrived && /not trusted.*"CA file"/.test(error.message),
      );
    });

    it('F22: knows that a server of another name got nothing', async () => {
      const base = await secure(made.elsewhere);
      await assert.rejects(
        createHttp({ caFile: made.caFile, env: {} }).send(get(base)),
        (error: Error) => error instanceof TransportError && !error.mayHaveArrived && /not trusted/.test(error.message),
      );
    });

    it('F22: refuses a file that holds no certificate, and passes over what stands around one', async () => {
      const base = await secure(made);
      for (const [name, text] of [
        ['empty', ''],
        ['junk', 'not a certificate'],
        ['key', made.key],
        ['cut', made.ca.slice(0, 200)],
        ['garbage', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
      ] as const) {
        const caFile = join(dirname(made.caFile), `${name}.pem`);
        await writeFile(caFile, text);
        await assert.rejects(
          createHttp({ caFile, env: {} }).send(get(base)),
          (error: LumiotError) => error.code === 'MISCONFIGURED' && error.message.includes(caFile),
          name,
        );
      }
      const caFile = join(dirname(made.caFile), 'bundle.pem');
      await writeFile(caFile, `# Authorities of our house\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n${made.ca}`);
      assert.equal((await createHttp({ caFile, env: {} }).send(get(base))).text, 'here');
    });
  });

  it('says so when the certificate file cannot be read', async () => {
    const error = await createHttp({ caFile: '/nonexistent/ca.pem' })
      .send(get('https://127.0.0.1:1/'))
      .catch((thrown: unknown) => thrown);
    assert.equal((error as { code: string }).code, 'MISCONFIGURED');
    assert.match((error as Error).message, /\/nonexistent\/ca\.pem/);
  });
});
