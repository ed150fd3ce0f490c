import { Registry } from '../../core/index.js';
import { Throttle, type ThrottleServices } from './throttle.js';
import { type ThrottleOptions, throttleOptions } from './throttle-options.js';
import { type ThrottleStats, together } from './throttle-stats.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly throttles: ThrottleRegistry;
  }
}

/** The throttles of one runtime, by name. */
export class ThrottleRegistry extends Registry<Throttle, ThrottleOptions> {
  constructor(services: ThrottleServices) {
    super({
      decorator: throttleOptions.decorator,
      make: (name, given) => new Throttle(name, given, services),
      change: (throttle, given) => throttle.change(given),
      complete: (given, name) => throttleOptions.complete(given, name),
      busy: ({ isBusy }) => isBusy,
    });
  }

  override register(name: string, given: ThrottleOptions): Throttle {
    return super.register(name, throttleOptions.check(given, name));
  }

  /** How every throttle stands; those that split a name by key in one sum. */
  stats(): Record<string, ThrottleStats> {
    return Object.fromEntries([...this.entries()].map(([name, throttle]) => [name, this.#sum(name, throttle)]));
  }

  #sum(name: string, throttle: Throttle): ThrottleStats {
    const split = [...(this.keyed(name)?.all() ?? [])];
    return split.map(({ stats }) => stats).reduce(together, throttle.stats);
  }
}
