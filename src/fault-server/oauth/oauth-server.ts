import type { Clock } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { type ProvenClient, provenClient } from './client-proof.js';
import { OAuthError, oauthAnswer, refusal } from './oauth-error.js';
import type { OAuthSettings } from './oauth-options.js';
import { covers, scopesOf } from './scope.js';
import { formOf, type OAuthAsked, type OAuthForm, requiredIn } from './token-request.js';
import { type IssuedTokens, Tokens } from './tokens.js';
import { type TokensFor, type TokensGiven, tokensFor } from './tokens-given.js';

/** The scope by which a client asks for a refresh token, as OpenID Connect has it. */
const refreshScope = 'offline_access';

/** The endpoints of an OAuth 2 server: client credentials, refresh tokens, revocation and introspection. */
export class OAuthServer {
  readonly tokens: Tokens;
  readonly #settings: OAuthSettings;
  readonly #clock: Clock;

  constructor(settings: OAuthSettings, clock: Clock) {
    this.#settings = settings;
    this.#clock = clock;
    this.tokens = new Tokens(settings, clock);
  }

  /** RFC 6749: gives tokens. */
  token(asked: OAuthAsked): Answer {
    return this.#answer(asked, (form, client) => {
      const grantType = requiredIn(form, 'grant_type');
      if (grantType === 'client_credentials') return this.#ofClient(form, client);
      if (grantType === 'refresh_token') return this.#refreshed(form, client);
      throw new OAuthError('unsupported_grant_type', 'the grants are client_credentials and refresh_token');
    });
  }

  /** RFC 7009: ends a token; one that is not known is ended already. */
  revoke(asked: OAuthAsked): Answer {
    return this.#answer(asked, (form, { id }) => {
      if (this.tokens.revoke(requiredIn(form, 'token'), id) === 'done') return {};
      throw new OAuthError('invalid_grant', 'the token was given to another client');
    });
  }

  /** RFC 7662: tells what an access token is good for. */
  introspect(asked: OAuthAsked): Answer {
    return this.#answer(asked, (form, { isPublic }) => {
      if (isPublic) throw new OAuthError('unauthorized_client', 'a client without a secret may not look into tokens');
      const access = this.tokens.access(requiredIn(form, 'token'));
      if (!access) return { active: false };
      const { grant, scopes, until } = access;
      const exp = Math.floor((this.#clock.wallNow() + until - this.#clock.now()) / 1000);
      return { active: true, client_id: grant.client, scope: scopes.join(' '), token_type: 'Bearer', exp };
    });
  }

  /** Gives tokens without being asked over HTTP: stands for the login that a refresh token begins with. */
  give(given: TokensFor): TokensGiven {
    const { client, scopes } = tokensFor(given, this.#settings);
    const { accessToken, refreshToken } = this.tokens.issueLasting(client, scopes);
    return { accessToken, refreshToken, expiresIn: this.#lifetime };
  }

  get #lifetime(): number {
    return Math.floor(this.#settings.tokenTtl / 1000);
  }

  #answer(asked: OAuthAsked, act: (form: OAuthForm, client: ProvenClient) => object): Answer {
    try {
      const form = formOf(asked);
      return oauthAnswer(act(form, provenClient(asked, form, this.#settings)));
    } catch (error) {
      if (error instanceof OAuthError) return refusal(error);
      throw error;
    }
  }

  #ofClient(form: OAuthForm, { id, isPublic }: ProvenClient): object {
    if (isPublic) throw new OAuthError('unauthorized_client', 'a client without a secret may only refresh and revoke');
    const scopes = this.#asked(form) ?? this.#settings.scopes?.filter((scope) => scope !== refreshScope) ?? [];
    const isLasting = scopes.includes(refreshScope);
    return this.#told(isLasting ? this.tokens.issueLasting(id, scopes) : this.tokens.issue(id, scopes));
  }

  #refreshed(form: OAuthForm, { id }: ProvenClient): object {
    const token = requiredIn(form, 'refresh_token');
    const refreshed = this.tokens.refresh(token, { client: id, scopes: this.#asked(form) });
    if (refreshed === 'exceeding') throw new OAuthError('invalid_scope', 'that is more than was granted');
    if (refreshed !== 'invalid') return this.#told(refreshed);
    throw new OAuthError(
      'invalid_grant',
      'the refresh token is not known, used, expired, revoked, or of another client',
    );
  }

  #asked(form: OAuthForm): readonly string[] | undefined {
    const text = form.get('scope');
    if (text === undefined) return undefined;
    const scopes = scopesOf(text);
    if (scopes && covers(this.#settings.scopes ?? scopes, scopes)) return scopes;
    throw new OAuthError('invalid_scope', 'a scope is malformed, or not one of this server');
  }

  #told({ accessToken, refreshToken, scopes }: IssuedTokens): object {
    return {
      access_token: accessToken,
      token_type: 'Bearer',
      expires_in: this.#lifetime,
      ...(refreshToken === undefined ? undefined : { refresh_token: refreshToken }),
      ...(scopes.length === 0 ? undefined : { scope: scopes.join(' ') }),
    };
  }
}
