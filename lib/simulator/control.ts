/** HTTP control of a pretend home on 127.0.0.1: what is, reports and faults on demand, and a page to look at (design: simulator). */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { LumiotError } from '../home/errors';
import { type PretendCloud, parseCloudFault } from './cloud';
import { parseChange, parseEvent, parseOnline } from './cloud/commands';
import { parseFault } from './faults';
import { parseWifiFault } from './miio';
import { page } from './page';
import type { Simulator } from './simulator';
import type { Log } from './sockets';

const ADDRESS = '127.0.0.1';
const MAX_BODY_BYTES = 64 * 1024;
const REPORT = /^\/gateways\/([^/]+)\/devices\/([^/]+)\/report$/;
const FAULTS = /^\/gateways\/([^/]+)\/faults$/;
const CLOUD_DEVICE = /^\/cloud\/devices\/([\w.-]+)\/(change|event|online)$/;
const WIFI_DEVICE = /^\/wifi\/(\d+)\/(faults|properties)$/;
const LOCAL_HOST = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

export interface ControlServer {
  readonly address: string;
  readonly port: number;
  close(): Promise<void>;
}

/** Listens on 127.0.0.1; port 0 is any free one. Rejects with `SOCKET` and a sentence when the port is taken. */
export function openControl(simulator: Simulator, port: number, log: Log): Promise<ControlServer> {
  const server = createServer((request, response) => {
    void respond(simulator, request, response).catch((error: unknown) => log(`Control: ${String(error)}`));
  });
  return new Promise((resolve, reject) => {
    const refuse = (cause: NodeJS.ErrnoException): void => {
      const text = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be opened (${cause.message})`;
      reject(new LumiotError('SOCKET', `TCP ${ADDRESS}:${port} ${text}; choose another "control.port" in the home file.`, { cause }));
    };
    server.once('error', refuse);
    server.listen(port, ADDRESS, () => {
      server.off('error', refuse);
      server.on('error', (error) => log(`Control: ${error.message}`));
      resolve({ address: ADDRESS, port: (server.address() as AddressInfo).port, close: () => closeServer(server) });
    });
  });
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

/** An answer that is not what was asked for. */
class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

async function respond(simulator: Simulator, request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    refuseStrangers(request);
    const path = (request.url ?? '/').split('?')[0] ?? '/';
    if (request.method === 'GET' && path === '/') {
      sendPage(response);
      return;
    }
    send(response, 200, await route(simulator, request, path));
  } catch (error) {
    const status = statusOf(error);
    // What is left of a body too large is not read: the connection ends with the answer.
    if (status === 413) response.setHeader('connection', 'close');
    send(response, status, { error: error instanceof Error ? error.message : String(error) });
  }
}

async function route(simulator: Simulator, request: IncomingMessage, path: string): Promise<unknown> {
  const { method } = request;
  if (path === '/home' && method === 'GET') return { addresses: simulator.addresses, ...simulator.snapshot() };
  const [, gateway, device] = method === 'POST' ? (REPORT.exec(path) ?? []) : [];
  if (gateway !== undefined && device !== undefined) {
    await simulator.report(gateway, device, asFields(await readJson(request)));
    return { ok: true, state: simulator.state(gateway, device) };
  }
  const [, faulty] = method === 'POST' ? (FAULTS.exec(path) ?? []) : [];
  if (faulty !== undefined) {
    simulator.fault(faulty, parseFault(await readJson(request)));
    await simulator.settled();
    return { ok: true };
  }
  const [, did, what] = method === 'POST' ? (CLOUD_DEVICE.exec(path) ?? []) : [];
  if (did !== undefined || (path === '/cloud/faults' && method === 'POST')) {
    const { cloud } = simulator;
    if (cloud === undefined) throw new HttpError(404, 'This home has no cloud; add a "cloud" to the home file.');
    const body = await readJson(request);
    if (did === undefined) {
      cloud.fault(parseCloudFault(body));
      await simulator.settled();
    } else actOn(cloud, did, what, body);
    return { ok: true };
  }
  const [, wifi, part] = method === 'POST' ? (WIFI_DEVICE.exec(path) ?? []) : [];
  if (wifi !== undefined) {
    // A device that is not there is told before a body that is wrong.
    const device = simulator.wifi(wifi);
    const body = await readJson(request);
    if (part === 'faults') await device.fault(parseWifiFault(body));
    else {
      const { siid, piid, value } = parseChange(body);
      device.change(siid, piid, value);
    }
    return { ok: true };
  }
  const known =
    'GET /home, POST /gateways/:sid/devices/:device/report, POST /gateways/:sid/faults, POST /cloud/faults, POST /cloud/devices/:did/{change,event,online} and POST /wifi/:did/{faults,properties}';
  throw new HttpError(404, `There is no ${method} ${path}; use ${known}.`);
}

function actOn(cloud: PretendCloud, did: string, what: string | undefined, body: unknown): void {
  if (what === 'change') {
    const { siid, piid, value } = parseChange(body);
    cloud.change(did, siid, piid, value);
  } else if (what === 'event') {
    const { siid, eiid, arguments: args } = parseEvent(body);
    cloud.event(did, siid, eiid, args);
  } else cloud.online(did, parseOnline(body).online);
}

/** Pages of other sites must not act on the home, whatever name they reach it by. */
function refuseStrangers({ headers }: IncomingMessage): void {
  const isLocal = LOCAL_HOST.test(headers.host ?? '');
  if (!isLocal || (headers.origin !== undefined && headers.origin !== `http://${headers.host}`))
    throw new HttpError(403, 'Open the control by http://127.0.0.1 and its port.');
}

async function readJson(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_BODY_BYTES) throw new HttpError(413, 'The body is larger than 64 kB; send less.');
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    throw new HttpError(400, 'The body is not JSON; send an object such as {"status": "open"}.');
  }
}

function asFields(json: unknown): Record<string, unknown> {
  if (typeof json === 'object' && json !== null && !Array.isArray(json)) return json as Record<string, unknown>;
  throw new HttpError(400, 'A report is an object of raw fields; send one such as {"status": "open"}.');
}

function statusOf(error: unknown): number {
  if (error instanceof HttpError) return error.status;
  if (!(error instanceof LumiotError)) return 500;
  return error.code === 'NO_DEVICE' ? 404 : 400;
}

function send(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' });
  response.end(`${JSON.stringify(body)}\n`);
}

function sendPage(response: ServerResponse): void {
  const policy = "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; connect-src 'self'";
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-security-policy': policy, 'cache-control': 'no-store' });
  response.end(page);
}
