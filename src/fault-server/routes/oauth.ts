import type { FastifyInstance, FastifyRequest } from 'fastify';
import { maybe, options, read } from '../../core/index.js';
import type { Answer } from '../exchange/exchange.js';
import { protectedAnswer } from '../oauth/bearer.js';
import { scopesOf } from '../oauth/scope.js';
import type { OAuthAsked } from '../oauth/token-request.js';
import { problem } from '../problem.js';
import type { Service } from '../service.js';

const privateQuery = options<{ readonly scope?: string }>()('/private', {
  scope: maybe(read<string, readonly string[]>(scopesOf, 'must be scopes with spaces between them')),
});

/** `/oauth/token`, `/oauth/revoke` and `/oauth/introspect`, and `/private`, which needs a token; all of them fail on command. */
export function oauthRoutes(app: FastifyInstance, service: Service): void {
  const { oauth } = service;
  const endpoint = (url: string, act: (asked: OAuthAsked) => Answer) =>
    app.all(url, (request, reply) =>
      service.serve(reply, () => ({
        answer: () => (request.method === 'POST' ? act(askedBy(request)) : onlyPost(url)),
      })),
    );
  endpoint('/oauth/token', (asked) => oauth.token(asked));
  endpoint('/oauth/revoke', (asked) => oauth.revoke(asked));
  endpoint('/oauth/introspect', (asked) => oauth.introspect(asked));
  app.all<{ Querystring: { scope?: string } }>('/private', ({ headers, query }, reply) => {
    return service.serve(reply, () => {
      const { scope = [] } = privateQuery.complete(privateQuery.check({ scope: query.scope }), '');
      const demand = { authorization: headers.authorization, scopes: scope };
      return { answer: () => protectedAnswer(demand, oauth.tokens, service.clock) };
    });
  });
}

function askedBy({ headers, body }: FastifyRequest): OAuthAsked {
  return { contentType: headers['content-type'], authorization: headers.authorization, body };
}

function onlyPost(url: string): Answer {
  const answer = problem(405, `${url} takes POST alone`);
  return { ...answer, headers: { ...answer.headers, allow: 'POST' } };
}
