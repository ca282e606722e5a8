/** What all routes of the admin API share: who may, what a body must be, and how a failure is answered. */

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { NodeAPI } from 'node-red';
import { LumiotError, toLumiotError } from '../../../lib/home/errors';
import { redact } from '../../../lib/miot/redact';

/** Node-RED itself reads bodies of some megabytes; nothing here needs more than this. */
const MOST_BODY_BYTES = 64 * 1024;

export interface Guards {
  readonly read: RequestHandler[];
  readonly write: RequestHandler[];
}

export function guardsOf(RED: NodeAPI): Guards {
  return {
    read: [RED.auth.needsPermission('lumiot.read'), refuseOddBody],
    write: [RED.auth.needsPermission('lumiot.write'), refuseOddBody],
  };
}

/** What is no JSON is refused too: a page of another site can send forms and plain text unasked, but no JSON. */
function refuseOddBody(request: Request, response: Response, next: NextFunction): void {
  const refuse = (status: number, message: string): unknown => response.status(status).json({ code: 'BAD_INPUT', message });
  const length = Number(request.headers['content-length'] ?? JSON.stringify(request.body ?? '').length);
  if (length > MOST_BODY_BYTES) refuse(413, 'The body of the request is larger than 64 kB; send less.');
  else if (request.method === 'POST' && !request.is('application/json'))
    refuse(400, 'The request needs a JSON object as its body, with the content type application/json.');
  else next();
}

/** Runs a route; whatever goes wrong becomes `{code, message}` with a fitting status. */
export function answer(route: (request: Request) => unknown): (request: Request, response: Response) => void {
  return (request, response) => {
    Promise.resolve()
      .then(() => route(request))
      .then(
        (body) => response.json(body),
        (thrown: unknown) => {
          const { code, message } = toLumiotError(thrown, 'BAD_INPUT');
          response.status(code === 'NOT_CONFIGURED' || code === 'NO_DEVICE' ? 404 : 400).json({ code, message: redact(message) });
        },
      );
  };
}

export function bodyOf(request: Request): Readonly<Record<string, unknown>> {
  const body: unknown = request.body;
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw new LumiotError('BAD_INPUT', 'The request needs a JSON object as its body.');
  return body as Record<string, unknown>;
}
