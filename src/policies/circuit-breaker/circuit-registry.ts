import { type Keyed, Registry } from '../../core/index.js';
import type { CircuitState } from './circuit.js';
import { CircuitBreaker } from './circuit-breaker.js';
import { type CircuitOptions, type CircuitSettings, circuitOptions } from './circuit-options.js';
import type { CircuitServices } from './circuit-services.js';
import type { CircuitStats } from './circuit-stats.js';
import { OpenKeys } from './open-keys.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly circuits: CircuitBreakerRegistry;
  }
}

/** The circuits of one runtime, by name. */
export class CircuitBreakerRegistry extends Registry<CircuitBreaker, CircuitOptions> {
  constructor(services: CircuitServices) {
    const openKeys = perFamily();
    super({
      decorator: circuitOptions.decorator,
      make: (name, given, within) => {
        const membership = within && { key: within.key, openKeys: openKeys(within.family) };
        return new CircuitBreaker(name, complete(given, name), services, membership);
      },
      change: (circuit, given, name) => circuit.change(complete(given, name)),
      complete,
      busy: (circuit) => circuit.isBusy,
    });
  }

  /** How every circuit stands, by its name. */
  stats(): Record<string, CircuitStats & { readonly state: CircuitState }> {
    return Object.fromEntries([...this.entries()].map(([name, { state, stats }]) => [name, { state, ...stats }]));
  }
}

const known = new WeakMap<CircuitOptions, CircuitSettings>();

/** The circuits of all keys of a name are given the same options: they are read once. */
function complete(given: CircuitOptions, name: string): CircuitSettings {
  const settings = known.get(given) ?? circuitOptions.complete(circuitOptions.check(given, name), name);
  known.set(given, settings);
  return settings;
}

/** Keeps for each family of circuits which of them are open. */
function perFamily(): (family: Keyed<CircuitBreaker>) => OpenKeys {
  const all = new WeakMap<object, OpenKeys>();
  return (family) => {
    const known = all.get(family) ?? new OpenKeys(family);
    all.set(family, known);
    return known;
  };
}
