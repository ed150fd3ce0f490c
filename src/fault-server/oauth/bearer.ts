import type { Clock } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { json, problem } from '../problem.js';
import { covers } from './scope.js';
import type { Access, Tokens } from './tokens.js';

/** What somebody must bring: a token, and the scopes that it must have. */
export interface Demand {
  readonly authorization: string | undefined;
  readonly scopes: readonly string[];
}

const realm = 'Bearer realm="fault-server"';

/** Answers as what is protected does (RFC 6750): with what the token is good for, or with a challenge that says what is wrong. */
export function protectedAnswer({ authorization, scopes }: Demand, tokens: Tokens, clock: Clock): Answer {
  if (!/^bearer\b/i.test(authorization ?? '')) return challenge(401, 'a token is needed', realm);
  const token = /^bearer +([\w.~+/-]+=*)$/i.exec(authorization ?? '')?.[1];
  if (token === undefined) return challenge(400, 'the token is malformed', `${realm}, error="invalid_request"`);
  const access = tokens.access(token);
  if (!access) return challenge(401, 'the token is not known, expired or revoked', `${realm}, error="invalid_token"`);
  if (covers(access.scopes, scopes)) return json(told(access, clock));
  const needed = `scope="${scopes.join(' ')}"`;
  return challenge(403, 'the token is not good for this', `${realm}, error="insufficient_scope", ${needed}`);
}

function told({ grant, scopes, until }: Access, clock: Clock): object {
  return { client: grant.client, scope: scopes.join(' '), expiresIn: Math.ceil((until - clock.now()) / 1000) };
}

function challenge(status: number, detail: string, wanted: string): Answer {
  const answer = problem(status, detail);
  return { ...answer, headers: { ...answer.headers, 'www-authenticate': wanted } };
}
