import { randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Clock } from '../../core/index.js';
import type { OAuthSettings } from './oauth-options.js';
import { covers } from './scope.js';

/** All that came of one permission: ended as a whole when one of its refresh tokens comes twice. */
export interface Grant {
  readonly client: string;
  readonly scopes: readonly string[];
  revoked: boolean;
}

/** What an access token is good for, and until when by the clock. */
export interface Access {
  readonly grant: Grant;
  readonly scopes: readonly string[];
  readonly until: number;
}

/** Tokens as they are given out. */
export interface IssuedTokens {
  readonly accessToken: string;
  /** Undefined where none was asked for, or the one before is still good. */
  readonly refreshToken: string | undefined;
  readonly scopes: readonly string[];
}

/** Who wants a newer token, and for what. */
export interface Refreshing {
  readonly client: string;
  /** Fewer scopes than were granted; undefined for all of them. */
  readonly scopes: readonly string[] | undefined;
}

interface Refresh {
  readonly grant: Grant;
  readonly until: number;
  used: boolean;
}

/** The most tokens of each kind that are known; the ones that nobody looked at for longest are forgotten. */
const mostTokens = 10_000;

/** The tokens that were given out. */
export class Tokens {
  readonly #settings: OAuthSettings;
  readonly #clock: Clock;
  readonly #access = new LRUCache<string, Access>({ max: mostTokens });
  readonly #refresh = new LRUCache<string, Refresh>({ max: mostTokens });

  constructor(settings: OAuthSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
  }

  /** Gives a client an access token. */
  issue(client: string, scopes: readonly string[]): IssuedTokens {
    return this.#give({ client, scopes, revoked: false }, scopes, undefined);
  }

  /** Gives a client an access token, and a refresh token for those that come after it. */
  issueLasting(client: string, scopes: readonly string[]): IssuedTokens & { readonly refreshToken: string } {
    const grant: Grant = { client, scopes, revoked: false };
    const refreshToken = this.#newRefresh(grant);
    return { ...this.#give(grant, scopes, refreshToken), refreshToken };
  }

  /** Gives a newer access token; says why it does not. */
  refresh(token: string, { client, scopes }: Refreshing): IssuedTokens | 'invalid' | 'exceeding' {
    const refresh = this.#refresh.get(token);
    if (!refresh || refresh.grant.client !== client || this.#isOver(refresh)) return 'invalid';
    const { grant } = refresh;
    if (refresh.used) {
      grant.revoked = true; // two have it: nobody knows which of them is the client
      return 'invalid';
    }
    if (scopes && !covers(grant.scopes, scopes)) return 'exceeding';
    const { rotate } = this.#settings;
    refresh.used = rotate;
    return this.#give(grant, scopes ?? grant.scopes, rotate ? this.#newRefresh(grant) : undefined);
  }

  /** What an access token is good for; undefined for one that is not good, or no longer. */
  access(token: string): Access | undefined {
    const access = this.#access.get(token);
    return access && !this.#isOver(access) ? access : undefined;
  }

  /** Ends a token, a refresh token with all that came of its grant; says whether it is another client's, which ends nothing. */
  revoke(token: string, client: string): 'done' | 'foreign' {
    const refresh = this.#refresh.get(token);
    const owner = (refresh ?? this.#access.get(token))?.grant.client ?? client;
    if (owner !== client) return 'foreign';
    if (refresh) refresh.grant.revoked = true;
    this.#access.delete(token);
    return 'done';
  }

  #give(grant: Grant, scopes: readonly string[], refreshToken: string | undefined): IssuedTokens {
    const accessToken = newToken();
    this.#access.set(accessToken, { grant, scopes, until: this.#clock.now() + this.#settings.tokenTtl });
    return { accessToken, refreshToken, scopes };
  }

  #newRefresh(grant: Grant): string {
    const token = newToken();
    this.#refresh.set(token, { grant, until: this.#clock.now() + this.#settings.refreshTtl, used: false });
    return token;
  }

  #isOver({ grant, until }: { readonly grant: Grant; readonly until: number }): boolean {
    return grant.revoked || this.#clock.now() >= until;
  }
}

function newToken(): string {
  return randomBytes(24).toString('base64url');
}
