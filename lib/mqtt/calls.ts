/** Carries out the commands of a broker at a home, and says how each ended. */

import { withSubjects } from '../home/error-subjects';
import { LumiotError, toLumiotError } from '../home/errors';
import { type Command, parseCommand, type Refusal } from './commands';
import type { Target } from './topics';
import type { Home, HomeAnswer, MqttReceived, Result } from './types';

/** How a command ended: `text` is the result as it is published. */
export type Ended =
  | { readonly text: string; readonly result: Extract<Result, { ok: true }> }
  | { readonly text: string; readonly result: Extract<Result, { ok: false }>; readonly error: LumiotError };

export class Calls {
  readonly #home: Home;
  /** Of those under way: the way to end them. */
  readonly #open = new Set<(error: LumiotError) => void>();

  constructor(home: Home) {
    this.#home = home;
  }

  /** Undefined where nothing was asked for. Never rejects. */
  async call({ device, command }: Pick<Target, 'device' | 'command'>, received: MqttReceived): Promise<Ended | undefined> {
    const home = this.#home;
    const parsed = parseCommand(command, received);
    if (parsed === undefined) return undefined;
    const { requestId } = parsed;
    const asked = { command, ...(requestId === undefined ? {} : { requestId }) };
    try {
      const answer = await this.#endable(perform(home, device, parsed));
      const result = { ...asked, ok: true, ...outcomeOf(answer) } as const;
      return { result, text: JSON.stringify(result) };
    } catch (thrown) {
      const error = named(toLumiotError(thrown, 'UNSUPPORTED'), home, device);
      const result = { ...asked, ok: false, code: error.code, error: error.message } as const;
      return { result, text: JSON.stringify(result), error };
    }
  }

  /** Nobody will be there to say how they ended: those under way end now. */
  abandon(): void {
    for (const end of [...this.#open]) end(abandoned());
  }

  #endable<Result>(run: Promise<Result>): Promise<Result> {
    return new Promise((resolve, reject) => {
      this.#open.add(reject);
      run.finally(() => this.#open.delete(reject)).then(resolve, reject);
    });
  }
}

function abandoned(): LumiotError {
  return new LumiotError(
    'UNKNOWN_OUTCOME',
    'The node that carries out commands was deleted while this one was under way, so that nobody knows how it ended. Look at the device.',
  );
}

async function perform(home: Home, device: string, parsed: Command | Refusal): Promise<HomeAnswer | undefined> {
  if ('error' in parsed) throw parsed.error;
  if (home.device(device) === undefined) {
    throw new LumiotError(
      'NO_DEVICE',
      `There is no device ${device}. Copy its id from a topic that Lumiot publishes, or from the sidebar.`,
    );
  }
  return parsed.command === 'set' ? home.set(device, parsed.payload) : home.get(device, parsed.properties);
}

function outcomeOf(answer: HomeAnswer | undefined): { payload: unknown; ack?: object } | { overtaken: true } {
  if (answer === undefined) return { overtaken: true };
  return { payload: answer.payload ?? null, ...(answer.ack === undefined ? {} : { ack: answer.ack }) };
}

/** On a broker nobody sees which node an error came from. `spelled`: the device as the topic has it. */
function named(error: LumiotError, home: Home, spelled: string): LumiotError {
  const { kind, id = '', name } = home;
  const info = home.device(spelled)?.info;
  const subjects = [
    { kind: 'device', id: info?.id ?? spelled, name: info?.name, spelled },
    { kind, id, name },
  ] as const;
  return withSubjects(error, subjects, { device: info?.id, gateway: kind === 'gateway' && id !== '' ? id : undefined });
}
