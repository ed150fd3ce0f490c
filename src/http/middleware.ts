import { markPermanent, show } from '../core/index.js';
import type { HttpRequest } from './http-request.js';
import { HttpResponse } from './http-response.js';

/** The rest of a request's way; may be called again, and then sends it again. */
export type NextRequest = (request: HttpRequest) => Promise<HttpResponse<unknown>>;

/**
 * Stands between a client and the wire: looks at a request, changes it, answers in its place, looks at the response or at the error. Whatever it
 * throws is what the attempt or the call comes to.
 *
 * ```ts
 * const signing: Middleware = (request, next) => next(request.with({ headers: { 'X-Signature': sign(request) } }));
 * ```
 */
export type Middleware = (request: HttpRequest, next: NextRequest) => Promise<HttpResponse<unknown>>;

const perCallMark = Symbol('runs once per call');

/**
 * Has a middleware run once for each call, around the cache, the retries and all other policies, instead of once for each attempt. What it adds to a
 * request counts for what is cached and merged.
 */
export function perCall(middleware: Middleware): Middleware {
  return Object.assign((...args: Parameters<Middleware>) => middleware(...args), { [perCallMark]: true });
}

/** Tells whether a middleware runs once per call. */
export function isPerCall(middleware: Middleware): boolean {
  return perCallMark in middleware;
}

/** Nests middleware around the rest, the first outermost. */
export function nest(
  middleware: readonly Middleware[],
  innermost: (request: HttpRequest) => Promise<HttpResponse<unknown>>,
): NextRequest {
  return middleware.reduceRight<NextRequest>(
    (next, each) => async (request) => checkedResponse(await each(request, next)),
    innermost,
  );
}

/** What middleware gives is what the next one, and in the end the caller, takes for an answer. */
function checkedResponse(response: unknown): HttpResponse<unknown> {
  if (response instanceof HttpResponse) return response;
  throw markPermanent(
    new TypeError(`middleware must return a response, such as next() gives, but returned ${show(response)}`),
  );
}
