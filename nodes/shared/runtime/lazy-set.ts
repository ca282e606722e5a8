/**
 * Loads a built node set when it is needed. While Node-RED starts, its entry, which the build writes, registers types and routes only;
 * all code comes with the first node that is made, or with the first request. Imports nothing itself: it runs at every start.
 */

import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { Node, NodeAPI, NodeDef } from 'node-red';

type Register = (RED: NodeAPI) => void;
type NodeConstructor = (this: Node, definition: NodeDef) => void;

/** What a node set registered. */
export interface NodeSet {
  readonly types: ReadonlyMap<string, { readonly construct: NodeConstructor; readonly options: object | undefined }>;
  /** By `get /lumiot/gateways`, in the order in which they are matched. */
  readonly routes: ReadonlyMap<string, readonly RequestHandler[]>;
}

const methods = ['get', 'post', 'put', 'delete'] as const;
type Admin = Record<(typeof methods)[number], (path: string, ...handlers: readonly (RequestHandler | RequestHandler[])[]) => void>;

/** Registers a node set with a Node-RED that notes types and routes instead of taking them; everything else passes through. */
export function capture(RED: NodeAPI, register: Register): NodeSet {
  const types = new Map<string, { construct: NodeConstructor; options: object | undefined }>();
  const registerType = (type: string, construct: NodeConstructor, options?: object): void => {
    types.set(type, { construct, options });
  };
  const admin = RED.httpAdmin === undefined ? undefined : notedOf(RED.httpAdmin);
  const noting: NodeAPI = Object.create(RED, {
    nodes: { value: Object.create(RED.nodes, { registerType: { value: registerType } }) },
    httpAdmin: { value: admin?.app },
  });
  register(noting);
  return { types, routes: admin?.routes ?? new Map() };
}

interface Noted {
  readonly app: Admin;
  readonly routes: Map<string, RequestHandler[]>;
}

const noted = new WeakMap<object, Noted>();

/** One for each editor application: node sets that share routes register them once. */
function notedOf(httpAdmin: object): Noted {
  const existing = noted.get(httpAdmin);
  if (existing !== undefined) return existing;
  const routes = new Map<string, RequestHandler[]>();
  const note = (method: string): [string, Admin['get']] => [
    method,
    (path, ...handlers) => {
      routes.set(`${method} ${path}`, handlers.flat());
    },
  ];
  const made = { app: Object.fromEntries(methods.map(note)) as Admin, routes };
  noted.set(httpAdmin, made);
  return made;
}

const served = new WeakMap<object, Set<string>>();

/** Registers routes whose handlers are loaded with the first request; once for each editor application. */
export function serveLater(RED: NodeAPI, routes: readonly string[], load: () => NodeSet): void {
  if (RED.httpAdmin === undefined) return;
  const known = served.get(RED.httpAdmin) ?? new Set();
  served.set(RED.httpAdmin, known);
  for (const route of routes) {
    const [name, path = ''] = route.split(' ');
    const method = methods.find((one) => one === name);
    if (method === undefined || known.has(route)) continue;
    known.add(route);
    RED.httpAdmin[method](path, (request: Request, response: Response, next: NextFunction) => {
      try {
        // The first of them asks who may.
        pass(load().routes.get(route) ?? [], request, response, next);
      } catch (error) {
        // It may be a stranger who asked: the answer says nothing of what is on the disk.
        RED.log.error(error instanceof Error ? (error.stack ?? error.message) : String(error));
        response.status(500).end();
      }
    });
  }
}

function pass([first, ...others]: readonly RequestHandler[], request: Request, response: Response, next: NextFunction): void {
  if (first === undefined) next();
  else first(request, response, (error?: unknown) => (error === undefined ? pass(others, request, response, next) : next(error)));
}
