/** What the pretend account has granted: codes, and one family of tokens for each device id. Knows nothing of HTTP. */

import type { Clock } from '../../home/clock';

const CODE_LIFE_MS = 600_000;
// Documented for refresh tokens (miot-cloud.md §1.3): three months.
const REFRESH_LIFE_MS = 90 * 86_400_000;

/** Inner codes of miot-cloud.md §1.4. */
export type OAuthError = 96001 | 96002 | 96003 | 96009 | 96010 | 96011 | 96012 | 96013;

export interface TokenPair {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

interface Family {
  readonly deviceId: string;
  readonly redirectUri: string;
  end: 'none' | 'replaced' | 'revoked';
}

interface Code {
  readonly deviceId: string;
  readonly redirectUri: string;
  readonly endsAt: number;
  isUsed: boolean;
}

interface Grant {
  readonly family: Family;
  readonly endsAt: number;
}

export interface GrantsOptions {
  readonly clock: Clock;
  readonly random: () => number;
  /** Life of an access token, seconds. */
  readonly expiresIn: number;
  /** Tokens ended before their time. */
  readonly onEnded: () => void;
}

export class Grants {
  private readonly codes = new Map<string, Code>();
  private readonly families = new Map<string, Family>();
  private readonly access = new Map<string, Grant>();
  /** Spent ones go: what is not here is unknown, which is what the vendor says of both. */
  private readonly refresh = new Map<string, Grant>();
  private readonly options: GrantsOptions;
  private issued = 0;
  private refreshed = 0;

  constructor(options: GrantsOptions) {
    this.options = options;
  }

  /** Whether the user has agreed before and has not taken it back. */
  get isConsented(): boolean {
    return [...this.families.values()].some(({ end }) => end === 'none');
  }

  issueCode(deviceId: string, redirectUri: string): string {
    const code = this.secret('C3_', 32);
    this.codes.set(code, { deviceId, redirectUri, endsAt: this.now() + CODE_LIFE_MS, isUsed: false });
    return code;
  }

  /** A code is worth one exchange within ten minutes. The same device id signing in again ends its older tokens. */
  exchange(code: string, redirectUri: string, deviceId: string): TokenPair | OAuthError {
    const known = this.codes.get(code);
    if (known === undefined || known.isUsed || known.endsAt <= this.now()) return 96013;
    if (known.redirectUri !== redirectUri || known.deviceId !== deviceId) return 96002;
    known.isUsed = true;
    const older = this.families.get(deviceId);
    if (older !== undefined) older.end = 'replaced';
    const family: Family = { deviceId, redirectUri, end: 'none' };
    this.families.set(deviceId, family);
    if (older !== undefined) this.options.onEnded();
    return this.issue(family);
  }

  /** Rotates: the refresh token given is worth nothing afterwards. The access token before it lives on until it expires. */
  renew(refreshToken: string, redirectUri: string): TokenPair | OAuthError {
    const grant = this.refresh.get(refreshToken);
    if (grant === undefined || grant.family.end === 'replaced' || grant.endsAt <= this.now()) return 96009;
    if (grant.family.end === 'revoked') return 96012;
    if (grant.family.redirectUri !== redirectUri) return 96002;
    this.refresh.delete(refreshToken);
    this.refreshed += 1;
    return this.issue(grant.family);
  }

  /** Device id and remaining life of an access token; undefined when it is unknown, expired, replaced or revoked. */
  check(accessToken: string): { readonly deviceId: string; readonly remainingMs: number } | undefined {
    const grant = this.access.get(accessToken);
    if (grant === undefined || !this.isAlive(grant)) return undefined;
    return { deviceId: grant.family.deviceId, remainingMs: grant.endsAt - this.now() };
  }

  /** The user takes the permission back: at once (miot-cloud.md §1.3). */
  revoke(): void {
    for (const family of this.families.values()) if (family.end === 'none') family.end = 'revoked';
    for (const code of this.codes.values()) code.isUsed = true;
    this.options.onEnded();
  }

  counts(): { readonly valid: number; readonly refreshable: number; readonly refreshes: number } {
    const alive = (grants: Map<string, Grant>): number => [...grants.values()].filter((grant) => this.isAlive(grant)).length;
    return { valid: alive(this.access), refreshable: alive(this.refresh), refreshes: this.refreshed };
  }

  /** A text nobody guesses, and no two alike even where `random` always says the same. */
  secret(prefix: string, length: number): string {
    this.issued += 1;
    const digits = Array.from({ length }, () => Math.floor(this.options.random() * 16).toString(16)).join('');
    return `${prefix}${digits}${this.issued.toString(36).padStart(6, '0')}`;
  }

  private issue(family: Family): TokenPair {
    this.forgetExpired();
    const { expiresIn } = this.options;
    const pair = { accessToken: this.secret('V3_', 64), refreshToken: this.secret('R3_', 64), expiresIn };
    this.access.set(pair.accessToken, { family, endsAt: this.now() + expiresIn * 1000 });
    this.refresh.set(pair.refreshToken, { family, endsAt: this.now() + REFRESH_LIFE_MS });
    return pair;
  }

  private isAlive({ family, endsAt }: Grant): boolean {
    return family.end === 'none' && endsAt > this.now();
  }

  /** A year of simulated refreshes must not fill the memory. */
  private forgetExpired(): void {
    for (const grants of [this.access, this.refresh])
      for (const [token, { endsAt }] of grants) if (endsAt <= this.now()) grants.delete(token);
  }

  private now(): number {
    return this.options.clock.monotonic();
  }
}
