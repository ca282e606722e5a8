/** LAN tokens by did, in the encrypted file of the account: what the cloud lists, and what a person brought. */

import { LumiotError } from '../home/errors';

export interface LocalTokensOptions {
  readonly tokens: () => ReadonlyMap<string, string>;
  readonly change: (change: (tokens: ReadonlyMap<string, string>) => ReadonlyMap<string, string>) => Promise<void>;
  /** The user has set it: its token is wanted whatever the cloud lists. */
  readonly isPlaced: (did: string) => boolean;
  /** There is a key for the file. */
  readonly isDeployed: () => boolean;
}

const DID = /^\d{1,20}$/;
const TOKEN = /^[0-9a-f]{32}$/i;
const NOBODYS = /^(?:0{32}|f{32})$/i;

export class LocalTokens {
  readonly #options: LocalTokensOptions;
  /** Brought in this process: the settings that name them may not be deployed yet. */
  readonly #brought = new Set<string>();

  constructor(options: LocalTokensOptions) {
    this.#options = options;
  }

  /** What is stored once the cloud has listed its own: its word counts for the devices it lists. Rejects with `STORE_FAILED`. */
  async list(listed: ReadonlyMap<string, string>): Promise<void> {
    const after = this.#merged(this.#options.tokens(), listed);
    if (isSame(after, this.#options.tokens())) return;
    await this.#options.change((stored) => this.#merged(stored, listed));
  }

  /** The sign-in is over: what belongs to nobody but the account is forgotten. */
  async forget(): Promise<void> {
    await this.list(new Map());
  }

  /** Rows of these are not in the settings any more, and nobody else wants their tokens. Rejects with `STORE_FAILED`. */
  async drop(dids: readonly string[]): Promise<void> {
    for (const did of dids) this.#brought.delete(did);
    const without = (stored: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
      new Map([...stored].filter(([did]) => !dids.includes(did)));
    if (isSame(without(this.#options.tokens()), this.#options.tokens())) return;
    await this.#options.change(without);
  }

  /** Rejects with `BAD_INPUT`, `NOT_CONFIGURED` before the first deploy, or `STORE_FAILED`. */
  async bring(tokens: ReadonlyMap<string, string>): Promise<void> {
    for (const [did, token] of tokens) {
      if (!DID.test(did)) throw new LumiotError('BAD_INPUT', `"${did.slice(0, 40)}" is no device id: it consists of digits only.`);
      if (!TOKEN.test(token) || NOBODYS.test(token))
        throw new LumiotError(
          'BAD_INPUT',
          `What was given for device ${did} is no token: it has 32 hexadecimal digits, not all of them alike.`,
          {
            device: did,
          },
        );
    }
    if (!this.#options.isDeployed())
      throw new LumiotError('NOT_CONFIGURED', 'The account has no key to keep tokens with yet. Deploy first, then import the tokens.');
    for (const did of tokens.keys()) this.#brought.add(did);
    await this.#options.change((stored) => new Map([...stored, ...[...tokens].map(([did, token]) => [did, token.toLowerCase()] as const)]));
  }

  #merged(stored: ReadonlyMap<string, string>, listed: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
    const kept = [...stored].filter(([did]) => this.#options.isPlaced(did) || this.#brought.has(did));
    return new Map([...kept, ...listed]);
  }
}

function isSame(one: ReadonlyMap<string, string>, other: ReadonlyMap<string, string>): boolean {
  return one.size === other.size && [...one].every(([did, token]) => other.get(did) === token);
}
