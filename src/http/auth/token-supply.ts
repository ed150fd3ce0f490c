import { emitWarning } from 'node:process';
import type { CallerSignal, CredentialFields, CredentialsWorld } from './credentials.js';
import type { OAuth2Settings } from './oauth2-options.js';
import type { TokenAnswer } from './token-answer.js';
import { TokenFailure } from './token-failure.js';
import { TokenFlight } from './token-flight.js';
import { requestToken } from './token-request.js';
import { freshFor, lifetimeOf, remembered } from './token-timing.js';

/** An access token, as it is sent, and the monotonic times until which it is used and is good for. */
export interface Token {
  readonly fields: CredentialFields;
  readonly freshUntil: number;
  readonly validUntil: number;
}

/** The tokens of one client: one at a time, fetched once for everyone who needs it. A failure is remembered, so that not everyone asks again. */
export class TokenSupply {
  readonly #settings: OAuth2Settings;
  readonly #world: CredentialsWorld;
  #refreshToken: string | undefined;
  #told: Promise<void> = Promise.resolve();
  #token: Token | undefined;
  #flight: TokenFlight<Token> | undefined;
  #askedAt = 0;
  #failure: TokenFailure | undefined;
  #failuresInRow = 0;
  /** Until when the last failure is remembered, and when the server wants to be asked again. */
  #silentUntil = Number.NEGATIVE_INFINITY;
  #askAgainAt = Number.NEGATIVE_INFINITY;

  constructor(settings: OAuth2Settings, world: CredentialsWorld) {
    this.#settings = settings;
    this.#world = world;
    this.#refreshToken = settings.refreshToken;
  }

  /** The last token, whatever its age. */
  get token(): Token | undefined {
    return this.#token;
  }

  /** Milliseconds until the server is asked again after a failure. */
  get comeBackIn(): number {
    return Math.ceil(Math.max(0, this.#silentUntil - this.#now(), this.#askAgainAt - this.#now()));
  }

  /** Milliseconds since the server was asked last. */
  get askedFor(): number {
    return this.#now() - this.#askedAt;
  }

  /** Fetches a token, together with everyone who asks meanwhile; rejects with a TokenFailure, or with the caller's own reason. */
  obtain(caller: CallerSignal): Promise<Token> {
    if (caller.aborted) return Promise.reject(caller.reason);
    if (this.#failure !== undefined && this.#now() < this.#silentUntil) return Promise.reject(this.#failure);
    this.#flight ??= this.#takeOff();
    return this.#flight.board(caller);
  }

  /** The token is worth nothing any more. */
  drop(): void {
    this.#token = undefined;
  }

  close(): void {
    this.drop();
    this.#flight?.end();
  }

  #takeOff(): TokenFlight<Token> {
    const flight: TokenFlight<Token> = new TokenFlight({
      run: (controller) => this.#fetch(controller),
      over: () => {
        if (this.#flight === flight) this.#flight = undefined;
      },
    });
    return flight;
  }

  async #fetch(controller: AbortController): Promise<Token> {
    const startedAt = this.#now();
    this.#askedAt = startedAt;
    const stop = this.#limit(controller);
    try {
      const asking = { settings: this.#settings, refreshToken: this.#refreshToken, world: this.#world };
      return this.#landed(await requestToken({ ...asking, signal: controller.signal }), startedAt);
    } catch (error) {
      if (error instanceof TokenFailure) this.#note(error);
      throw error;
    } finally {
      stop();
    }
  }

  #limit(controller: AbortController): () => void {
    const { timeout } = this.#settings;
    if (timeout === Number.POSITIVE_INFINITY) return () => undefined;
    return this.#world.clock.later(timeout, () => {
      controller.abort(new TokenFailure('unreachable', `did not answer within ${timeout} ms`, { permanent: false }));
    });
  }

  #landed({ accessToken, expiresIn, refreshToken }: TokenAnswer, startedAt: number): Token {
    const lifetime = lifetimeOf(expiresIn);
    this.#token = {
      fields: Object.freeze({
        headers: Object.freeze({ authorization: `Bearer ${accessToken}` }),
        query: Object.freeze({}),
      }),
      freshUntil: startedAt + freshFor(lifetime, this.#settings.margin),
      validUntil: startedAt + lifetime,
    };
    this.#failuresInRow = 0;
    if (this.#settings.grant === 'refresh_token') this.#replaceRefreshToken(refreshToken);
    return this.#token;
  }

  #note(failure: TokenFailure): void {
    const now = this.#now();
    this.#failure = failure;
    this.#silentUntil = now + remembered(failure, ++this.#failuresInRow);
    this.#askAgainAt = now + (failure.retryAfter ?? 0);
  }

  #replaceRefreshToken(newer: string | undefined): void {
    if (newer === undefined || newer === this.#refreshToken) return;
    this.#refreshToken = newer;
    const { onRefreshToken } = this.#settings;
    if (onRefreshToken === undefined) return;
    const tell = async () => void (await onRefreshToken(newer));
    this.#told = this.#told.then(tell).catch((error) => this.#warn(error)); // in their order: who keeps them must be left with the newest
  }

  /** The token works, but may be lost with the process; the error's text stays with it, since it may hold the token. */
  #warn(cause: unknown): void {
    const text = `onRefreshToken of the client '${this.#world.client}' failed: the newer refresh token may not have been kept`;
    emitWarning(Object.assign(new Error(text, { cause }), { name: 'HoldfastWarning' }));
  }

  #now(): number {
    return this.#world.clock.now();
  }
}
