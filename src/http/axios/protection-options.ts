import type { InternalAxiosRequestConfig } from 'axios';
import {
  callback,
  type Duration,
  duration,
  flag,
  InvalidOptionsError,
  maybe,
  name,
  optional,
  options,
  that,
} from '../../core/index.js';
import type { BulkheadOptions } from '../../policies/bulkhead/index.js';
import type { CircuitBreakerOptions } from '../../policies/circuit-breaker/index.js';
import type { RateLimitOptions } from '../../policies/rate-limit/index.js';
import type { RetryOptions } from '../../policies/retry/index.js';
import type { Runtime } from '../../runtime/index.js';
import { elsewhere, harmlessMethods, methods, runtime } from '../client-checks.js';
import { limit } from '../time-limits.js';
import type { AxiosResilience, AxiosTimeouts } from './axios-config.js';

/** How an axios instance is protected. */
export interface ProtectAxiosOptions {
  /** The service that it calls, in events, metrics and messages; instances of one name share circuits, limiters and bulkheads. @default 'axios', and nothing is shared */
  readonly name?: string;
  /**
   * How failed requests are repeated: those that may be sent twice, and all others where they provably never left. A number is that of attempts.
   * @default the defaults of Retry: 3 attempts
   */
  readonly retry?: RetryOptions | number | false;
  /** When a host is left alone, one circuit for each; `key` splits it otherwise, by the request's config. @default half of at least 20 calls in 30 s failed */
  readonly circuitBreaker?: CircuitBreakerOptions | false;
  /** How fast requests are sent, one limiter for each host; `key` splits it otherwise, by the request's config. @default none */
  readonly rateLimit?: RateLimitOptions | false;
  /** How many requests are under way to each host; `key` splits it otherwise, by the request's config. @default no limit */
  readonly bulkhead?: BulkheadOptions | number | false;
  /** The time for a request: in all, or by its parts; false for no limit. @default { total: '30s' } */
  readonly timeout?: Duration | AxiosTimeouts | false;
  /** Gives every request that could not be repeated otherwise an `Idempotency-Key`. @default false */
  readonly idempotencyKey?: boolean;
  /** Methods that may be sent twice without harm. @default ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY'] */
  readonly idempotentMethods?: readonly string[];
  /** What the request is called in metrics, where its own `resilience.endpoint` does not say: from a finite set. @default its method */
  readonly endpoint?: (config: InternalAxiosRequestConfig) => string;
  /** Where its circuits, limiters and bulkheads live, and whose events tell of it. @default the default one */
  readonly runtime?: Runtime;
}

/** The limits of one request in milliseconds; Infinity for none. */
export interface TimeLimits {
  readonly total: number;
  readonly attempt: number;
}

const protectionOptions = options<ProtectAxiosOptions>()('protectAxios()', {
  name: optional(name(), 'axios'),
  retry: elsewhere<NonNullable<ProtectAxiosOptions['retry']>>(),
  circuitBreaker: elsewhere<NonNullable<ProtectAxiosOptions['circuitBreaker']>>(),
  rateLimit: elsewhere<NonNullable<ProtectAxiosOptions['rateLimit']>>(),
  bulkhead: elsewhere<NonNullable<ProtectAxiosOptions['bulkhead']>>(),
  timeout: elsewhere<NonNullable<ProtectAxiosOptions['timeout']>>(),
  idempotencyKey: optional(flag(), false),
  idempotentMethods: optional(methods(), harmlessMethods),
  endpoint: maybe(callback<NonNullable<ProtectAxiosOptions['endpoint']>>()),
  runtime: runtime(),
});

const resilienceOptions = options<AxiosResilience>()('config.resilience', {
  retry: optional(flag(), true),
  circuitBreaker: optional(flag(), true),
  timeout: elsewhere<NonNullable<AxiosResilience['timeout']>>(),
  idempotencyKey: maybe(
    that<string | boolean>(isKey, 'must be true, false, or a text of 1 to 255 printable ASCII characters'),
  ),
  idempotent: maybe(flag()),
  endpoint: maybe(that<string>((value) => typeof value === 'string' && value !== '', 'must be a text')),
});

const standardLimits: TimeLimits = { total: 30_000, attempt: Number.POSITIVE_INFINITY };

/** Checks and completes the options of a protection, except for those of its policies. */
export function protectionSettings(given: ProtectAxiosOptions) {
  const settings = protectionOptions.complete(protectionOptions.check(given), '');
  const limits = timeLimits('protectAxios()', settings.name, given.timeout, standardLimits);
  return {
    ...settings,
    named: given.name !== undefined,
    limits,
    idempotentMethods: new Set(settings.idempotentMethods.map((method) => method.toUpperCase())),
    /** What holds for requests that say nothing. */
    resilience: { ...resilienceOptions.complete({}, settings.name), limits },
  };
}

/** The options of a protection, complete. */
export type ProtectionSettings = ReturnType<typeof protectionSettings>;

/** Checks and completes what holds for one request. */
export function resilienceSettings(given: AxiosResilience | undefined, settings: ProtectionSettings) {
  if (given === undefined) return settings.resilience;
  const { name: site, limits } = settings;
  const checked = resilienceOptions.check(given, site);
  return {
    ...resilienceOptions.complete(checked, site),
    limits: timeLimits('config.resilience', site, checked.timeout, limits),
  };
}

/** What holds for one request, complete. */
export type ResilienceSettings = ReturnType<typeof resilienceSettings>;

const parts = { total: maybe(duration()), attempt: maybe(duration()) };
const timeouts = {
  'protectAxios()': options<AxiosTimeouts>()('protectAxios()', parts),
  'config.resilience': options<AxiosTimeouts>()('config.resilience', parts),
};

function timeLimits(
  where: keyof typeof timeouts,
  site: string,
  given: Duration | AxiosTimeouts | false | undefined,
  base: TimeLimits,
): TimeLimits {
  if (given === undefined) return base;
  if (given === false) return { total: Number.POSITIVE_INFINITY, attempt: Number.POSITIVE_INFINITY };
  const isWhole = typeof given !== 'object' || given === null;
  const { total, attempt } = within(isWhole ? () => 'timeout' : (option) => `timeout.${option}`, () => {
    const known = timeouts[where];
    return known.complete(known.check(isWhole ? { total: given } : given, site), site);
  });
  return { total: limit(total ?? base.total), attempt: limit(attempt ?? base.attempt) };
}

/** Runs a check of what an option holds, and has its error say where that is. */
function within<T>(nameOf: (option: string) => string, check: () => T): T {
  try {
    return check();
  } catch (error) {
    if (!(error instanceof InvalidOptionsError) || error.option === undefined) throw error;
    const { decorator, option, rule, value, site } = error;
    throw new InvalidOptionsError({ decorator, rule, site, value, option: nameOf(option) });
  }
}

function isKey(value: unknown): boolean {
  return typeof value === 'boolean' || (typeof value === 'string' && /^[\x20-\x7e]{1,255}$/.test(value));
}
