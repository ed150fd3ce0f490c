import type { AxiosResponse, InternalAxiosRequestConfig } from 'axios';
import type { Call, CurrentCall } from '../../core/index.js';
import type { CircuitBreakerOptions } from '../../policies/circuit-breaker/index.js';
import { defaultRuntime, type GivenPolicies, protect } from '../../runtime/index.js';
import { labelOf, stateName } from '../labels.js';
import { circuitOptions } from '../standard-circuit.js';
import { sendOnce } from './axios-attempt.js';
import type { AxiosRequest } from './axios-request.js';
import type { ProtectAxiosOptions, ProtectionSettings, ResilienceSettings, TimeLimits } from './protection-options.js';

/** Sends a request through the policies; what holds a signal comes last, where policies look for it. */
export type Send = (
  config: InternalAxiosRequestConfig,
  request: AxiosRequest,
  caller: { readonly signal?: AbortSignal },
) => Promise<AxiosResponse>;

/** The policies around the requests of one instance, for all of them and for those that do without some. */
export class AxiosPolicies {
  readonly #settings: ProtectionSettings;
  readonly #given: ProtectAxiosOptions;
  readonly #label: string;
  readonly #sends = new Map<string, Send>();

  /** Throws InvalidOptionsError for options of policies that are wrong in themselves. */
  constructor(settings: ProtectionSettings, given: ProtectAxiosOptions) {
    this.#settings = settings;
    this.#given = given;
    this.#label = labelOf(settings, settings.runtime ?? defaultRuntime());
    this.send(settings.resilience);
  }

  /** What sends requests that want just these policies; made when it is first asked for. */
  send({ retry, circuitBreaker, limits }: ResilienceSettings): Send {
    const { limits: standard, runtime } = this.#settings;
    const isTimed = limits !== standard;
    const id = `${this.#label}${retry ? '' : ':once'}${circuitBreaker ? '' : ':unguarded'}${isTimed ? ':timed' : ''}`;
    const known = this.#sends.get(id);
    if (known) return known;
    const policies = {
      ...this.#policies,
      ...(isTimed && { timeout: { total: totalOf, attempt: attemptOf } }),
      ...(!retry && { retry: false as const }),
      ...(!circuitBreaker && { circuitBreaker: false as const }),
    };
    const send = protect(
      (_: InternalAxiosRequestConfig, request: AxiosRequest) => sendOnce(request, (runtime ?? defaultRuntime()).events),
      policies,
      { id, ...(runtime && { runtime }) },
    ) as Send;
    this.#sends.set(id, send);
    return send;
  }

  get #policies(): GivenPolicies {
    const { retry = {}, circuitBreaker, rateLimit = false, bulkhead = false } = this.#given;
    const { limits } = this.#settings;
    const shared = { name: stateName(this.#label), key: hostOf };
    return {
      timeout: limits,
      retry,
      circuitBreaker: circuitBreaker !== false && {
        ...shared,
        ...(circuitOptions(circuitBreaker) as CircuitBreakerOptions),
      },
      rateLimit: rateLimit && { ...shared, ...rateLimit },
      bulkhead: bulkhead !== false && {
        ...shared,
        ...(typeof bulkhead === 'number' ? { maxConcurrent: bulkhead } : bulkhead),
      },
    };
  }
}

function hostOf(_: InternalAxiosRequestConfig, request: AxiosRequest): string {
  return request.host;
}

/** What a request says of its own. */
function limitsOf(call: CurrentCall): TimeLimits {
  return ((call as Call).args[1] as AxiosRequest).resilience.limits;
}

function totalOf(call: CurrentCall): number {
  return limitsOf(call).total;
}

function attemptOf(call: CurrentCall): number {
  return limitsOf(call).attempt;
}
