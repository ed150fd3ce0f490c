import type { EventBus, Instances, Next, Policy } from '../../core/index.js';
import type { adaptiveThrottleOptions } from './adaptive-throttle-options.js';
import type { Throttle } from './throttle.js';
import { ThrottleGuard } from './throttle-guard.js';

/** What one use says. */
type Settings = ReturnType<typeof adaptiveThrottleOptions.complete>;

/** Refuses as large a share of calls as the callee would not accept anyway. */
export class AdaptiveThrottlePolicy implements Policy {
  readonly uses: string;
  readonly #throttles: Instances<Throttle>;
  readonly #main: Throttle;
  readonly #guard: ThrottleGuard;

  constructor(settings: Settings, throttles: Instances<Throttle>, main: Throttle, events: EventBus) {
    this.uses = throttles.name;
    this.#throttles = throttles;
    this.#main = main;
    this.#guard = new ThrottleGuard(settings, events);
  }

  get summary(): string {
    return this.#main.summary;
  }

  /** Calls of this use that were let through, and that were refused. */
  get stats(): Readonly<Record<'passed' | 'refused', number>> {
    return this.#guard.stats;
  }

  wrap(next: Next): Next {
    const guard = this.#guard;
    const throttles = this.#throttles;
    const { only } = throttles;
    if (only !== undefined) return (call) => guard.pass(only, call, next);
    return (call) => {
      try {
        return guard.pass(throttles.of(call), call, next);
      } catch (error) {
        return Promise.reject(error); // the key function threw
      }
    };
  }
}
