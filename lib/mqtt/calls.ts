/** Carries out the commands of a broker at a home, and says how each ended. */

import { LumiotError, toLumiotError } from '../home/errors';
import { type Command, parseCommand, type Refusal } from './commands';
import { namedError } from './named-error';
import type { Home, HomeAnswer, MqttReceived, Result } from './types';

/** How a command ended: `text` is the result as it is published. */
export type Ended =
  | { readonly text: string; readonly result: Extract<Result, { ok: true }> }
  | { readonly text: string; readonly result: Extract<Result, { ok: false }>; readonly error: LumiotError };

/** Undefined where nothing was asked for. Never rejects. */
export async function call(
  home: Home,
  { device, command }: { readonly device: string; readonly command: 'set' | 'get' },
  received: MqttReceived,
): Promise<Ended | undefined> {
  const parsed = parseCommand(command, received);
  if (parsed === undefined) return undefined;
  const { requestId } = parsed;
  const asked = { command, ...(requestId === undefined ? {} : { requestId }) };
  try {
    const answer = await perform(home, device, parsed);
    const result = { ...asked, ok: true, ...outcomeOf(answer) } as const;
    return { result, text: JSON.stringify(result) };
  } catch (thrown) {
    const error = namedError(toLumiotError(thrown, 'UNSUPPORTED'), home, device);
    const result = { ...asked, ok: false, code: error.code, error: error.message } as const;
    return { result, text: JSON.stringify(result), error };
  }
}

function perform(home: Home, device: string, parsed: Command | Refusal): Promise<HomeAnswer | undefined> {
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
