import { Registry } from '../../core/index.js';
import { Bulkhead, type BulkheadServices } from './bulkhead.js';
import { type BulkheadSizes, bulkheadSettings, bulkheadSizes } from './bulkhead-options.js';
import { type BulkheadStats, together } from './bulkhead-stats.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly bulkheads: BulkheadRegistry;
  }
}

/** The bulkheads of one runtime, by name. */
export class BulkheadRegistry extends Registry<Bulkhead, BulkheadSizes> {
  constructor(services: BulkheadServices) {
    super({
      decorator: '@Bulkhead',
      make: (name, given) => new Bulkhead(name, given, services),
      change: (bulkhead, given) => bulkhead.change(given),
      complete: bulkheadSettings,
      busy: ({ running, queued }) => running + queued > 0,
    });
  }

  override register(name: string, given: BulkheadSizes): Bulkhead {
    return super.register(name, bulkheadSizes.check(given, name));
  }

  /** How every bulkhead stands; those that split a name by key in one sum. */
  stats(): Record<string, BulkheadStats> {
    return Object.fromEntries([...this.entries()].map(([name, bulkhead]) => [name, this.#sum(name, bulkhead)]));
  }

  #sum(name: string, bulkhead: Bulkhead): BulkheadStats {
    const family = this.keyed(name);
    const split = family === undefined ? [] : [...family.entries()].map(([, member]) => member);
    const overflow = family?.overflow === undefined ? [] : [family.overflow];
    return [...split, ...overflow].map(({ stats }) => stats).reduce(together, bulkhead.stats);
  }
}
