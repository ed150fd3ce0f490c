import { type Call, type CurrentCall, type ErrorMatcher, isNoted, retriedMark } from '../core/index.js';
import type { CircuitBreakerOptions } from '../policies/circuit-breaker/index.js';
import type { RateLimitOptions } from '../policies/rate-limit/index.js';
import type { RetryOptions } from '../policies/retry/index.js';
import { type GivenPolicies, policyOptions } from '../runtime/index.js';
import type { ClientSettings } from './client-settings.js';
import { stateName } from './labels.js';
import { mergeKey } from './likeness.js';
import { OutgoingRequest } from './outgoing-request.js';
import type { RestClientOptions } from './rest-client-options.js';
import { circuitOptions } from './standard-circuit.js';
import { within, wrongOption } from './wrong-option.js';

/** The policies of a client's own, as they were asked for. */
export interface OwnPolicies {
  readonly retry: RetryOptions | false;
  readonly circuitBreaker: CircuitBreakerOptions | false;
  readonly rateLimit: RateLimitOptions | false;
  /** How many attempts the client may make. */
  readonly maxAttempts: number;
}

/** Checks the policies among a client's options. */
export function checkPolicies(given: RestClientOptions, client: string): OwnPolicies {
  const check = <O extends object>(kind: 'retry' | 'circuitBreaker' | 'rateLimit', options: unknown) =>
    options === false ? false : (within(kind, client, () => policyOptions(kind, options)) as O);
  const retry = check<RetryOptions>('retry', given.retry ?? {});
  const { rateLimit } = given;
  if (rateLimit && !rateLimit.limit && !rateLimit.limits && !rateLimit.name) {
    throw wrongOption(client, 'rateLimit.limit', 'must be given');
  }
  return {
    retry,
    circuitBreaker: check<CircuitBreakerOptions>('circuitBreaker', circuitOptions(given.circuitBreaker)),
    rateLimit: check<RateLimitOptions>('rateLimit', rateLimit ?? false),
    maxAttempts: retry === false || retry.enabled === false ? 1 : (retry.maxAttempts ?? 3),
  };
}

/** How many attempts a client makes at a request; one where a layer further out repeats it. */
export function attemptsFor({ retry, maxAttempts }: OwnPolicies, outer: Call | undefined): number {
  return outer && isNoted(outer, retriedMark) && retry && !retry.nested ? 1 : maxAttempts;
}

/** All policies around the requests of a client; the pipeline's one argument is the request. */
export function policiesFor(settings: ClientSettings, label: string, withCircuit: boolean): GivenPolicies {
  const shared = { name: stateName(label), key: hostOf };
  const { retry, circuitBreaker, rateLimit } = settings.policies;
  const { pool, limits } = settings;
  return {
    dedup: { key: (request: OutgoingRequest) => mergeKey(OutgoingRequest.partsOf(request)) },
    timeout: { total: takeCall, attempt: (call) => partsIn(call).limits.attempt },
    retry: retry && { ...retry, except: [isLast, ...listOf(retry.except)] },
    circuitBreaker: withCircuit && circuitBreaker && { ...shared, ...circuitBreaker },
    rateLimit: rateLimit && { ...shared, ...rateLimit },
    bulkhead: pool.size < Number.POSITIVE_INFINITY && {
      ...{ ...shared, maxConcurrent: pool.size, maxQueue: pool.maxQueue, maxWait: limits.pool },
    },
  };
}

/** The time in all; the call is kept, so that closing the client ends it wherever it is. */
function takeCall(call: CurrentCall): number {
  const { course, limits } = partsIn(call);
  course.call = call as Call;
  return Math.max(1, limits.total - course.waited);
}

/** Whoever asked for one attempt gets one. */
function isLast(_: unknown, call: CurrentCall): boolean {
  return !partsIn(call).retry;
}

function partsIn(call: CurrentCall) {
  return OutgoingRequest.partsOf((call as Call).args[0] as OutgoingRequest);
}

function hostOf(request: OutgoingRequest): string {
  return request.host;
}

function listOf(matchers: ErrorMatcher | readonly ErrorMatcher[] | undefined): readonly ErrorMatcher[] {
  return matchers === undefined ? [] : [matchers].flat();
}
