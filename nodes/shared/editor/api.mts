/** The package's admin API as the dialogs call it. Addresses are relative, so that an admin root or a proxy path works. */

import type { Family } from '../../../lib/home/device';

export interface HostInterface {
  readonly name: string;
  readonly address: string;
  readonly isInternal: boolean;
}

export interface FoundGateway {
  readonly sid: string;
  readonly model: string;
  readonly address: string;
  readonly port: number;
  readonly protocol: 1 | 2 | null;
}

export interface ApiProblem {
  readonly code: string;
  /** An English sentence. */
  readonly message: string;
  /** What else it takes: 'password'. */
  readonly needs?: string;
}

export interface KnownProperty {
  readonly property: string;
  readonly unit?: string;
  readonly readable: boolean;
  readonly writable: boolean;
  readonly min?: number;
  readonly max?: number;
  readonly values?: readonly string[];
}

export interface KnownDevice {
  readonly id: string;
  readonly name: string;
  readonly model: string;
  readonly hardware: string;
  /** What the catalogue calls it, in English. */
  readonly description: string;
  readonly family: Family;
  readonly room: string;
  readonly online: boolean | null;
  readonly battery: number | null;
  readonly lastSeen: string | null;
  readonly state: Readonly<Record<string, unknown>>;
  readonly channels: number;
  readonly properties: readonly KnownProperty[];
}

export interface KnownGateway {
  readonly id: string;
  readonly sid: string;
  readonly name: string;
  readonly model: string;
  readonly address: string;
  readonly protocol: 1 | 2 | null;
  readonly isReadOnly: boolean;
  /** Seconds left of the pairing window; 0 while it is closed. */
  readonly pairing: number;
  readonly problems: readonly ApiProblem[];
  readonly phase: string;
  readonly error?: ApiProblem;
}

export interface GatewayHome {
  readonly gateway: KnownGateway;
  readonly devices: readonly KnownDevice[];
}

/** What the server pushes while it is watched: the gateway as it is, and the devices that had something new. */
export interface LiveNews extends GatewayHome {
  readonly id: string;
}

export interface Finding {
  readonly check: string;
  /** `null` where it cannot be told. */
  readonly ok: boolean | null;
  readonly detail: string;
  readonly remedy: string;
}

/** What to test a LAN key against: a deployed node, whose key the editor never sees, or what stands in the dialog. */
export type KeyTest = { readonly host: string; readonly interface: string } & (
  | { readonly id: string; readonly sid: string }
  | { readonly sid: string; readonly key: string }
);

/** An answer that is not 2xx, or none at all (`code` 'UNREACHABLE', `status` 0); who may not do it is told 'DENIED'. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly needs: string;

  constructor({ code, message, needs = '' }: ApiProblem, status: number) {
    super(message);
    this.name = 'ApiError';
    this.code = code;
    this.status = status;
    this.needs = needs;
  }
}

export function getInterfaces(): Promise<readonly HostInterface[]> {
  return call('lumiot/interfaces');
}

export async function discover(localAddress: string, host: string): Promise<readonly FoundGateway[]> {
  const { gateways } = await call<{ gateways: readonly FoundGateway[] }>('lumiot/discover', { interface: localAddress, host });
  return gateways;
}

/** Resolves with the problem, or with undefined when the key is right. */
export async function testKey(test: KeyTest): Promise<ApiProblem | undefined> {
  const answer = await call<{ ok: true } | ({ ok: false } & ApiProblem)>('lumiot/key-test', test);
  return answer.ok ? undefined : answer;
}

export function getHome(gatewayId: string): Promise<GatewayHome> {
  return call(`lumiot/gateways/${encodeURIComponent(gatewayId)}/devices`);
}

/** Keeps live values flowing for the next half minute. */
export async function renewWatch(): Promise<void> {
  await call('lumiot/watch', {});
}

export function examine(gatewayId: string): Promise<readonly Finding[]> {
  return call(`lumiot/gateways/${encodeURIComponent(gatewayId)}/doctor`);
}

/** A report without secrets and names, for people who help. */
export function getDiagnostics(gatewayId: string): Promise<object> {
  return call(`lumiot/gateways/${encodeURIComponent(gatewayId)}/diagnostics`);
}

export async function commandGateway(gatewayId: string, command: 'pair' | 'stop-pairing' | 'refresh'): Promise<void> {
  await call(`lumiot/gateways/${encodeURIComponent(gatewayId)}/${command}`, {});
}

/** jQuery carries the editor's access token, so it makes the request. The shapes are those of the package's own server. */
export function call<Answer>(url: string, body?: object): Promise<Answer> {
  const request = body === undefined ? { url } : { url, method: 'POST', contentType: 'application/json', data: JSON.stringify(body) };
  return send({ ...request, timeout: 30_000 });
}

/** Sends a file as it is, with what else is to be known of it in headers. */
export function upload<Answer>(url: string, file: Blob, headers: Readonly<Record<string, string>>): Promise<Answer> {
  const contentType = 'application/octet-stream';
  return send({ url, method: 'POST', contentType, data: file, processData: false, headers: { ...headers }, timeout: 300_000 });
}

function send<Answer>(request: JQuery.AjaxSettings): Promise<Answer> {
  return new Promise((resolve, reject) => {
    $.ajax({ ...request, dataType: 'json' }).then(
      (answer: Answer) => resolve(answer),
      (failure: JQuery.jqXHR) => reject(new ApiError(problemOf(failure.responseJSON, failure), failure.status)),
    );
  });
}

function problemOf(body: unknown, { status, statusText }: JQuery.jqXHR): ApiProblem {
  if (typeof body === 'object' && body !== null && 'code' in body && 'message' in body)
    return { code: String(body.code), message: String(body.message), ...('needs' in body ? { needs: String(body.needs) } : {}) };
  if (status === 0) return { code: 'UNREACHABLE', message: statusText };
  return { code: status === 401 || status === 403 ? 'DENIED' : 'HTTP', message: `HTTP ${status} ${statusText}` };
}
