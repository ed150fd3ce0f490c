import { ClientClosedError } from '../errors/index.js';
import { redactUrl } from '../redaction.js';
import {
  type CredentialFields,
  type Credentials,
  type CredentialsRequest,
  type CredentialsWorld,
  sameFields,
} from './credentials.js';
import type { OAuth2Settings } from './oauth2-options.js';
import { TokenError } from './token-error.js';
import { TokenFailure } from './token-failure.js';
import { type Token, TokenSupply } from './token-supply.js';

/** Milliseconds between two renewals after a 401: a server that takes no token at all must not cost a token for each request. */
const renewalPause = 1000;

/** Milliseconds that a newer token is waited for where the one before is still good: a server that hangs must not hold up what could go on. */
const renewalPatience = 1000;

/** Credentials that are access tokens of an OAuth 2 server, fetched when they are needed. */
export class TokenCredentials implements Credentials {
  readonly secretNames = ['authorization'];
  readonly #supply: TokenSupply;
  readonly #world: CredentialsWorld;
  readonly #tokenUrl: string;
  #renewedAt = Number.NEGATIVE_INFINITY;
  #closed = false;

  constructor(settings: OAuth2Settings, world: CredentialsWorld) {
    this.#supply = new TokenSupply(settings, world);
    this.#world = world;
    this.#tokenUrl = redactUrl(settings.tokenUrl);
  }

  fields(request: CredentialsRequest): CredentialFields | Promise<CredentialFields> {
    const { token } = this.#supply;
    return token !== undefined && this.#now() < token.freshUntil ? token.fields : this.#obtain(request);
  }

  async renew(refused: CredentialFields, request: CredentialsRequest): Promise<CredentialFields | undefined> {
    const { token } = this.#supply;
    if (token !== undefined && sameFields(token.fields, refused)) {
      if (this.#now() < this.#renewedAt + renewalPause) return undefined;
      this.#renewedAt = this.#now();
      this.#supply.drop();
    }
    const fields = await this.fields(request);
    return sameFields(fields, refused) ? undefined : fields;
  }

  close(): void {
    this.#closed = true;
    this.#supply.close();
  }

  async #obtain(request: CredentialsRequest): Promise<CredentialFields> {
    if (this.#closed) throw new ClientClosedError(request);
    try {
      return (await this.#soon(this.#supply.obtain(request.signal))).fields;
    } catch (error) {
      if (error instanceof TokenFailure) return this.#spare(error, request);
      throw this.#closed && !request.signal.aborted ? new ClientClosedError(request) : error;
    }
  }

  /** A newer token, or the one before where that is good and the newer one takes long, which then goes on being fetched. */
  #soon(newer: Promise<Token>): Promise<Token> {
    const spare = this.#valid;
    if (spare === undefined) return newer;
    const patience = Math.max(0, renewalPatience - this.#supply.askedFor);
    return new Promise((resolve, reject) => {
      const stop = this.#world.clock.later(patience, () => {
        if (spare === this.#valid) resolve(spare);
      });
      newer.finally(stop).then(resolve, reject);
    });
  }

  /** Where no newer token is to be had, the one before goes on, as long as it is good. */
  #spare(failure: TokenFailure, request: CredentialsRequest): CredentialFields {
    const spare = this.#valid;
    if (spare !== undefined) return spare.fields;
    throw new TokenError(request, failure, this.#tokenUrl, this.#supply.comeBackIn);
  }

  get #valid(): Token | undefined {
    const { token } = this.#supply;
    return token !== undefined && this.#now() < token.validUntil ? token : undefined;
  }

  #now(): number {
    return this.#world.clock.now();
  }
}
