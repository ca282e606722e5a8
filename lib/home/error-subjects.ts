/** What an error is about, named in its text: a parser, the wire or a cloud does not know it, and whoever reads it must. */

import { type ErrorDetails, LumiotError } from './errors';

export interface Subject {
  readonly kind: 'device' | 'gateway' | 'account';
  /** '' where it is not known. */
  readonly id: string;
  readonly name?: string | undefined;
  /** As a person spelled its id. */
  readonly spelled?: string | undefined;
}

/** The error as it is where its text names every subject; else one that names those it left out, with these details. */
export function withSubjects(error: LumiotError, subjects: readonly Subject[], details: ErrorDetails): LumiotError {
  const isSaid = (text: string | undefined): boolean => text !== undefined && text !== '' && error.message.includes(text);
  const missing = subjects.filter(({ id, name, spelled }) => !isSaid(id) && !isSaid(name) && !isSaid(spelled));
  if (missing.length === 0) return error;
  return new LumiotError(error.code, `${error.message} [${missing.map(described).join(', ')}]`, {
    device: details.device ?? error.device,
    gateway: details.gateway ?? error.gateway,
    cause: error.cause,
  });
}

function described({ kind, id, name = '' }: Subject): string {
  if (name === '' || name === id) return `${kind} ${id}`.trimEnd();
  return id === '' ? `${kind} ${name}` : `${kind} ${name} (${id})`;
}
