/** What went wrong on the LAN in the reader's language: the account's own words speak of the cloud. */

import { ApiError } from './api.mts';
import { problemText } from './words.mts';

export function localProblem(words: Words, code: string): string {
  return words(`local.problem.${code}`, { defaultValue: problemText(words, code) });
}

/** What was thrown, as words and as the server's sentence. */
export function localTrouble(words: Words, error: unknown): { readonly text: string; readonly detail: string } {
  const { code, message } = error instanceof ApiError ? error : { code: 'OTHER', message: String(error) };
  return { text: localProblem(words, code), detail: message };
}
