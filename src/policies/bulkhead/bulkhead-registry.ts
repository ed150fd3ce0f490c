import { type Making, SummingRegistry } from '../../core/index.js';
import { Bulkhead, type BulkheadServices } from './bulkhead.js';
import { type BulkheadSizes, bulkheadSettings, bulkheadSizes } from './bulkhead-options.js';
import { type BulkheadStats, lasting, together } from './bulkhead-stats.js';

declare module '../../core/services.js' {
  interface Registries {
    readonly bulkheads: BulkheadRegistry;
  }
}

/** The bulkheads of one runtime, by name. */
export class BulkheadRegistry extends SummingRegistry<Bulkhead, BulkheadSizes, BulkheadStats> {
  constructor(services: BulkheadServices) {
    const making: Making<Bulkhead, BulkheadSizes> = {
      decorator: '@Bulkhead',
      make: (name, given) => new Bulkhead(name, given, services),
      change: (bulkhead, given) => bulkhead.change(given),
      complete: bulkheadSettings,
      busy: ({ running, queued }) => running + queued > 0,
    };
    super(making, { together, lasting });
  }

  override register(name: string, given: BulkheadSizes): Bulkhead {
    return super.register(name, bulkheadSizes.check(given, name));
  }
}
