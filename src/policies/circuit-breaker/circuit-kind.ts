import { instancesFor, policyKind } from '../../core/index.js';
import { type CircuitBreakerOptions, circuitBreakerOptions, ownOptions } from './circuit-breaker-options.js';
import { CircuitPolicy } from './circuit-policy.js';

/** CircuitBreaker as a kind of policy; `@CircuitBreaker('github')` is short for `name`. */
export const circuitBreaker = policyKind({
  kind: 'circuitBreaker',
  decorator: '@CircuitBreaker',
  places: ['circuitBreaker'],
  options: circuitBreakerOptions,
  shorthand: (value): CircuitBreakerOptions | undefined => (typeof value === 'string' ? { name: value } : undefined),
  create: (settings, site, services, _place, given) => {
    const circuits = instancesFor(services.registries.circuits, settings, ownOptions(given), site, services);
    return new CircuitPolicy(settings, circuits, services);
  },
});
