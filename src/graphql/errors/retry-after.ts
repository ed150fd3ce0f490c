import { retryAfterOf } from '../../core/index.js';
import type { GraphQLError } from './graphql-error.js';

/** How long a server asks to wait for, in milliseconds, by the extensions of an error: `retryAfter` in seconds, as in HTTP, or `retryAfterMs`. */
export function retryAfterIn(errors: readonly GraphQLError[], wallNow: number): number | undefined {
  const asked = errors.map(({ extensions }) => asksFor(extensions, wallNow)).filter((each) => each !== undefined);
  return asked.length === 0 ? undefined : Math.max(...asked);
}

function asksFor(extensions: Readonly<Record<string, unknown>>, wallNow: number): number | undefined {
  const { retryAfterMs, retryAfter = extensions.retry_after, http } = extensions;
  if (isWait(retryAfterMs)) return retryAfterMs;
  if (isWait(retryAfter)) return retryAfter * 1000;
  const told =
    typeof retryAfter === 'string' ? { 'retry-after': retryAfter } : (Object(http) as { headers?: unknown }).headers;
  return retryAfterOf({ headers: told }, wallNow);
}

function isWait(value: unknown): value is number {
  return typeof value === 'number' && value >= 0;
}
