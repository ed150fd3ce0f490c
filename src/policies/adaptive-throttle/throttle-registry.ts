import { type Making, SummingRegistry } from '../../core/index.js';
import { Throttle, type ThrottleServices } from './throttle.js';
import { type ThrottleOptions, throttleOptions } from './throttle-options.js';
import { type ThrottleStats, together } from './throttle-stats.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly throttles: ThrottleRegistry;
  }
}

/** The throttles of one runtime, by name. */
export class ThrottleRegistry extends SummingRegistry<Throttle, ThrottleOptions, ThrottleStats> {
  constructor(services: ThrottleServices) {
    const making: Making<Throttle, ThrottleOptions> = {
      decorator: throttleOptions.decorator,
      make: (name, given) => new Throttle(name, given, services),
      change: (throttle, given) => throttle.change(given),
      complete: (given, name) => throttleOptions.complete(given, name),
      busy: ({ isBusy }) => isBusy,
    };
    super(making, { together }); // over windows: of those that have left there is none
  }

  override register(name: string, given: ThrottleOptions): Throttle {
    return super.register(name, throttleOptions.check(given, name));
  }
}
