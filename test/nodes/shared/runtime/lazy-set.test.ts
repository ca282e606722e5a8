// What stands between Node-RED and a node set that is not loaded yet.
import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { createRequire } from 'node:module';
import type { NodeAPI } from 'node-red';
import { capture, type NodeSet, serveLater } from '../../../../nodes/shared/runtime/lazy-set';

interface Answer {
  readonly status: number;
  readonly text: string;
}

interface Application {
  (request: object, response: object): void;
  get(path: string, ...handlers: unknown[]): void;
  use(handler: unknown): void;
  listen(port: number, host: string): EventEmitter & { address(): { port: number }; close(): void };
}

// The express that Node-RED itself has.
const require_ = createRequire(createRequire(__filename).resolve('node-red'));
const express = createRequire(require_.resolve('@node-red/editor-api'))('express') as () => Application;

function redWith(httpAdmin?: Application): { RED: NodeAPI; errors: string[]; registered: string[] } {
  const errors: string[] = [];
  const registered: string[] = [];
  const RED = {
    httpAdmin,
    nodes: { registerType: (type: string) => registered.push(type), getNode: (id: string) => ({ id }) },
    events: new EventEmitter(),
    log: { error: (text: string) => errors.push(text) },
  };
  return { RED: RED as unknown as NodeAPI, errors, registered };
}

async function ask(app: Application, path: string): Promise<Answer> {
  const server = app.listen(0, '127.0.0.1');
  try {
    await new Promise((resolve) => server.once('listening', resolve));
    const response = await fetch(`http://127.0.0.1:${server.address().port}${path}`);
    return { status: response.status, text: await response.text() };
  } finally {
    server.close();
  }
}

describe('a node set that is loaded later', () => {
  it('gives its types and routes to whoever loads it, and nothing to Node-RED', () => {
    const app = express();
    const { RED, registered } = redWith(app);
    const options = { credentials: { key: { type: 'password' } } };
    const set = capture(RED, (red) => {
      red.nodes.registerType('lumi-any', function Any() {}, options as never);
      red.httpAdmin.get('/lumiot/any', (_, response) => response.end());
    });
    assert.deepEqual([...set.types.keys()], ['lumi-any']);
    assert.equal(set.types.get('lumi-any')?.options, options);
    assert.deepEqual([...set.routes.keys()], ['get /lumiot/any']);
    assert.deepEqual(registered, []);
  });

  it('has everything else of Node-RED', () => {
    const { RED } = redWith(express());
    capture(RED, (red) => {
      assert.equal(red.events, RED.events);
      assert.deepEqual(red.nodes.getNode('1'), { id: '1' });
    });
  });

  it('has no routes where Node-RED has no editor', () => {
    const { RED } = redWith();
    const set = capture(RED, (red) => assert.equal(red.httpAdmin, undefined));
    assert.equal(set.routes.size, 0);
    serveLater(RED, ['get /lumiot/any'], () => set);
  });

  it('shares the routes of a node set that came before it', () => {
    const { RED } = redWith(express());
    const first = capture(RED, (red) => red.httpAdmin.get('/lumiot/any', (_, response) => response.end()));
    const second = capture(RED, () => {});
    assert.equal(second.routes.get('get /lumiot/any'), first.routes.get('get /lumiot/any'));
  });

  describe('asked through a route', () => {
    const served = (handlers: unknown[], log: string[] = []): { app: Application; RED: NodeAPI; errors: string[] } => {
      const app = express();
      const { RED, errors } = redWith(app);
      const load = (): NodeSet => {
        log.push('loaded');
        return capture(RED, (red) => red.httpAdmin.get('/lumiot/any', ...(handlers as [])));
      };
      serveLater(RED, ['get /lumiot/any'], load);
      return { app, RED, errors };
    };
    type Next = (error?: unknown) => void;
    type Response = { status(code: number): Response; end(text?: string): void };
    const say = (text: string) => (_: unknown, response: Response) => response.end(text);
    const pass = (_request: unknown, _response: Response, next: Next) => next();

    it('is loaded, and answers as if it had been there all along', async () => {
      const log: string[] = [];
      const { app } = served([[pass, pass], say('hello')], log);
      assert.deepEqual(log, []);
      assert.deepEqual(await ask(app, '/lumiot/any'), { status: 200, text: 'hello' });
      assert.deepEqual(log, ['loaded']);
    });

    it('stops where a handler refuses', async () => {
      const { app } = served([[(_: unknown, response: Response) => response.status(401).end('no'), pass], say('hello')]);
      assert.deepEqual(await ask(app, '/lumiot/any'), { status: 401, text: 'no' });
    });

    it('gives what a handler complains of to the application', async () => {
      const { app } = served([(_request: unknown, _response: Response, next: Next) => next(new Error('odd')), say('hello')]);
      app.use((error: Error, _request: unknown, response: Response, _next: Next) => response.status(500).end(error.message));
      assert.deepEqual(await ask(app, '/lumiot/any'), { status: 500, text: 'odd' });
    });

    it('leaves the request to others where nobody has an answer', async () => {
      const { app } = served([pass]);
      app.get('/lumiot/any', say('another'));
      assert.deepEqual(await ask(app, '/lumiot/any'), { status: 200, text: 'another' });
    });

    it('tells the log why it cannot be loaded, and the stranger nothing', async () => {
      const app = express();
      const { RED, errors } = redWith(app);
      serveLater(RED, ['get /lumiot/any'], () => {
        throw new Error('Cannot find module /secret/place');
      });
      assert.deepEqual(await ask(app, '/lumiot/any'), { status: 500, text: '' });
      assert.match(errors.join(), /Cannot find module/);
    });

    it('is served once, by the first', async () => {
      const log: string[] = [];
      const { app, RED } = served([say('first')], log);
      serveLater(RED, ['get /lumiot/any'], () => assert.fail('the second was asked'));
      assert.equal((await ask(app, '/lumiot/any')).text, 'first');
    });
  });
});
