/** What the pretend cloud's tests share: a bare HTTP client and a sign-in, written from miot-cloud.md alone. */

import { type IncomingHttpHeaders, request } from 'node:http';
import { type CloudConfig, type CloudOptions, type PretendCloud, startPretendCloud } from '../../../../lib/simulator';

export const clientId = '1234567890123456789';
export const redirectUrl = 'http://homeassistant.local:8123/api/webhook/123';
export const deviceId = 'ha.0123456789abcdef0123456789abcdef';

export type Json = Record<string, unknown>;

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: Json;
}

export interface Tokens {
  readonly access: string;
  readonly refresh: string;
}

export const lamp = { did: '68332340', model: 'lumiot.light.lamp1', name: 'Lamp', room: 'Hall' } as const;

/** A cloud that runs, and a client that knows nothing of its insides. */
export class CloudBench {
  readonly cloud: PretendCloud;
  readonly log: string[];

  private constructor(cloud: PretendCloud, log: string[]) {
    this.cloud = cloud;
    this.log = log;
  }

  static async open(config: CloudConfig = {}, options: CloudOptions = {}): Promise<CloudBench> {
    const log: string[] = [];
    const cloud = await startPretendCloud(
      { clientId, redirectUrl, devices: [lamp], ...config },
      { log: (line) => log.push(line), ...options },
    );
    return new CloudBench(cloud, log);
  }

  /** A client of a cloud that runs already. */
  static around(cloud: PretendCloud): CloudBench {
    return new CloudBench(cloud, []);
  }

  close(): Promise<void> {
    return this.cloud.close();
  }

  send(method: string, path: string, headers: Record<string, string> = {}, body = ''): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const asking = request(`${this.cloud.addresses.http}${path}`, { method, headers, agent: false }, (answer) => {
        const chunks: Buffer[] = [];
        answer.on('data', (chunk: Buffer) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text, json: parse(text) });
        });
      });
      asking.on('error', reject);
      asking.end(body);
    });
  }

  authorizeUrl(fields: Record<string, string> = {}): string {
    const query = { client_id: clientId, redirect_uri: redirectUrl, response_type: 'code', device_id: deviceId, state: 'abc', ...fields };
    return `${this.cloud.addresses.http}/oauth2/authorize?${new URLSearchParams(query).toString()}`;
  }

  async code(fields: Record<string, string> = {}): Promise<string> {
    return new URL(await this.cloud.approve(this.authorizeUrl(fields))).searchParams.get('code') ?? '';
  }

  /** `data` as it stands: what JSON makes of numbers must not matter. */
  token(data: string): Promise<Answer> {
    return this.send('GET', `/app/v2/ha/oauth/get_token?data=${encodeURIComponent(data)}`, {
      'content-type': 'application/x-www-form-urlencoded',
    });
  }

  exchange(code: string, device = deviceId, redirect = redirectUrl): Promise<Answer> {
    return this.token(`{"client_id":${clientId},"redirect_uri":"${redirect}","code":"${code}","device_id":"${device}"}`);
  }

  refresh(token: string, redirect = redirectUrl): Promise<Answer> {
    return this.token(`{"client_id":${clientId},"redirect_uri":"${redirect}","refresh_token":"${token}"}`);
  }

  async signIn(device = deviceId): Promise<Tokens> {
    return tokensOf(await this.exchange(await this.code({ device_id: device }), device));
  }

  api(path: string, body: unknown, token: string, headers: Record<string, string> = {}): Promise<Answer> {
    const usual = {
      'content-type': 'application/json',
      authorization: `Bearer${token}`,
      'x-client-appid': clientId,
      'x-client-bizid': 'haapi',
    };
    return this.send('POST', path, { ...usual, ...headers }, JSON.stringify(body));
  }
}

export function tokensOf({ json }: Answer): Tokens {
  const { access_token: access, refresh_token: refresh } = json.result as Json;
  return { access: String(access), refresh: String(refresh) };
}

/** The inner code of a refusal (miot-cloud.md §1.4); undefined for a success. */
export function innerOf({ json }: Answer): unknown {
  return (json.result as Json | null)?.error;
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return {};
  }
}
