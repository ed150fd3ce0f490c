import { InvalidOptionsError, optional, options, read, that } from '../../core/index.js';
import type { OAuthSettings } from './oauth-options.js';
import { scopesOf } from './scope.js';

/** Whom tokens are for, and what for. */
export interface TokensFor {
  /** One of the clients of the server. @default 'test' */
  readonly client?: string;
  /** Scopes with spaces between them. @default none */
  readonly scope?: string;
}

/** Tokens that were given to a client in code. */
export interface TokensGiven {
  readonly accessToken: string;
  readonly refreshToken: string;
  /** Seconds. */
  readonly expiresIn: number;
}

const decorator = 'FaultServer.issueTokens';

const forOptions = options<TokensFor>()(decorator, {
  client: optional(
    that<string>((value) => typeof value === 'string', 'must be the id of a client'),
    'test',
  ),
  scope: optional(read<string, readonly string[]>(readScopes, 'must be scopes with spaces between them'), ''),
});

/** Checks whom tokens are for: one of the clients. */
export function tokensFor(given: TokensFor, { clients }: Pick<OAuthSettings, 'clients'>) {
  const { client, scope } = forOptions.complete(forOptions.check(given), '');
  if (Object.hasOwn(clients, client)) return { client, scopes: scope };
  const rule = 'must be one of the clients of the server';
  throw new InvalidOptionsError({ decorator, option: 'client', rule, value: client });
}

function readScopes(text: unknown): readonly string[] | undefined {
  return text === '' ? [] : scopesOf(text);
}
