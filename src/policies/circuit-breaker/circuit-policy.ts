import type { Bounds, Instances, Next, Outcomes, Policy, Services } from '../../core/index.js';
import type { CircuitBreaker } from './circuit-breaker.js';
import type { CircuitBreakerSettings } from './circuit-breaker-options.js';
import { Guard } from './guard.js';

/** Stops calling a method that keeps failing, and finds out by a few calls when it is well again. */
export class CircuitPolicy implements Policy {
  readonly counts = true;
  readonly uses: string;
  readonly #circuits: Instances<CircuitBreaker>;
  readonly #services: Services;
  readonly #guard: Guard;
  readonly #maxWait: number;

  constructor(settings: CircuitBreakerSettings, circuits: Instances<CircuitBreaker>, services: Services) {
    this.uses = circuits.name;
    this.#circuits = circuits;
    this.#guard = new Guard(settings, services);
    this.#maxWait = settings.maxWait;
    this.#services = services;
  }

  get summary(): string {
    return this.#services.registries.circuits.find(this.uses)?.summary ?? '';
  }

  /** Calls of this use that were refused, and that waited. */
  get stats(): Readonly<Record<'refused' | 'waited', number>> {
    return this.#guard.stats;
  }

  wrap(next: Next, outcomes?: Outcomes): Next {
    const guard = this.#guard;
    const circuits = this.#circuits;
    const { only } = circuits;
    if (only !== undefined) return guard.before(only, next, outcomes);
    const pass: Next = (call) => {
      try {
        return guard.pass(circuits.of(call), call, next);
      } catch (error) {
        return Promise.reject(error); // the key function threw
      }
    };
    return outcomes === undefined ? pass : (call) => outcomes.of(pass(call), call);
  }

  bounds({ attempts, duration }: Bounds): Bounds {
    return { attempts, duration: duration + this.#maxWait };
  }
}
