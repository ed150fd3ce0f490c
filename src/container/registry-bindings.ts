import { type Bind, decorate, inject, injectable } from 'inversify';
import { RetryBudgetRegistry } from '../core/index.js';
import { ThrottleRegistry } from '../policies/adaptive-throttle/index.js';
import { BulkheadRegistry } from '../policies/bulkhead/index.js';
import { CacheRegistry } from '../policies/cache/index.js';
import { CircuitBreakerRegistry } from '../policies/circuit-breaker/index.js';
import { RateLimiterRegistry } from '../policies/rate-limit/index.js';
import { Runtime } from '../runtime/index.js';

/** Makes the registries injectable by class: always those of the runtime that is bound. */
export function bindRegistries(bind: Bind): void {
  bind(CircuitBreakerRegistry)
    .toResolvedValue(({ circuits }: Runtime) => circuits, [Runtime])
    .inTransientScope();
  bind(ThrottleRegistry)
    .toResolvedValue(({ throttles }: Runtime) => throttles, [Runtime])
    .inTransientScope();
  bind(RateLimiterRegistry)
    .toResolvedValue(({ limiters }: Runtime) => limiters, [Runtime])
    .inTransientScope();
  bind(BulkheadRegistry)
    .toResolvedValue(({ bulkheads }: Runtime) => bulkheads, [Runtime])
    .inTransientScope();
  bind(CacheRegistry)
    .toResolvedValue(({ caches }: Runtime) => caches, [Runtime])
    .inTransientScope();
  bind(RetryBudgetRegistry)
    .toResolvedValue(({ budgets }: Runtime) => budgets, [Runtime])
    .inTransientScope();
}

const missing = Symbol('a Runtime, from resilienceModule() or bound by toConstantValue()');

/** A container with `autobind` would make instances of its own, which nobody uses: it has to say what is missing instead. */
for (const type of [
  Runtime,
  CircuitBreakerRegistry,
  ThrottleRegistry,
  RateLimiterRegistry,
  BulkheadRegistry,
  CacheRegistry,
  RetryBudgetRegistry,
]) {
  decorate(injectable(), type);
  decorate(inject(missing), type, 0);
}
